// In which order what waits is done: keys take turns, within a key its customers, urgent work first in each turn, and now
// and then whoever waits longest. Nothing here knows a queue.

import type { Share } from "../../shared/authority/share.ts";

/** `urgent`: a certificate that ends soon. `single`: somebody who asks for little, and waits. `bulk`: everything else. */
export type Urgency = "urgent" | "single" | "bulk";

export interface Waiting {
  id: string;
  share: Share;
  isUrgent: boolean;
  /** Milliseconds since 1970. */
  since: number;
}

/** Whose turn it was: without it, who is first in the alphabet would be first again each time. */
export interface Turns {
  /** Begun so far. */
  count: number;
  keys: Level;
  /** The customers of each key. */
  customers: Record<string, Level>;
}

/**
 * Turns as start-time fair queueing counts them (Goyal, Vin, Cheng 1996): `round` is the turn that is being given, `next` the
 * first turn that each has not had. Who is not in it has the present one.
 */
export interface Level {
  round: number;
  next: Record<string, number>;
}

export const NO_TURNS: Turns = { count: 0, keys: { round: 0, next: {} }, customers: {} };

/** A customer with so many waiting is in no hurry with each of them. */
const SINGLE = 3;
/** Every eighth place is given to whoever waits longest: nobody waits for ever. */
const LONGEST_EVERY = 8;
/** Of so many keys it is known whose customers' turn it was; those that asked last. */
const MOST_KEYS = 500;
const RANK: Record<Urgency, number> = { urgent: 0, single: 1, bulk: 2 };

/** `byAge`: it was given a place for its age, and not because it was somebody's turn. */
export type Chosen<W extends Waiting> = W & { byAge: boolean };

/** The next `most` of those that wait, in the order in which they are to be begun. */
export function inFairOrder<W extends Waiting>(waiting: readonly W[], turns: Turns, most: number): Chosen<W>[] {
  const line = lineUp(waiting);
  const oldest = waiting.toSorted((a, b) => a.since - b.since);
  const taken = new Map<W, Chosen<W>>();
  let at = turns;
  while (taken.size < most && taken.size < waiting.length) {
    const byAge = at.count % LONGEST_EVERY === LONGEST_EVERY - 1 ? oldest.find((each) => !taken.has(each)) : undefined;
    const next = byAge ?? choose(line, at);
    if (!next) break;
    const chosen = { ...next, byAge: byAge !== undefined };
    taken.set(next, chosen);
    leave(line, next);
    at = withTurn(at, chosen);
  }
  return [...taken.values()];
}

/** All that wait, one of each customer in turn, and of the keys: `inFairOrder` of a long list whose turns nobody remembers. */
export function turnByTurn<W extends Waiting>(waiting: readonly W[]): W[] {
  const ofKeys = [...Map.groupBy(waiting, ({ share }) => share.by).values()];
  return interleaved(ofKeys.map((ofKey) => interleaved([...Map.groupBy(ofKey, ({ share }) => share.of).values()])));
}

function interleaved<T>(lists: readonly (readonly T[])[]): T[] {
  const longest = Math.max(0, ...lists.map(({ length }) => length));
  return Array.from({ length: longest }, (_, i) =>
    lists.flatMap((list) => (i < list.length ? [list[i] as T] : [])),
  ).flat();
}

/** Somebody's turn was given. What is no news any more is left out: who is behind the present turn has the present one. */
export function withTurn(
  { count, keys, customers }: Turns,
  { share: { by, of }, byAge }: Pick<Chosen<Waiting>, "share" | "byAge">,
): Turns {
  const others = Object.entries(customers).filter(([key]) => key !== by);
  const own = [by, given(levelOf(customers, by), of, byAge)] as const;
  return {
    count: count + 1,
    keys: given(keys, by, byAge),
    customers: Object.fromEntries([...others.slice(-MOST_KEYS), own]),
  };
}

/** A place for age is a turn that was had; the others' turns are where they were. */
function given(level: Level, who: string, byAge: boolean): Level {
  const turn = turnOf(level, who);
  const round = byAge ? level.round : turn;
  const later = Object.entries({ ...level.next, [who]: turn + 1 }).filter(([, each]) => each > round);
  return { round, next: Object.fromEntries(later) };
}

function turnOf({ round, next }: Level, who: string): number {
  return Math.max(round, Object.hasOwn(next, who) ? (next[who] ?? 0) : 0);
}

function levelOf(customers: Turns["customers"], by: string): Level {
  return (Object.hasOwn(customers, by) ? customers[by] : undefined) ?? NO_TURNS.keys;
}

interface Customer<W> {
  /** In the order in which they are begun. */
  jobs: W[];
  urgency: Urgency;
}
type Line<W> = Map<string, Map<string, Customer<W>>>;

function lineUp<W extends Waiting>(waiting: readonly W[]): Line<W> {
  const ofKeys = Map.groupBy(waiting, ({ share }) => share.by);
  return new Map(
    [...ofKeys].map(([by, ofKey]) => {
      const customers = [...Map.groupBy(ofKey, ({ share }) => share.of)].map(([of, jobs]) => {
        const sorted = jobs.toSorted((a, b) => Number(b.isUrgent) - Number(a.isUrgent) || a.since - b.since);
        return [of, { jobs: sorted, urgency: urgencyOf(sorted) }] as const;
      });
      return [by, new Map(customers)] as const;
    }),
  );
}

function urgencyOf(jobs: readonly Waiting[]): Urgency {
  if (jobs[0]?.isUrgent) return "urgent";
  return jobs.length <= SINGLE ? "single" : "bulk";
}

/** The key whose turn is first, and of it the customer whose turn is first; in the same turn the more urgent, then the older. */
function choose<W extends Waiting>(line: Line<W>, turns: Turns): W | undefined {
  const best = [...line].map(([by, customers]) => {
    const level = levelOf(turns.customers, by);
    const heads = [...customers].flatMap(
      ([
        of,
        {
          jobs: [job],
          urgency,
        },
      ]) => (job ? [{ job, turn: turnOf(level, of), rank: RANK[urgency] }] : []),
    );
    const first = firstOf(heads);
    return first && { ...first, turn: turnOf(turns.keys, by) };
  });
  return firstOf(best.filter((each) => each !== undefined))?.job;
}

interface Head<W> {
  job: W;
  turn: number;
  rank: number;
}

function firstOf<W extends Waiting>(heads: readonly Head<W>[]): Head<W> | undefined {
  return heads.reduce<Head<W> | undefined>((best, each) => (best && !isBefore(each, best) ? best : each), undefined);
}

function isBefore<W extends Waiting>(a: Head<W>, b: Head<W>): boolean {
  return (a.turn - b.turn || a.rank - b.rank || a.job.since - b.job.since) < 0;
}

function leave<W extends Waiting>(line: Line<W>, { id, share }: W): void {
  const customers = line.get(share.by);
  const customer = customers?.get(share.of);
  if (!customers || !customer) return;
  const jobs = customer.jobs.filter((each) => each.id !== id);
  if (jobs.length > 0) customers.set(share.of, { jobs, urgency: customer.urgency });
  else customers.delete(share.of);
  if (customers.size === 0) line.delete(share.by);
}
