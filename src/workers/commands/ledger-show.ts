// `ledger show`: an order's money story, from the ledger's attempts, the journal's lines and what a parked purchase is
// known by.
import type { MoneyStory } from "../../shared/account/ledger-reports.ts";
import { findAttempts } from "../ledger/attempt.ts";
import type { Desk } from "./ledger-desk.ts";

/** Undefined when neither an order nor a money fact has this reference. Asks no eNom. */
export async function tellStory(reference: string, desk: Desk): Promise<MoneyStory | undefined> {
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
