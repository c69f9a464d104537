// What the fleet would do for an observed account: by the same code that acts on live ones. Reads only.

import type { Act } from "../../shared/account/shadow/reports.ts";
import { plusDays, utcDate } from "../../shared/base/dates.ts";
import { type Certificate, policyOf, subscriptionOf } from "../../shared/certificate/certificate.ts";
import { type Due, dueOf } from "../../shared/subscription/due.ts";
import { forEveryOrder } from "../order/every-order.ts";
import type { OrderNeeds } from "../order/needs.ts";

const KINDS: Readonly<Record<Due["kind"], Act["kind"]>> = {
  reissue: "reissue",
  renew: "purchase",
  remind: "mail",
  ends: "mail",
  "tell-of-remainder": "mail",
  "tell-of-renewal": "task",
};

const WHY: Readonly<Record<Due["kind"], string>> = {
  reissue: "reissued by its policy",
  renew: "the next term is bought by its policy",
  remind: "the customer is reminded of the end",
  ends: "the customer is told that nothing comes after it",
  "tell-of-remainder": "the customer is told that the rest of the paid term is not bought",
  "tell-of-renewal": "the department is told that the next term must be bought",
};

/** What became due since then; with null, all that is due. The earliest first. */
export async function planOf(account: string, since: Date | null, needs: OrderNeeds): Promise<Act[]> {
  const now = needs.clock.now();
  const found: Act[] = [];
  await forEveryOrder(needs, (certificate) => {
    const one = bought(certificate, account) ?? due(certificate, account, { now, needs });
    if (one && (since === null || new Date(one.at) > since)) found.push(one);
  });
  return found.sort((a, b) => a.at.localeCompare(b.at));
}

/** An order that waits because the account observes, or names it: it would have been bought when it was accepted. */
function bought({ order, record, state, certId, acceptedAt }: Certificate, account: string): Act | undefined {
  if (state !== "APPROVED" || record.wish) return undefined;
  const waits =
    record.attention?.code === "account-observes" && record.attention.message.includes(`Account ${account} `);
  if (order.account !== account && !waits) return undefined;
  const at = record.renewal?.since ?? record.timeline[0]?.at ?? acceptedAt.toISOString();
  return actOf({ kind: "purchase", at, detail: `${order.product}, ordered here` }, { order, certId });
}

/** An imported certificate, too, whether or not it is adopted: that is what is to be known before. */
function due(
  certificate: Certificate,
  account: string,
  { now, needs }: { now: Date; needs: Pick<OrderNeeds, "policyFor"> },
): Act | undefined {
  if (certificate.record.account !== account) return undefined;
  const unheld = { ...subscriptionOf(certificate), heldUntil: null };
  const next = dueOf(unheld, policyOf(certificate, needs.policyFor), now);
  if (!next || next.at > now) return undefined;
  const ends = unheld.issue ? `, which ends on ${utcDate(plusDays(unheld.issue.notAfter, 0))}` : "";
  return actOf({ kind: KINDS[next.kind], at: next.at.toISOString(), detail: `${WHY[next.kind]}${ends}` }, certificate);
}

function actOf(
  known: Pick<Act, "kind" | "at" | "detail">,
  { order, certId }: Pick<Certificate, "order" | "certId">,
): Act {
  return { ...known, domain: order.domain, reference: order.reference, certId: certId ?? null };
}
