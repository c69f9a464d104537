// Carries out what a person asked for: decide, change the approver or the CSR, cancel. Kept in the record until done, and done once.

import { isDeepStrictEqual } from "node:util";
import { goesOnByItself } from "../../shared/base/codes.ts";
import { Refused } from "../../shared/base/errors.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { type CertificateRecord, type OperatorRequest, withEvent } from "../../shared/certificate/record.ts";
import { type LoadedOrder, loadOrder } from "../order/load.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { slotOf } from "../order/slot.ts";
import { codeOf } from "../order/step-errors.ts";
import { ownerAsked, withAgreed } from "../order/validation.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { cancel } from "./cancel.ts";
import { correctCsr } from "./correct-csr.ts";
import { type Done, decide } from "./decide.ts";
import { takeInHandedIn } from "./take-in.ts";

/** What was asked stays in front; only the newest refusal is shown behind it, all are in the timeline. */
const REFUSED = " A decision was refused: ";

export async function carryOutRequest(certificate: LoadedOrder, needs: OrderNeeds): Promise<Certificate | Outcome> {
  const { wish } = certificate.record;
  if (!wish) return certificate;
  const done = await carryOut(certificate, wish, needs).catch(refusalOf);
  if (!isDone(done)) return done;
  const now = needs.clock.now();
  const next = await loadOrder(certificate.order.reference, needs);
  // Another run was faster and has noted it; what waits now is a newer request.
  if (!isDeepStrictEqual(next.record.wish, wish)) return next;
  const reason = "reason" in wish ? `: ${wish.reason}` : "";
  if ("refusal" in done) {
    const attention = next.record.attention && {
      ...next.record.attention,
      message: `${next.record.attention.message.split(REFUSED)[0]}${REFUSED}${done.refusal}`,
    };
    const told = withEvent({ ...next.record, wish: null, attention }, now, "decision.refused", done.refusal);
    return needs.certificates.save({ ...next, record: told }, now);
  }
  const calm = { attention: null, trouble: null, nextLookAt: null };
  const told = withEvent(
    {
      ...next.record,
      ...calm,
      ...(typeof done.change === "function" ? done.change(next.record) : done.change),
      wish: null,
    },
    now,
    done.event,
    `by ${wish.who}${reason}${detailOf(done)}`,
  );
  needs.log.info({ event: done.event, reference: certificate.order.reference, who: wish.who });
  return needs.certificates.save({ ...next, record: told }, now);
}

function detailOf({ detail }: { detail?: string }): string {
  return detail ? `. ${detail}` : "";
}

function isDone(done: Done | Certificate | Outcome): done is Done {
  return typeof done === "object" && ("event" in done || "refusal" in done);
}

/** What eNom refuses for good, the same wish would meet again: a person wishes something else. */
function refusalOf(error: unknown): Done {
  if (error instanceof Refused && !goesOnByItself(codeOf(error))) return { refusal: error.message };
  throw error;
}

async function carryOut(
  certificate: LoadedOrder,
  wish: OperatorRequest,
  needs: OrderNeeds,
): Promise<Done | Certificate | Outcome> {
  switch (wish.kind) {
    case "cancel":
      return cancel(certificate, wish, needs);
    case "csr":
      return correctCsr(certificate, wish, needs);
    case "take-in":
      return takeInHandedIn(certificate, wish, needs);
    case "approver":
      return approver(certificate, wish, needs);
    case "resolve":
      return wish.decision === "cancel" ? cancel(certificate, wish, needs) : decide(certificate, wish, needs);
  }
}

/** Before submission, and behind a refusal, the new address is simply used; in between eNom changes it, or sends the mail again. */
async function approver(
  certificate: Certificate,
  { email, method }: { email?: string | undefined; method?: "dns" | "file" | undefined },
  needs: OrderNeeds,
): Promise<Done> {
  const { record, state } = certificate;
  // Terms may be changed while eNom is asked: only the approver is the one of this request.
  const chosen = method ? { method } : email ? { method: "email" as const, email } : record.terms.approver;
  const terms = (newest: CertificateRecord) => {
    const { slotMethod } = withAgreed({ ...newest, agreedMethod: chosen });
    return { terms: { ...newest.terms, approver: chosen }, agreedMethod: null, slotMethod };
  };
  if (method) return { event: "approver.changed", change: terms };
  const event = email ? "approver.changed" : "approver.resent";
  const rejected = record.attention?.code === "rejected-by-owner";
  if (state === "PARKED" || (rejected && email))
    return { event, change: (newest) => ({ ...terms(newest), attention: newest.attention }) };
  const isThere = record.submittedAt !== null && (!record.reissue || record.reissue.state === "sent");
  if (state !== "CONFIGURED" || !isThere) return { event, change: terms };
  const { account, slot } = slotOf(certificate, needs);
  if (record.terms.approver.method !== "email") return { refusal: "This certificate is not validated by e-mail." };
  if (email) await account.enom.changeApproverEmail({ certId: slot.certId, email });
  else await account.enom.resendApproverEmail(slot.certId);
  const now = needs.clock.now();
  return { event, change: (newest) => ({ ...terms(newest), validation: ownerAsked(newest, now), instructed: !email }) };
}
