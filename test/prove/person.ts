// The people around the fleet: who decides on parked purchases, who thaws and rebuilds an account, who sends lost orders again.
import type { Slot } from "../../src/sandbox/enom/books/slot.ts";
import { goesOnByItself } from "../../src/shared/base/codes.ts";
import { type Certificate, isParkedAndTold } from "../../src/shared/certificate/certificate.ts";
import { requestChange } from "../../src/shared/certificate/operator-request.ts";
import type { OperatorRequest } from "../../src/shared/certificate/record.ts";
import { findAttempt, slotClass } from "../../src/workers/ledger/attempt.ts";
import { enterSlot, findFrozen, thaw } from "../../src/workers/ledger/maintenance.ts";
import { rebuild } from "../../src/workers/ledger/rebuild.ts";
import { isUntouchedSlot, type Run } from "./run.ts";

type Decision = Pick<Extract<OperatorRequest, { kind: "resolve" }>, "decision" | "certId">;

type Wanted = Decision | { kind: "cancel"; confirmed: boolean } | { kind: "csr"; csr: string; domain: string };

/** Wishes something as the gateway does; what cannot be wished now is not. */
export async function wish(run: Run, reference: string, wanted: Wanted): Promise<void> {
  const { certificates, clock } = run.needs;
  const certificate = await certificates.find(reference);
  if (!certificate) return;
  const made = {
    kind: "resolve",
    ...wanted,
    reason: "seen",
    who: "ops",
    at: clock.now().toISOString(),
  } as OperatorRequest;
  const answer = requestChange(certificate, made, clock.now());
  if ("certificate" in answer) await certificates.save(answer.certificate, clock.now());
}

/**
 * Decides what an order waits for. `honest` looks into eNom's books first and waits while something is under way; `careless`
 * says that nothing was bought, whatever is true.
 */
export async function decide(run: Run, reference: string, manner: "honest" | "careless"): Promise<void> {
  const certificate = await run.needs.certificates.find(reference);
  if (!certificate?.record.attention || certificate.record.wish) return;
  const decision = await decisionOn(run, certificate, manner);
  if (decision) await wish(run, reference, decision);
}

async function decisionOn(
  run: Run,
  certificate: Certificate,
  manner: "honest" | "careless",
): Promise<Decision | undefined> {
  const { order, record, attempt: number } = certificate;
  const code = record.attention?.code ?? "";
  if (code === "configured-otherwise") return { decision: "cancel" }; // somebody else uses that slot by now
  if (!isParkedAndTold(certificate)) return goesOnByItself(code) ? undefined : { decision: "retry" };
  const attempt = await findAttempt(run.needs, order.reference, number);
  if (attempt?.state !== "PARKED") return { decision: "refunded" };
  const [free] = await freeSlots(run, order.product);
  const awaited = run.lateEffects.some(({ service }) => service === order.product);
  if (manner === "careless") {
    if (free || awaited) run.excuses.push("a person said that nothing was bought, and it was");
    return { decision: "not-bought" };
  }
  if (free) return { decision: "adopt", certId: free.certId };
  return awaited ? undefined : { decision: "not-bought" };
}

/** What the fleet bought and no order has, as eNom's books say. */
export async function freeSlots({ enom, redis, keys, foreign }: Run, service: string): Promise<Slot[]> {
  const owners = await redis.hgetall(keys.ledger.owner("main"));
  return enom.books
    .slots()
    .filter((slot) => slot.service === service && isUntouchedSlot(slot) && !foreign.has(slot.certId))
    .filter(({ certId }) => (owners[certId] ?? "POOL") === "POOL");
}

/** Whoever placed the orders sends them again: nothing happens to those that are known. */
export async function sendAgain({ orders, needs }: Run): Promise<void> {
  for (const order of orders) await needs.certificates.accept(order, needs.clock.now());
}

/** Finds out why the account is frozen: rebuilds what Redis lost, names what somebody else bought, and thaws. */
export async function thawAccount(run: Run): Promise<void> {
  const { needs, redis, keys, enom, foreign, journal } = run;
  const [epoch, behind] = await redis.hmget(keys.ledger.meta("main"), "epoch", "behind");
  if (behind || (epoch === null && (await journal.highest("main")))) {
    await rebuild(
      needs,
      { account: "main", words: "ops: Redis lost its end" },
      { certificates: needs.certificates, now: needs.clock.now() },
    );
    await sendAgain(run);
  }
  const reason = await findFrozen(needs, "main");
  if (!reason) return;
  const owners = await redis.hgetall(keys.ledger.owner("main"));
  const nobodys = new Set(["LEGACY", "FOREIGN", "REFUNDED", "POOL"]);
  const servedByOthers = [...foreign].some((certId) => !nobodys.has(owners[certId] ?? "FOREIGN"));
  const nobodyElse = foreign.size === run.setUp.legacy;
  if (nobodyElse && run.excuses.length === 0 && run.losses === 0) run.faults.push(`frozen for nothing: ${reason}`);
  for (const { certId, service, years, orderedAt } of enom.books
    .slots()
    .filter((slot) => foreign.has(slot.certId) || isUntouchedSlot(slot))) {
    const place = { account: "main", certId, slotClass: slotClass(service, years), boughtAt: Date.parse(orderedAt) };
    if (foreign.has(certId)) await enterSlot(needs, place, "FOREIGN");
    // Nobody waits for what came too late, or for what an order found in somebody else's slot before.
    else if (run.excuses.length > 0 || servedByOthers) await enterSlot(needs, place, "POOL");
  }
  await thaw(needs, "main", "ops: somebody else bought, or eNom was late");
}
