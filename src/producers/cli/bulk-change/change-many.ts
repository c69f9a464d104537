// `certificate reissue|policy|extend --where …`: never everything by accident. First it is shown what would be done; it is done
// only for whoever says how many there are; and a run that was ended goes on under its id.
import { once } from "node:events";
import { setTimeout as pause } from "node:timers/promises";
import { Unavailable } from "../../../shared/base/errors.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { inOrder } from "../../../shared/bulk/in-order.ts";
import { isRedisTrouble } from "../../../shared/redis/connection/trouble.ts";
import { badWords } from "../bad-words.ts";
import type { Streams } from "../bulk/open-many.ts";
import { progressOn } from "../bulk/progress.ts";
import { change, type Fleet } from "../fleet.ts";
import { audited } from "../port/audited.ts";
import { inert, printable } from "../printed.ts";
import { makeChange, type Wanted } from "./actions.ts";
import { newRunId, type Outcome, type RunEntry, type RunStore, runStore } from "./run-store.ts";
import { type Selected, select, sumOf } from "./select.ts";
import { type Filter, readFilter } from "./where.ts";

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

const AT_ONCE = 4;
const EVERYTHING: Filter = { text: "all", query: {}, fits: () => true };

/** @throws Error of wrong usage */
export async function changeMany(asked: ManyChanges, wanted: Wanted, fleet: Fleet, talk: Talk): Promise<Result> {
  const runs = runStore(fleet);
  if (asked.run !== undefined) return goOn(asked.run, asked, { wanted, fleet, talk, runs });
  const filter = filterOf(asked);
  const found = await select(filter, wanted, fleet);
  const print = printer(asked, talk);
  if (asked.dryRun) {
    for (const each of found) await print(each, selectedText(each));
    return { ending: "done", text: "", json: undefined, note: rehearsed(found, filter) };
  }
  if (found.length === 0) return { ending: "done", text: "", json: undefined, note: "No certificate matches." };
  const refusal = await confirm(asked, found, { filter, wanted, talk });
  if (refusal) return refusal;
  const id = newRunId(fleet.clock.now());
  const entries = found.map(({ reference, plan }) => ({ reference, plan }));
  const at = fleet.clock.now().toISOString();
  await runs.keep(id, { wanted, filter: filter.text, who: fleet.who, at, count: entries.length }, entries);
  talk.err.write(`Run ${id}. If it is ended, go on with --run ${id}\n`);
  return carryOut(id, entries, asked, { wanted, fleet, talk, runs });
}

function filterOf({ where, all }: ManyChanges): Filter {
  if (all && where.length > 0) throw badWords("Give --where or --all, not both.");
  if (!all && where.length === 0) throw badWords("Say which certificates: --where CONDITIONS, or --all.");
  return all ? EVERYTHING : readFilter(where);
}

interface Doing {
  wanted: Wanted;
  fleet: Fleet;
  talk: Talk;
  runs: RunStore;
}

/** Undefined: somebody has said the right number. */
async function confirm(
  { expect }: ManyChanges,
  found: readonly Selected[],
  { filter, wanted, talk }: { filter: Filter; wanted: Wanted; talk: Talk },
): Promise<Result | undefined> {
  const count = found.length;
  const { would, cost, unpriced } = sumOf(found);
  if (expect !== undefined) {
    if (expect === count) return undefined;
    return failure(
      "conflict",
      `--expect says ${expect}, and ${count} certificates match ${filter.text}. Nothing was done.`,
    );
  }
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

async function goOn(id: string, asked: ManyChanges, doing: Doing): Promise<Result> {
  if (asked.where.length > 0 || asked.all || asked.dryRun)
    throw badWords("--run goes on with a run as it was planned: leave out --where, --all and --dry-run.");
  const found = await doing.runs.read(id);
  if (!found) return failure("not-found", `There is no run ${id}.`);
  const { told, open, ended } = found;
  if (told.wanted.action !== doing.wanted.action)
    return failure("usage", `The run ${id} is of certificate ${told.wanted.action}.`);
  doing.talk.err.write(`Run ${id}: ${ended} of ${told.count} are done, ${open.length} are left.\n`);
  return carryOut(id, open, asked, { ...doing, wanted: told.wanted });
}

async function carryOut(id: string, entries: readonly RunEntry[], asked: ManyChanges, doing: Doing): Promise<Result> {
  const { talk, runs, wanted } = doing;
  const sum: Record<Outcome, number> = { done: 0, same: 0, refused: 0, later: 0 };
  const progress = progressOn(talk.err, entries.length);
  const print = printer(asked, talk, () => progress.clear());
  const results = inOrder(paced(entries, asked.rate), AT_ONCE, async (each) => {
    const became = await changeOne(id, each, doing);
    // Written before it is told: a run that is ended here finds its own request on the certificate.
    await runs.end(id, each, became.outcome).catch(() => undefined);
    return { ...became, reference: each.reference };
  });
  for await (const result of results) {
    sum[result.outcome] += 1;
    await print(
      { run: id, ...result },
      `${result.reference.padEnd(24)}  ${WORDS[result.outcome]}${result.why ? `: ${result.why}` : ""}`,
    );
    progress.step(result.outcome === "refused" || result.outcome === "later");
  }
  progress.clear();
  const action = { reissue: "requested", extend: "extended", policy: "changed" }[wanted.action];
  const parts = [`${sum.done} ${action}`, `${sum.same} done before`, `${sum.refused} refused`];
  const more = sum.later > 0 ? [`${sum.later} not decided: go on with --run ${id}`] : [];
  const note = `${entries.length} certificates: ${[...parts, ...more].join(", ")}.`;
  if (sum.later > 0) return { ...failure("later", note), json: undefined };
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

async function changeOne(
  run: string,
  { reference, plan }: RunEntry,
  { wanted, fleet }: Doing,
): Promise<{ outcome: Outcome; why?: string }> {
  const { clock, who, intake } = fleet;
  let outcome: Outcome = "done";
  const asked = { action: `certificate.${wanted.action === "policy" ? "change" : wanted.action}`, subject: reference };
  try {
    const result = await audited(fleet, { ...asked, after: { run } }, async () => {
      const saved = await change(reference, fleet, async (certificate) => {
        const made = await makeChange(certificate, wanted, { run, plan }, { now: clock.now(), who, intake });
        if (made === "same") {
          outcome = "same";
          return DONE;
        }
        return "refused" in made ? failure("conflict", made.refused) : made.certificate;
      });
      return "ending" in saved ? saved : DONE;
    });
    if (result.ending !== "done") return { outcome: "refused", why: result.note ?? result.ending };
    // A job that is lost is created again by the sweeper.
    if (wanted.action === "reissue") await fleet.enqueue("reissue", { reference }).catch(() => undefined);
    return { outcome };
  } catch (error) {
    if (!(error instanceof Unavailable) && !isRedisTrouble(error)) throw error;
    return { outcome: "later", why: (error as Error).message };
  }
}

const DONE: Result = { ending: "done", text: "", json: null };

async function* paced(entries: readonly RunEntry[], rate: number): AsyncGenerator<RunEntry> {
  let next = performance.now();
  for (const each of entries) {
    const early = next - performance.now();
    if (early > 0) await pause(early);
    next = Math.max(next, performance.now() - 1_000 / rate) + 1_000 / rate;
    yield each;
  }
}

function printer({ json }: ManyChanges, { out }: Talk, before = (): void => {}) {
  return async (result: object, text: string): Promise<void> => {
    before();
    if (out.destroyed) return;
    const line = json ? inert(JSON.stringify(result)) : printable(text);
    if (!out.write(`${line}\n`)) await Promise.race([once(out, "drain"), once(out, "close")]);
  };
}
