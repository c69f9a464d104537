// A purchase of which nobody can say whether it was made: exact evidence is looked for, a living sender is waited for, then a person decides.
import type { Certificate } from "../../shared/certificate.ts";
import type { Account } from "../accounts.ts";
import { park, unknown } from "../ledger/answers.ts";
import { type Attempt, findAttempt } from "../ledger/attempt.ts";
import type { Outcome } from "../outcome.ts";
import { hold } from "./hold.ts";
import type { OrderNeeds } from "./needs.ts";
import { fresh, own } from "./own.ts";

/** A purchase's answer is waited for so long: 120 s of the 1200 s that T_settle has by default. */
export function answerSeconds(settleSeconds: number): number {
  return settleSeconds / 10;
}

/** Own order ids appear in the list late; looked for as long as an answer is waited for, from the gate. */
export async function settleDoubt(
  certificate: Certificate,
  account: Account,
  needs: OrderNeeds,
): Promise<Certificate | Outcome> {
  const { reference } = certificate.order;
  const attempt = await findAttempt(needs, reference, certificate.attempt);
  if (!attempt) return fresh(reference, needs);
  const slot = attempt.orderId ? await slotOfOrder(account, attempt.orderId) : undefined;
  if (slot) {
    const { service, years, orderId = null } = attempt;
    return own(
      { reference, account: account.entry.id, service, years, number: certificate.attempt, certId: slot, orderId },
      needs,
    );
  }
  const open = await secondsLeft(attempt, needs);
  const worthWaiting = attempt.state === "SENDING" || attempt.orderId !== undefined;
  if (open > 0 && worthWaiting)
    return { waitSeconds: open, because: "a purchase was sent and its answer is not known yet" };
  return giveToPerson(certificate, attempt, needs);
}

async function giveToPerson(certificate: Certificate, attempt: Attempt, needs: OrderNeeds): Promise<Outcome> {
  const { reference } = certificate.order;
  const number = certificate.attempt;
  await unknown(needs, { reference, number }, { reason: "The process that sent it ended before an answer was kept." });
  const { account, service, years, price, balance, newestOrderId } = attempt;
  await park(needs, { intent: { reference, account, service, years, price, balance, newestOrderId }, number });
  const known = await findAttempt(needs, reference, number);
  const sentAt = new Date(attempt.gateAt ?? attempt.preparedAt).toISOString();
  const message = `Purchase ${number} of ${service} (${years} y, ${price}) was sent at ${sentAt} and its outcome is unknown: ${
    known?.reason ?? "no answer"
  } Before it the account had ${balance} and its newest order was ${newestOrderId || "none"}.`;
  return hold(await fresh(reference, needs), { code: "purchase-unknown", message }, needs);
}

/** Seconds until a sender that still lives has surely ended, by the gate's Redis TIME. */
async function secondsLeft(attempt: Attempt, needs: OrderNeeds): Promise<number> {
  const longest = answerSeconds(needs.pace.settleSeconds) * (1 + 1 / 24);
  const [seconds] = await needs.redis.time();
  const since = Number(seconds) - (attempt.gateAt ?? attempt.preparedAt) / 1_000;
  return Math.max(0, Math.ceil(longest - since));
}

/** Exact evidence: our own order id in eNom's list. All certificates are listed, newest first, pages overlapping by one. */
async function slotOfOrder(account: Account, orderId: number): Promise<number | undefined> {
  const size = 250;
  for (let start = 1; ; start += size - 1) {
    const { certificates, total } = await account.enom.listCertificates({ start, size });
    const found = certificates.find((each) => each.orderId === orderId);
    if (found) return found.certId;
    if (start + certificates.length > total || certificates.length === 0) return undefined;
  }
}
