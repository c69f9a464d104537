-- Writes events behind the others, in the script that makes the change they tell of: neither is there without the other.
--
-- stream  all events of the fleet
-- events  JSON [[type, at, subject, data as JSON], …], or empty
local function tell(stream, events)
  if events == '' then return end
  for _, event in ipairs(cjson.decode(events)) do
    redis.call('XADD', stream, 'MAXLEN', '~', 1000000, '*', 'type', event[1], 'at', event[2], 'subject', event[3], 'data', event[4])
  end
end
