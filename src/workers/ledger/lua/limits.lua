-- Why one more purchase of the class would be too much (rule 5 and the guards of the account); nil when it would not.
--- @include in-flight
local function spentFrom(spent, from)
  local sum = 0
  for _, member in ipairs(redis.call('ZRANGE', spent, from, '+inf', 'BYSCORE')) do
    sum = sum + tonumber(string.match(member, '|(%d+)$'))
  end
  return sum
end

-- `limits`: whole ten-thousandths and milliseconds, as limits.ts writes them. COVERED attempts count until they are settled.
-- Answers stopped, resting, too-many, too-much, hour-spent, day-spent, short. `resting`: an undecided doubt is old enough that
-- a new attempt would settle after it and make it undecidable (rule 11).
local function tooMuch(unsettled, spent, class, limits)
  if stopped then return 'stopped' end
  local count, sum = 0, 0
  for _, entry in ipairs(redis.call('HVALS', unsettled)) do
    local e = inFlight(entry)
    if not (e.flag == 'C' and settled(e, limits.settle)) then
      sum = sum + e.price
      if e.class == class then
        count = count + 1
        if e.flag ~= 'C' and limits.rest >= 0 and now - e.at >= limits.rest then return 'resting' end
      end
    end
  end
  if count >= limits.most then return 'too-many' end
  if sum + limits.price > limits.money then return 'too-much' end
  local function spentSince(ms) return spentFrom(spent, string.format('(%.0f', now - ms)) end
  if limits.hour >= 0 and spentSince(3600000) + limits.price > limits.hour then return 'hour-spent' end
  if limits.day >= 0 and spentSince(86400000) + limits.price > limits.day then return 'day-spent' end
  if limits.left and spentFrom(spent, string.format('%.0f', limits.readAt)) + limits.price > limits.left then return 'short' end
  return nil
end
