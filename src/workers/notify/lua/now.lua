-- Time is Redis' own: the leases of two machines with different clocks still agree.
local time = redis.call('TIME')
local now = time[1] * 1000 + math.floor(time[2] / 1000)
