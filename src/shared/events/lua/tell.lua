-- Writes events behind the others, in the script that makes the change they tell of: neither is there without the other.

-- Where a stream that is not there yet begins: just in front of everything that will be written. A Redis that forgot all begins
-- anew, behind the place of every reader.
local function beginStream(stream)
  local time = redis.call('TIME')
  local begun = string.format('%.0f-0', time[1] * 1000 + math.floor(time[2] / 1000) - 1)
  redis.call('SET', stream .. ':begun', begun)
  return begun
end

-- stream  all events of the fleet
-- events  JSON [[type, at, subject, data as JSON, and the trace that it belongs to where there is one], …], or empty
local function tell(stream, events)
  if events == '' then return end
  if redis.call('EXISTS', stream) == 0 and redis.call('EXISTS', stream .. ':begun') == 0 then beginStream(stream) end
  for _, event in ipairs(cjson.decode(events)) do
    local fields = { 'type', event[1], 'at', event[2], 'subject', event[3], 'data', event[4] }
    if event[5] then
      fields[9], fields[10] = 'trace', event[5]
    end
    redis.call('XADD', stream, 'MAXLEN', '~', 1000000, '*', unpack(fields))
  end
end
