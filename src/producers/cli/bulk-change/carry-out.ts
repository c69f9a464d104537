// Carries a run out: each certificate once, so many a second, and what became of it kept before it is told. Whoever goes on
// with a run that was ended does nothing twice.
import { setTimeout as pause } from "node:timers/promises";
import { Unavailable } from "../../../shared/base/errors.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { inOrder } from "../../../shared/bulk/in-order.ts";
import type { Certificate } from "../../../shared/certificate/certificate.ts";
import { isRedisTrouble } from "../../../shared/redis/connection/trouble.ts";
import { change, type Fleet } from "../fleet.ts";
import { audited } from "../port/audited.ts";
import { makeChange, type Wanted } from "./actions.ts";
import { type Outcome, type RunEntry, runStore } from "./run-store.ts";

type Parts = "certificates" | "accounts" | "redis" | "keys" | "enqueue" | "policyFor" | "intake" | "clock";

/** What a run works with, on the fleet's machines and at a gateway. */
export interface ChangeFleet extends Pick<Fleet, Parts | "actor" | "who"> {
  from?: string | null;
  /** Counts what a change costs against a quota; why it is refused, undefined where it is not. */
  admit?: (change: { before: Certificate; after: Certificate }) => Promise<string | undefined>;
}

/** What became of one certificate. */
export interface Told {
  reference: string;
  outcome: Outcome;
  why?: string;
}

const AT_ONCE = 4;

/** `rate`: at most so many a second. With `signal` no more are begun; those that are end. */
export function carryOut(
  id: string,
  entries: readonly RunEntry[],
  { wanted, rate, signal }: { wanted: Wanted; rate: number; signal?: AbortSignal },
  fleet: ChangeFleet,
): AsyncGenerator<Told> {
  const runs = runStore(fleet);
  return inOrder(paced(entries, rate, signal), AT_ONCE, async (each) => {
    const became = await changeOne(id, each, wanted, fleet);
    // Written before it is told: a run that is ended here finds its own request on the certificate.
    await runs.end(id, each, became.outcome).catch(() => undefined);
    return { reference: each.reference, ...became };
  });
}

async function changeOne(
  run: string,
  { reference, plan }: RunEntry,
  wanted: Wanted,
  fleet: ChangeFleet,
): Promise<{ outcome: Outcome; why?: string }> {
  const { clock, who, intake, admit } = fleet;
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
        if ("refused" in made) return failure("conflict", made.refused);
        const refused = await admit?.({ before: certificate, after: made.certificate });
        return refused === undefined ? made.certificate : failure("conflict", refused);
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

async function* paced(
  entries: readonly RunEntry[],
  rate: number,
  signal: AbortSignal | undefined,
): AsyncGenerator<RunEntry> {
  let next = performance.now();
  for (const each of entries) {
    const early = next - performance.now();
    if (early > 0) await pause(early, undefined, { signal }).catch(() => undefined);
    if (signal?.aborted) return;
    next = Math.max(next, performance.now() - 1_000 / rate) + 1_000 / rate;
    yield each;
  }
}
