-- Which Redis this is, as `run` in the account's meta hash has it.
--
-- KEYS  metaKey  sends the question to the server that holds the account
-- Returns the text.
--- @include run
local metaKey = unpack(KEYS)

return runOf()
