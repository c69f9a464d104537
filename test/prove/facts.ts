// What Redis holds of a run's ledger, read in plain: the checks do not ask the code that they check.
import { type Attempt, findAttempt } from "../../src/workers/ledger/attempt.ts";
import type { Run } from "./run.ts";

/** Owners that are no order. */
export const NOBODYS = new Set(["POOL", "LEGACY", "FOREIGN", "REFUNDED"]);

export interface Facts {
  owner: Record<string, string>;
  held: Record<string, string>;
  unsettled: Record<string, string>;
  dwell: number;
  frozen: string | null;
}

export async function factsOf({ redis, keys }: Run): Promise<Facts> {
  const { ledger } = keys;
  const [owner, held, unsettled, [dwell, frozen]] = await Promise.all([
    redis.hgetall(ledger.owner("main")),
    redis.hgetall(ledger.held("main")),
    redis.hgetall(ledger.unsettled("main")),
    redis.hmget(ledger.meta("main"), "dwell", "frozen"),
  ]);
  return { owner, held, unsettled, dwell: Number(dwell), frozen: frozen ?? null };
}

/** Every attempt of every order; one that a step outside of the journal left incomplete is of no order any more. */
export async function attemptsOf({
  needs,
  orders,
}: Run): Promise<{ reference: string; number: number; attempt: Attempt }[]> {
  const found = await Promise.all(
    orders.map(async ({ reference }) => {
      const newest = (await needs.certificates.find(reference))?.attempt ?? 0;
      const numbers = Array.from({ length: newest }, (_, i) => i + 1);
      return Promise.all(
        numbers.map(async (number) => {
          const attempt = await findAttempt(needs, reference, number).catch(() => undefined);
          return attempt ? [{ reference, number, attempt }] : [];
        }),
      );
    }),
  );
  return found.flat(2);
}

export function same(a: Record<string, string>, b: Record<string, string>): boolean {
  const sorted = (record: Record<string, string>): string => JSON.stringify(Object.entries(record).sort());
  return sorted(a) === sorted(b);
}
