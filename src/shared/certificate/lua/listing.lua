-- Which lists a certificate stands in, so that each combination of conditions is one list that is read from where it is asked
-- for. Their keys begin with `index` and so lie under the one hash tag of all keys.
--
-- `listed` is `domain|status|attention|notAfter`: attention 1 or empty, notAfter in ms or empty. The hash keeps it beside the
-- version that it was written with: what an earlier version of Certfleet saved since is known by another version.

-- Names in an order that stays, and the score in each.
local function listsOf(index, listed, acceptedAt)
  local domain, status, attention, notAfter = string.match(listed, '^([^|]*)|([^|]*)|([^|]*)|([^|]*)$')
  local names, scores = {}, {}
  local function add(name, score)
    names[#names + 1] = name
    scores[name] = score
  end
  local groups = { '', ':status:' .. status }
  if attention ~= '' then
    groups[3] = ':attention'
    groups[4] = ':status:' .. status .. ':attention'
  end
  for _, scope in ipairs({ index, index .. ':domain:' .. domain }) do
    for _, group in ipairs(groups) do
      local name = scope .. group
      add(name == index and index .. ':accepted' or name, acceptedAt)
      if notAfter ~= '' then add(name .. ':expiry', notAfter) end
    end
  end
  return names, scores
end

-- Moves the certificate from the lists that it stands in to those where it belongs. What an earlier version wrote last may
-- stand in any list by status, with attention, by expiry, and under `former`, the name that it was ordered with.
local function putInLists(certificate, index, reference, listed, former)
  local was, at, version, acceptedAt = unpack(redis.call('HMGET', certificate, 'listed', 'listedVersion', 'version', 'acceptedAt'))
  local isSure = was and at == version
  if isSure and was == listed then return end
  local names, scores = listsOf(index, listed, acceptedAt)
  local function leave(name)
    if not scores[name] then redis.call('ZREM', name, reference) end
  end
  local stood = {}
  if was then
    local before
    before, stood = listsOf(index, was, acceptedAt)
    for _, name in ipairs(before) do leave(name) end
  end
  if not isSure then
    stood = {}
    for _, status in ipairs({ 'ordered', 'awaiting-validation', 'issued', 'reissuing', 'failed', 'attention', 'expired', 'cancelled' }) do
      leave(index .. ':status:' .. status)
    end
    leave(index .. ':attention')
    leave(index .. ':expiry')
    if former ~= '' then leave(index .. ':domain:' .. former) end
  end
  for _, name in ipairs(names) do
    if stood[name] ~= scores[name] then redis.call('ZADD', name, scores[name], reference) end
  end
  redis.call('HSET', certificate, 'listed', listed, 'listedVersion', version)
end

-- The list of those that need attention for this code; empty: for none. Which list the certificate stands in is a field that no
-- earlier version writes: what one of them saved meanwhile is put right with the next save.
local function putUnderCode(certificate, index, reference, code)
  local was = redis.call('HGET', certificate, 'attentionCode')
  if was == code then return end
  if was and was ~= '' then redis.call('ZREM', index .. ':attention-code:' .. was, reference) end
  if code ~= '' then redis.call('ZADD', index .. ':attention-code:' .. code, redis.call('HGET', certificate, 'acceptedAt'), reference) end
  if was or code ~= '' then redis.call('HSET', certificate, 'attentionCode', code) end
end
