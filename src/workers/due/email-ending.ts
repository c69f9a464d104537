// Lists to each department, a year, half a year and a month before, the certificates that e-mail validation ends for
// within their paid term.

import { utcDate } from "../../shared/base/dates.ts";
import { type Certificate, nextApprover, paidEnd, statusOf } from "../../shared/certificate/certificate.ts";
import { isAdopted } from "../../shared/certificate/imported/origin.ts";
import { getProduct } from "../../shared/certificate/products.ts";
import { otherMethods } from "../../shared/subscription/email-ending.ts";
import { EMAIL_VALIDATION_ENDS } from "../../shared/subscription/limits.ts";
import { aboutOrder } from "../order/customer-mails.ts";
import { tellDepartments } from "../order/department.ts";
import { forEveryOrder } from "../order/every-order.ts";
import type { OrderNeeds } from "../order/needs.ts";

const MOST_LISTED = 40;
const STAGES = [
  { stage: "year", from: new Date("2027-03-15T00:00:00Z") },
  { stage: "half-year", from: new Date("2027-09-15T00:00:00Z") },
  { stage: "month", from: new Date("2028-02-15T00:00:00Z") },
] as const;

/** Once a stage: noted when all are told, so that a crash tells again, by mails whose keys make them once. */
export async function tellOfEmailEnding(needs: OrderNeeds): Promise<void> {
  const now = needs.clock.now();
  const current = STAGES.findLast(({ from }) => from <= now);
  if (!current || now >= EMAIL_VALIDATION_ENDS) return;
  const { redis, keys } = needs.ledger;
  const field = `email-validation-ending:${current.stage}`;
  if ((await redis.hexists(keys.notices, field)) === 1) return;
  const about = { endsOn: utcDate(EMAIL_VALIDATION_ENDS), stage: current.stage };
  const mailOf = (account: string, listed: readonly Certificate[], more: number) => ({
    key: `${account}:${field}`,
    template: "email-validation-ending",
    values: { account, ...about, certificates: listed.map(rowOf), more },
  });
  await tellDepartments(await crossing(needs), { most: MOST_LISTED, mailOf }, needs);
  await redis.hset(keys.notices, field, now.toISOString());
}

/** Those whose paid term crosses the day, the earliest end first. */
async function crossing(needs: OrderNeeds): Promise<Certificate[]> {
  const found: Certificate[] = [];
  const now = needs.clock.now();
  await forEveryOrder(needs, (each) => {
    if (crosses(each, now)) found.push(each);
  });
  return found.sort((a, b) => (paidEnd(a)?.getTime() ?? 0) - (paidEnd(b)?.getTime() ?? 0));
}

/** A certificate that has ended needs no other way to be validated. */
function crosses(certificate: Certificate, now: Date): boolean {
  const { state, record } = certificate;
  if (!isAdopted(record, now)) return false;
  const isOver = state === "CANCELLED" || state === "REFUSED" || statusOf(certificate, now) === "expired";
  const ends = paidEnd(certificate);
  return !isOver && nextApprover(certificate).method === "email" && ends !== null && ends > EMAIL_VALIDATION_ENDS;
}

function rowOf(certificate: Certificate) {
  const { reference, domain, product } = aboutOrder(certificate);
  const ends = paidEnd(certificate);
  return {
    reference,
    domain,
    product,
    paidUntil: utcDate(ends ?? EMAIL_VALIDATION_ENDS),
    ...remedyFor(certificate),
  };
}

/** What can be done for its product: a sentence, and what it is made of for other languages. */
function remedyFor({ order }: Certificate): { remedy: string; methods: string[] } {
  const methods = otherMethods(getProduct(order.product));
  const agree = `Agree on ${methods.join(" or ")} with the owner. It is used at the next validation, once you write it down: certfleet certificate validation-method ${order.reference} --method ${methods[0]}`;
  const none =
    "eNom offers no other method for this product. Agree with the owner on a product that is validated by dns or file.";
  return { remedy: methods.length > 0 ? agree : none, methods };
}
