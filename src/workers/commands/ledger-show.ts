// `ledger show`: an order's money story, from the ledger's attempts, the journal's lines and what a parked purchase is known by.
import type { Purchase } from "../../shared/certificate/certificate.ts";
import type { Doubt } from "../../shared/certificate/doubt.ts";
import { type Attempt, findAttempts } from "../ledger/attempt.ts";
import type { Desk } from "./ledger-desk.ts";

export interface Story {
  reference: string;
  /** null before anything was begun. */
  account: string | null;
  /** Where the order stands in the ledger. */
  state: string;
  certId: number | null;
  purchases: Purchase[];
  attempts: (Attempt & { number: number })[];
  /** The steps of the ledger for this order, as the second witness has them. */
  journal: { at: string; epoch: number; seq: number; step: string }[];
  /** What was found when a person was asked. */
  doubt: Doubt | null;
  /** The ledger has money facts, and the order's own text was lost: it must be sent again. */
  isTextLost: boolean;
}

/** Undefined when neither an order nor a money fact has this reference. Asks no eNom. */
export async function tellStory(reference: string, desk: Desk): Promise<Story | undefined> {
  const { redis, keys, journal } = desk.ledger;
  const [state, attempt, slot] = await redis.hmget(keys.certificate(reference), "state", "attempt", "certId");
  if (!state) return undefined;
  const certificate = await desk.certificates.find(reference);
  const attempts = await findAttempts(desk, reference, Number(attempt ?? 0));
  const account = certificate?.record.account ?? attempts[0]?.account ?? null;
  const lines = account === null ? [] : await journal.read(account);
  return {
    ...{ reference, account, state, attempts },
    certId: slot ? Number(slot) : null,
    purchases: certificate?.purchases ?? [],
    journal: lines
      .filter((line) => line.reference === reference)
      .map(({ at, epoch, seq, step }) => ({ at: new Date(at).toISOString(), epoch, seq, step })),
    doubt: certificate?.record.doubt ?? null,
    isTextLost: certificate === undefined,
  };
}
