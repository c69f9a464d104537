// What must be true of an account's ledger at any moment, whatever happened (purchase-safety, Invariants), read in one go.
import { z } from "zod";
import type { LedgerContext } from "../ledger/context.ts";
import { type Script, step } from "../ledger/script.ts";

/** K owner, held, unsettled. Reads only. Faults, a sentence each. */
const CHECK: Script = {
  name: "invariants",
  whenFrozen: "goes-on",
  lua: `
local faults, owners, held = {}, redis.call('HGETALL', K[1]), redis.call('HGETALL', K[2])
local none = { POOL = true, LEGACY = true, FOREIGN = true, REFUNDED = true }
local slotOf, ownerOf = {}, {}
for i = 1, #held, 2 do slotOf[held[i]] = held[i + 1] end
for i = 1, #owners, 2 do
  ownerOf[owners[i]] = owners[i + 1]
  if not none[owners[i + 1]] and slotOf[owners[i + 1]] ~= owners[i] then
    faults[#faults + 1] = 'I1: slot ' .. owners[i] .. ' belongs to ' .. owners[i + 1] .. ', which does not hold it.'
  end
end
for ref, slot in pairs(slotOf) do
  if ownerOf[slot] ~= ref then faults[#faults + 1] = 'I1: ' .. ref .. ' holds slot ' .. slot .. ', which is not its own.' end
end
local open = {}
for _, field in ipairs(redis.call('HKEYS', K[3])) do
  local ref = string.match(field, '^(.*)#%d+$')
  local flag = string.sub(redis.call('HGET', K[3], field), -1)
  if flag ~= 'C' and open[ref] then faults[#faults + 1] = 'I3: ' .. ref .. ' has two open attempts.' end
  if flag ~= 'C' then open[ref] = true end
end
return answer('checked', cjson.encode(faults))`,
};

const sentences = z.union([z.array(z.string()), z.object({}).transform((): string[] => [])]);

/** Empty when all is well. */
export async function faultsOfLedger(place: LedgerContext, account: string): Promise<string[]> {
  const { ledger } = place.ledger.keys;
  const keys = [ledger.owner(account), ledger.held(account), ledger.unsettled(account)];
  const { details } = await step(place, CHECK, { account, keys, args: [] });
  return sentences.parse(JSON.parse(details[0] ?? "[]"));
}
