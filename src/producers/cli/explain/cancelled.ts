// What `explain` says of an order that was cancelled: when and by whom, and what became of its money.
import { utcDate } from "../../../shared/base/dates.ts";
import { moneyWords } from "../../../shared/certificate/changes/cancelled-money.ts";
import type { CertificateRecord } from "../../../shared/certificate/record.ts";
import type { Cancellation } from "../../../shared/refund/cancellation.ts";
import { timeText } from "../table.ts";

export function whenCancelled({ timeline }: CertificateRecord): string {
  const event = timeline.findLast((each) => each.event === "certificate.cancelled");
  return event ? ` at ${timeText(event.at)} (${event.detail})` : "";
}

/** What became of the money, and whether somebody must act for it. */
export function moneyOfCancelled(cancellation: Cancellation, now: Date, end: string[]): string[] {
  const { money, price, currency, refundBy, lookAt } = cancellation;
  const words = moneyWords(cancellation);
  if (lookAt) return [words, `The slot is looked at once more at ${timeText(lookAt)}.`, ...end];
  if (money !== "refundable") return [words, ...end];
  if (refundBy !== null && utcDate(now) > refundBy)
    return [`${price ?? "Its price"} ${currency} is spent, unless eNom's support refunded it.`, ...end];
  const ticket = cancellation.ticket?.replace(/\n/g, " ") ?? "";
  return [words, `The department must act: send eNom's support this ticket: "${ticket}"`];
}
