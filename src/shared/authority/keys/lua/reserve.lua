-- Counts an order of a key into its last 24 hours, if both quotas allow it. What was counted stays counted: a crash
-- behind it errs on the side of counted, and the same order again costs only what it costs more.
--
-- KEYS  orders      sorted set, score accepted (ms)
--       prices      hash reference -> ten-thousandths; "*": the sum; "#": how many orders
-- ARGV  reference   of an order; "+..." what is only money, such as an extension
--       price       ten-thousandths
--       now         ms
--       windowMs
--       mostOrders  -1: no quota
--       mostMoney   ten-thousandths; -1: no quota
--       keep        1; 0: only say whether it would be counted
-- Answers with "" where it is counted; else with what is used up ("orders", "money", "never": it alone is too much)
-- and when there is room again (ms since 1970).
local orders, prices = unpack(KEYS)
local reference, price, now, windowMs, mostOrders, mostMoney, keep = unpack(ARGV)

price, now, windowMs = tonumber(price), tonumber(now), tonumber(windowMs)
mostOrders, mostMoney = tonumber(mostOrders), tonumber(mostMoney)

-- What is only money lies beside the orders, under a name that no order has ("+...").
local function isOrder(name) return string.sub(name, 1, 1) ~= '+' end

for _, old in ipairs(redis.call('ZRANGEBYSCORE', orders, '-inf', now - windowMs)) do
  redis.call('ZREM', orders, old)
  redis.call('HINCRBY', prices, '*', -tonumber(redis.call('HGET', prices, old) or 0))
  if isOrder(old) then redis.call('HINCRBY', prices, '#', -1) end
  redis.call('HDEL', prices, old)
end

local before = tonumber(redis.call('HGET', prices, reference) or 0)
local isKnown = redis.call('ZSCORE', orders, reference)
local more = math.max(price - before, 0)
local spent = tonumber(redis.call('HGET', prices, '*') or 0)
local placed = tonumber(redis.call('HGET', prices, '#') or 0)

if mostOrders >= 0 and isOrder(reference) and not isKnown and placed >= mostOrders then
  if mostOrders == 0 then return { 'never', now + windowMs } end
  local mustGo = placed - mostOrders + 1
  local all = redis.call('ZRANGE', orders, 0, -1, 'WITHSCORES')
  for i = 1, #all, 2 do
    if isOrder(all[i]) then mustGo = mustGo - 1 end
    if mustGo == 0 then return { 'orders', tonumber(all[i + 1]) + windowMs } end
  end
end

if mostMoney >= 0 and spent + more > mostMoney then
  if price > mostMoney then return { 'never', now + windowMs } end
  local left = spent
  for _, old in ipairs(redis.call('ZRANGE', orders, 0, -1)) do
    if old ~= reference then left = left - tonumber(redis.call('HGET', prices, old) or 0) end
    if left + more <= mostMoney then
      return { 'money', tonumber(redis.call('ZSCORE', orders, old)) + windowMs }
    end
  end
  return { 'money', now + windowMs }
end

if keep == '0' then return { '', 0 } end

if not isKnown then
  redis.call('ZADD', orders, now, reference)
  if isOrder(reference) then redis.call('HINCRBY', prices, '#', 1) end
end
redis.call('HINCRBY', prices, reference, more)
redis.call('HINCRBY', prices, '*', more)
redis.call('PEXPIRE', orders, windowMs + 3600000)
redis.call('PEXPIRE', prices, windowMs + 3600000)
return { '', 0 }
