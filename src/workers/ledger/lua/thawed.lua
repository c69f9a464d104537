-- Rule 3: a frozen account buys, claims and configures nothing. What was sent before may still be noted.
if frozen then return answer('frozen', frozen) end
