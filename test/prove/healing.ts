// The end of every run: nothing goes wrong any more, people do their work, and time passes until nothing changes.
import { isFinished } from "../../src/shared/certificate/certificate.ts";
import { audit } from "../../src/workers/audit/audit.ts";
import { findFrozen } from "../../src/workers/ledger/maintenance.ts";
import { endured } from "./endured.ts";
import { decide, sendAgain, thawAccount } from "./person.ts";
import { ledgerTime, type Run, SETTLE_MS } from "./run.ts";
import { checkDoubts } from "./steady-check.ts";
import { timePasses } from "./time.ts";

const ROUND_SECONDS = 300;
/** Longer than the latest effect, its settling, and a decision behind each. */
const LONGEST_MS = 12 * SETTLE_MS;

export async function heal(run: Run): Promise<void> {
  const { enom, needs } = run;
  Object.assign(enom.settings.timings, { listLagMs: 0, orderLagMs: 0 });
  enom.settings.largestPage = 250;
  await sendAgain(run);
  const begin = run.now;
  let since = ledgerTime(run);
  while (run.now - begin < LONGEST_MS) {
    if (await isFrozen(run)) {
      await endured(run, thawAccount(run));
      since = ledgerTime(run);
    }
    for (const { reference } of run.orders) await endured(run, decide(run, reference, "honest"));
    await timePasses(run, { seconds: ROUND_SECONDS, keeper: true, sweeper: true });
    await checkDoubts(run, since);
    if (run.faults.length > 0) return;
    if (!(await isQuiet(run))) continue;
    await endured(run, audit(run.account, needs)); // what came last may freeze the account: then people have work once more
    if (!(await isFrozen(run))) return;
  }
}

async function isFrozen({ needs, redis, keys }: Run): Promise<boolean> {
  if (await findFrozen(needs, "main")) return true;
  const run = await redis.hget(keys.ledger.meta("main"), "run");
  return run === null || run === "an earlier run";
}

async function isQuiet(run: Run): Promise<boolean> {
  if (run.lateEffects.length > 0 || (await isFrozen(run))) return false;
  if ((await run.redis.hlen(run.keys.ledger.unsettled("main"))) > 0) return false;
  for (const { reference } of run.orders) {
    const certificate = await run.needs.certificates.find(reference);
    if (!certificate || !isFinished(certificate)) return false;
  }
  return true;
}
