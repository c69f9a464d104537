// What the ledger holds of an account, read plainly: a ledger that is frozen, behind or lost can be looked at, too.
import { z } from "zod";
import { type Attempt, findAttempt, readField, sentAt } from "../ledger/attempt.ts";
import type { LedgerContext } from "../ledger/context.ts";

/** An attempt whose slot may still turn up: in flight, parked, or abandoned. */
export type Doubtful = Attempt & { reference: string; number: number };

export interface Facts {
  /** CertID → as `slotOwners` has them, or an order's reference. */
  owners: ReadonlyMap<number, string>;
  /** Reference → the slot that the order holds. */
  held: ReadonlyMap<string, number>;
  /** Oldest first. */
  doubtful: readonly Doubtful[];
}

const replies = z.array(z.tuple([z.null(), z.record(z.string(), z.string())]));

/** All maps of one moment. */
export async function readFacts(context: LedgerContext, account: string): Promise<Facts> {
  const { redis, keys } = context.ledger;
  const { owner, held, unsettled, parked, abandoned } = keys.ledger;
  const reading = redis.multi();
  for (const map of [owner, held, unsettled, parked, abandoned]) reading.hgetall(map(account));
  const [owners = {}, holders = {}, ...inDoubt] = replies.parse(await reading.exec()).map(([, map]) => map);
  const doubtful = await Promise.all(
    inDoubt.flatMap((map) => Object.keys(map)).map((field) => attemptOf(context, field)),
  );
  return {
    owners: new Map(Object.entries(owners).map(([certId, of]) => [Number(certId), of])),
    held: new Map(Object.entries(holders).map(([reference, certId]) => [reference, Number(certId)])),
    doubtful: doubtful.filter((each) => each !== undefined).sort((a, b) => sentAt(a) - sentAt(b)),
  };
}

async function attemptOf(context: LedgerContext, field: string): Promise<Doubtful | undefined> {
  const { reference, number } = readField(field);
  const attempt = await findAttempt(context, reference, number);
  return attempt && { ...attempt, reference, number };
}
