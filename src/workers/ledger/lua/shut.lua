-- Rule 3: on a ledger that is empty, was started anew, or has another journal, nothing is read or written before it was compared.
local gone = not isBound and 'no-ledger' or knownJournal ~= journalId and 'other-journal' or knownRun ~= run and 'restarted'
if gone then return answer('shut', gone) end
