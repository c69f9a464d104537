// A purchase of which nobody can say whether it was made: exact evidence is looked for, a living sender is waited for, then a person decides.
import type { Certificate } from "../../shared/certificate.ts";
import type { Account } from "../accounts.ts";
import { type Attempt, findAttempt } from "../ledger/attempt.ts";
import { isBoundTo } from "../ledger/binding.ts";
import type { Outcome } from "../outcome.ts";
import { fresh } from "./fresh.ts";
import type { OrderNeeds } from "./needs.ts";
import { own } from "./own.ts";
import { giveToPerson } from "./parked.ts";

/** From the gate's question to the write (rule 7), whatever the pace. */
const GATE_SECONDS = 5;

/** A purchase's answer is waited for so long: 120 s of the 1200 s that T_settle has by default. */
export function answerSeconds(settleSeconds: number): number {
  return settleSeconds / 10;
}

/** Own order ids appear in the list late; looked for as long as an answer is waited for, from the gate. */
export async function settleDoubt(certificate: Certificate, needs: OrderNeeds): Promise<Certificate | Outcome> {
  const { reference } = certificate.order;
  const number = certificate.attempt;
  const attempt = await findAttempt(needs, reference, number);
  if (attempt?.state !== "SENDING" && attempt?.state !== "UNKNOWN") return fresh(reference, needs);
  const left = await secondsLeft(attempt, needs);
  const certId = await findSlotBought(attempt, left, needs);
  if (certId) {
    const { account, service, years, orderId = null } = attempt;
    return own({ reference, account, service, years, number, certId, orderId }, needs);
  }
  const worthWaiting = attempt.state === "SENDING" || attempt.orderId !== undefined;
  if (left > 0 && worthWaiting)
    return { waitSeconds: left, because: "a purchase was sent and its answer is not known yet" };
  return giveToPerson({ reference, number }, "The process that sent it ended before an answer was kept.", needs);
}

/** Seconds until a sender that still lives has surely ended, by the gate's Redis TIME. */
async function secondsLeft(attempt: Attempt, { redis, pace }: OrderNeeds): Promise<number> {
  const longest = GATE_SECONDS + answerSeconds(pace.settleSeconds);
  const [seconds] = await redis.time();
  const since = Number(seconds) - (attempt.gateAt ?? attempt.preparedAt) / 1_000;
  return Math.max(0, Math.ceil(longest - since));
}

/** Exact evidence: our own order id. A list that cannot be had is asked for again while there is time, and is no evidence behind it. */
async function findSlotBought(attempt: Attempt, left: number, needs: OrderNeeds): Promise<number | undefined> {
  const account = needs.accounts.find(attempt.account);
  if (!attempt.orderId || !account || !(await isBoundTo(needs, account.entry))) return undefined;
  try {
    return await slotOfOrder(account, attempt.orderId);
  } catch (error) {
    if (left > 0) throw error;
    return undefined;
  }
}

/** All certificates are listed, newest first, pages overlapping by one. */
async function slotOfOrder({ enom }: Account, orderId: number): Promise<number | undefined> {
  const size = 250;
  for (let start = 1; ; start += size - 1) {
    const { certificates, total } = await enom.listCertificates({ start, size });
    const found = certificates.find((each) => each.orderId === orderId);
    if (found) return found.certId;
    if (start + certificates.length > total || certificates.length === 0) return undefined;
  }
}
