// Writes a verb that changes something to the audit trail: before it is done, and what came of it.
import type { Actor } from "../../../shared/authority/actor.ts";
import type { Facts, Outcome } from "../../../shared/authority/audit/entry.ts";
import { openHide } from "../../../shared/authority/audit/hide.ts";
import { auditTrail } from "../../../shared/authority/audit/trail.ts";
import type { Ending, Result } from "../../../shared/base/result.ts";
import type { Certificate } from "../../../shared/certificate/certificate.ts";
import { askedFacts, changedFacts, factsOf } from "../../../shared/certificate/changes/audited-facts.ts";
import type { CertificateStore } from "../../../shared/certificate/store.ts";
import type { RedisClient } from "../../../shared/redis/client.ts";
import { fleetClock } from "../../../shared/redis/fleet-clock.ts";
import type { Keys } from "../../../shared/redis/keys.ts";

interface Spoken {
  redis: RedisClient;
  keys: Keys;
  actor: Actor;
  certificates?: Pick<CertificateStore, "find">;
  /** The address of whoever asks, where that is over HTTP. */
  from?: string | null;
}

/** `unknown`: it is saved, and a worker carries it out later. */
const OUTCOMES: Record<Ending, Outcome> = {
  done: "done",
  unknown: "done",
  usage: "refused",
  "not-found": "refused",
  conflict: "refused",
  failed: "failed",
  later: "failed",
};

/**
 * `subject`: a reference, whose facts are kept as they were and as they are then; or anything else, with `before` and
 * `after` to say what was there and what was asked.
 * @throws Unavailable it cannot be written down: nothing was done
 */
export async function audited(
  { redis, keys, actor, certificates, from = null }: Spoken,
  { action, subject, ...given }: { action: string; subject: string | null; before?: Facts; after?: Facts },
  work: () => Promise<Result>,
): Promise<Result> {
  const [hide, clock] = await Promise.all([openHide({ redis, keys }), fleetClock({ redis, keys }, { everyMs: 0 })]);
  const find = async (): Promise<Certificate | undefined> =>
    certificates && subject !== null ? certificates.find(subject) : undefined;
  const factsNow = (found: Certificate | undefined): Facts => (found ? factsOf(found, clock.now(), hide) : {});
  const found = await find();
  const before = factsNow(found);
  const after = askedFacts(given.after ?? {}, found, hide);
  const named = subject?.includes("@") ? hide(subject) : subject;
  const begun = await auditTrail({ redis, keys, clock }).begin({
    ...{ who: actor, from, action, subject: named, after },
  });
  let result: Result | undefined;
  try {
    result = await work();
    return result;
  } finally {
    const outcome = result ? OUTCOMES[result.ending] : "failed";
    const changed = changedFacts(before, outcome === "done" ? await find().then(factsNow, () => before) : before);
    await begun.end(outcome, { before: { ...given.before, ...changed.before }, after: { ...after, ...changed.after } });
  }
}
