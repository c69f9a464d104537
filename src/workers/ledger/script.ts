// Runs the ledger's scripts (rules 2 and 3): one preamble for all, a journal line for each step, and nothing on a ledger that may have gone back.

import type { Mark } from "../journal/journal.ts";
import { isFrozen, type LedgerContext, RUN } from "./context.ts";
import { emptyOutbox, keepLine, recheck, suspect } from "./recheck.ts";

/**
 * KEYS[1] is the account's meta hash, KEYS[2] its outbox, the others are K. ARGV: time in hand or empty, id of the journal, step,
 * reference; the others are A. `write` keeps what is written, with absolute values, so that the journal can write it again; the
 * outbox keeps it until it is in the journal, whoever puts it there, under its number and order. Rule 3: on a ledger that is empty, was started anew, or has
 * another journal, nothing is read or written before somebody has compared it.
 */
export const PREAMBLE = `${RUN}
local meta = redis.call('HMGET', KEYS[1], 'epoch', 'seq', 'run', 'journal', 'frozen', 'dwell', 'dwellAt', 'stopped')
local t = redis.call('TIME')
local now = ARGV[1] ~= '' and tonumber(ARGV[1]) or t[1] * 1000 + math.floor(t[2] / 1000)
local run = runOf()
local epoch, seq, dwell = tonumber(meta[1] or 0), tonumber(meta[2] or 0), tonumber(meta[6] or 0)
local frozen, stopped = meta[5], meta[8]
local K, A, writes = { unpack(KEYS, 3) }, {}, {}
for i = 5, #ARGV do A[i - 4] = ARGV[i] end
local function write(...)
  local command = { ... }
  for i, part in ipairs(command) do
    if type(part) == 'number' then command[i] = string.format('%.0f', part) end
  end
  writes[#writes + 1] = command
  return redis.call(unpack(command))
end
local function unkept()
  local count = 0
  for _, field in ipairs(redis.call('HKEYS', KEYS[2])) do
    local of = string.match(field, ' (.*)$')
    if of == '' or of == ARGV[4] then count = count + 1 end
  end
  return count
end
local function answer(...)
  local earlier = unkept()
  if #writes == 0 then return { epoch, seq, string.format('%.0f', now), '', earlier, ... } end
  seq = redis.call('HINCRBY', KEYS[1], 'seq', 1)
  local line = cjson.encode({ epoch = epoch, seq = seq, at = now, step = ARGV[3], reference = ARGV[4], writes = writes })
  redis.call('HSET', KEYS[2], epoch .. '/' .. seq .. ' ' .. ARGV[4], line)
  return { epoch, seq, string.format('%.0f', now), line, earlier, ... }
end
local function raise(versions, class) write('HSET', versions, class, (redis.call('HGET', versions, class) or 0) + 1) end
`;
const SHUT = `
local gone = not meta[1] and 'no-ledger' or meta[4] ~= ARGV[2] and 'other-journal' or meta[3] ~= run and 'restarted'
if gone then return answer('shut', gone) end
`;
/** A frozen account buys, claims and configures nothing (rule 3); what was sent before may still be noted. */
const THAWED = `
if frozen then return answer('frozen', frozen) end
`;

export interface Script {
  /** The step's name in the journal. */
  name: string;
  lua: string;
  /** Whether a frozen account takes this step. */
  whenFrozen: "goes-on" | "refused";
}

export interface Call {
  account: string;
  reference?: string;
  keys: readonly string[];
  args: readonly (string | number)[];
}

export interface Answer {
  code: string;
  details: string[];
  /** Milliseconds of the ledger's time. */
  now: number;
}

/**
 * One step of the ledger: atomic in Redis, then in the journal; only then the caller may act on it. A crash in between loses
 * a step that nobody acted on.
 * @throws Refused `ledger-frozen`: nothing was done, and a person is needed
 * @throws Unavailable the journal failed: the step is in the ledger, and must not be acted on
 */
export async function step(place: LedgerContext, script: Script, call: Call): Promise<Answer> {
  const lua = PREAMBLE + SHUT + (script.whenFrozen === "refused" ? THAWED : "") + script.lua;
  for (let tries = 1; ; tries++) {
    const answer = await once(place, { ...script, lua }, call);
    if (answer.code === "frozen") throw isFrozen(call.account, answer.details[0] ?? "");
    if (answer.code !== "shut") return answer;
    await recheck(place, call.account, answer.details[0] ?? "");
    if (tries === 3) throw isFrozen(call.account, "Redis is started anew again and again.");
  }
}

/** Runs the script and keeps its line. `script.lua` is the whole script here. */
export async function once(place: LedgerContext, script: Pick<Script, "name" | "lua">, call: Call): Promise<Answer> {
  const { redis, keys, now: inHand, journal } = place.ledger;
  const { account, reference = "" } = call;
  const reply = (await redis.eval(
    script.lua,
    2 + call.keys.length,
    ...[keys.ledger.meta(account), keys.ledger.outbox(account), ...call.keys],
    ...[inHand ? Math.floor(inHand()) : "", journal.id, script.name, reference, ...call.args],
  )) as [number, number, string, string, number, string, ...string[]];
  const [epoch, seq, now, line, earlier, code, ...details] = reply;
  const answer = { code, details, now: Number(now) };
  if (code === "shut") return answer;
  await notGoneBack(place, account, { epoch, seq, reference, isNew: line !== "" });
  if (earlier > 0) await emptyOutbox(place, account); // a step of this order that a dead process took: first the journal, then its consequences
  if (line !== "") await keepLine(place, account, line);
  return answer;
}

/** Rule 3: seq grows by one within an epoch, in the order in which this process is answered. */
async function notGoneBack(
  { ledger }: LedgerContext,
  account: string,
  { isNew, reference, ...mark }: Mark & { isNew: boolean; reference: string },
): Promise<void> {
  const before = ledger.seen.get(account);
  const least = (before?.seq ?? 0) + (isNew ? 1 : 0);
  if (!before || mark.epoch > before.epoch || (mark.epoch === before.epoch && mark.seq >= least)) {
    ledger.seen.set(account, mark);
    return;
  }
  await suspect({ ledger }, account, { ...mark, reference });
  throw isFrozen(account, `the ledger went back from step ${before.epoch}/${before.seq} to ${mark.epoch}/${mark.seq}.`);
}
