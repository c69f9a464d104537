// `certificate reissue|policy|extend --where …`: never everything by accident. First it is shown what would be done; it is done
// only for whoever says how many there are; and a run that was ended goes on under its id.
import { once } from "node:events";
import { failure, type Result } from "../../../shared/base/result.ts";
import { badWords } from "../bad-words.ts";
import type { Streams } from "../bulk/open-many.ts";
import { progressOn } from "../bulk/progress.ts";
import { isResult } from "../port/orders.ts";
import { inert, printable } from "../printed.ts";
import type { Wanted } from "./actions.ts";
import type { ChangeDoor, Going } from "./door.ts";
import type { Outcome } from "./run-store.ts";
import { type Selected, sumOf } from "./select.ts";
import { EVERYTHING, type Filter, readFilter } from "./where.ts";

export interface ManyChanges {
  where: readonly string[];
  all?: boolean | undefined;
  dryRun?: boolean | undefined;
  /** How many certificates the filter must mean. */
  expect?: number | undefined;
  run?: string | undefined;
  /** At most so many a second. */
  rate: number;
  json?: boolean | undefined;
}

export interface Talk extends Pick<Streams, "out" | "err"> {
  /** Asks the person at the terminal; undefined where nobody can be asked. */
  ask: ((label: string, check: (text: string) => string | undefined) => Promise<string>) | undefined;
}

/** @throws Error of wrong usage */
export async function changeMany(asked: ManyChanges, wanted: Wanted, door: ChangeDoor, talk: Talk): Promise<Result> {
  if (asked.run !== undefined) return goOn(asked.run, asked, wanted, { door, talk });
  const filter = filterOf(asked);
  let { expect } = asked;
  if (asked.dryRun || expect === undefined) {
    const found = await door.look(filter, wanted);
    if (!Array.isArray(found)) return found;
    if (asked.dryRun) {
      const print = printer(asked, talk);
      for (const each of found) await print(each, selectedText(each));
      return { ending: "done", text: "", json: undefined, note: rehearsed(found, filter) };
    }
    if (found.length === 0) return { ending: "done", text: "", json: undefined, note: "No certificate matches." };
    const refusal = await confirm(found, { filter, wanted, talk });
    if (refusal) return refusal;
    expect = found.length;
  }
  const going = await door.begin(filter, wanted, { expect, rate: asked.rate });
  if (isResult(going)) return going;
  talk.err.write(`Run ${going.id}. If it is ended, go on with --run ${going.id}\n`);
  return tell(going, asked, wanted, talk);
}

function filterOf({ where, all }: ManyChanges): Filter {
  if (all && where.length > 0) throw badWords("Give --where or --all, not both.");
  if (!all && where.length === 0) throw badWords("Say which certificates: --where CONDITIONS, or --all.");
  return all ? EVERYTHING : readFilter(where);
}

/** Undefined: somebody has typed the right number. */
async function confirm(
  found: readonly Selected[],
  { filter, wanted, talk }: { filter: Filter; wanted: Wanted; talk: Talk },
): Promise<Result | undefined> {
  const count = found.length;
  const { would, cost, unpriced } = sumOf(found);
  if (!talk.ask) {
    const next = `Look at them with --dry-run; then add --expect ${count}.`;
    return failure("usage", `${count} certificates match ${filter.text}. Nothing was done. ${next}`);
  }
  const label = `${wanted.action}: ${count} certificates match ${filter.text}, ${would} would change${costText(cost, unpriced)}. Type the number ${count} to go on`;
  const wrong = `Type ${count}, or press Ctrl-C.`;
  await talk.ask(label, (text) => (text.trim() === `${count}` ? undefined : wrong));
  return undefined;
}

function costText(cost: string, unpriced: number): string {
  const known = cost === "0.00" ? "" : `, for ${cost} to the end of the paid terms`;
  return unpriced === 0 ? known : `${known}, ${unpriced} of them for a price that nobody knows`;
}

function selectedText({ reference, domain, change: becomes, cost, refused }: Selected): string {
  const head = `${reference.padEnd(24)}  ${domain.padEnd(28)}`;
  if (refused !== undefined) return `${head}  not: ${refused}`;
  const price = cost === "0.00" ? "" : `, ${cost ?? "for a price that nobody knows"}`;
  return `${head}  ${becomes}${price}`;
}

function rehearsed(found: readonly Selected[], filter: Filter): string {
  const { would, refused, cost, unpriced } = sumOf(found);
  const count = found.length;
  if (count === 0) return `No certificate matches ${filter.text}.`;
  return [
    `${count} ${count === 1 ? "certificate matches" : "certificates match"} ${filter.text}: ${would} would change${costText(cost, unpriced)}; ${refused} would not.`,
    `Nothing was done: this was a dry run. To do it: the same with --expect ${count} in place of --dry-run.`,
  ].join("\n");
}

async function goOn(
  id: string,
  asked: ManyChanges,
  wanted: Wanted,
  { door, talk }: { door: ChangeDoor; talk: Talk },
): Promise<Result> {
  if (asked.where.length > 0 || asked.all || asked.dryRun)
    throw badWords("--run goes on with a run as it was planned: leave out --where, --all and --dry-run.");
  const going = await door.goOn(id, wanted.action, asked.rate);
  if (isResult(going)) return going;
  const left = going.count - going.ended;
  talk.err.write(`Run ${id}: ${going.ended} of ${going.count} are done, ${left} are left.\n`);
  return tell(going, asked, wanted, talk);
}

async function tell({ id, count, ended, results }: Going, asked: ManyChanges, wanted: Wanted, talk: Talk) {
  const sum: Record<Outcome, number> = { done: 0, same: 0, refused: 0, later: 0 };
  const progress = progressOn(talk.err, count - ended);
  const print = printer(asked, talk, () => progress.clear());
  for await (const result of results) {
    sum[result.outcome] += 1;
    const { reference, outcome, why } = result;
    await print({ run: id, ...result }, `${reference.padEnd(24)}  ${WORDS[outcome]}${why ? `: ${why}` : ""}`);
    progress.step(outcome === "refused" || outcome === "later");
  }
  progress.clear();
  return ending(id, count - ended, sum, wanted);
}

function ending(id: string, left: number, sum: Record<Outcome, number>, wanted: Wanted): Result {
  const action = { reissue: "requested", extend: "extended", policy: "changed" }[wanted.action];
  const parts = [`${sum.done} ${action}`, `${sum.same} done before`, `${sum.refused} refused`];
  // Those that nobody told of: whoever carried the run out was ended.
  const untold = left - sum.done - sum.same - sum.refused - sum.later;
  const open = sum.later + untold;
  const more = open > 0 ? [`${open} not decided: go on with --run ${id}`] : [];
  const note = `${left} certificates: ${[...parts, ...more].join(", ")}.`;
  if (open > 0) return { ...failure("later", note), json: undefined };
  return sum.refused > 0
    ? { ...failure("failed", note), json: undefined }
    : { ending: "done", text: "", json: undefined, note };
}

const WORDS: Readonly<Record<Outcome, string>> = {
  done: "done",
  same: "done before",
  refused: "refused",
  later: "not decided",
};

function printer({ json }: ManyChanges, { out }: Talk, before = (): void => {}) {
  return async (result: object, text: string): Promise<void> => {
    before();
    if (out.destroyed) return;
    const line = json ? inert(JSON.stringify(result)) : printable(text);
    if (!out.write(`${line}\n`)) await Promise.race([once(out, "drain"), once(out, "close")]);
  };
}
