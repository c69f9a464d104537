-- States of accounts, told by the script that makes them or ends them. A state that is over stays noted until the watch has
-- seen it (`workers/troubles`), which writes its mails.
--- @include ../../events/lua/tell

-- troubles  of the account
-- stream    all events of the fleet
-- told      JSON { name, note, events }, or empty
local function beginState(troubles, stream, told)
  if told == '' then return end
  local state = cjson.decode(told)
  local was = redis.call('HGET', troubles, state.name)
  if was and not cjson.decode(was).ended then return end
  redis.call('HSET', troubles, state.name, state.note)
  tell(stream, state.events)
end

-- told  JSON { name, at, events }; the events tell since when it was there as it was noted
local function endState(troubles, stream, told)
  local state = cjson.decode(told)
  local was = redis.call('HGET', troubles, state.name)
  local note = was and cjson.decode(was)
  if not note or note.ended then return end
  note.ended = state.at
  redis.call('HSET', troubles, state.name, cjson.encode(note))
  local events = cjson.decode(state.events)
  for _, event in ipairs(events) do
    local data = cjson.decode(event[4])
    data.since = note.since
    event[4] = cjson.encode(data)
  end
  tell(stream, cjson.encode(events))
end
