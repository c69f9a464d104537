// `ledger slots`, the part that people see: what is paid and serves nobody, the most urgent first.
import type { IdleSlot, IdleSlots } from "../../../shared/account/ledger-reports.ts";
import { sumMoney } from "../../../shared/base/money.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { listedFields } from "../columns.ts";
import { table } from "../table.ts";

/** `account` is the one that was asked for; undefined `found`: there is none of that id. */
export function slotsResult(found: IdleSlots | undefined, account: string | undefined): Result {
  if (!found) return failure("not-found", `No account ${account} is configured here.`);
  const rows = found.slots.map((each) => [
    ...[each.account, `${each.certId}`, each.product ?? "–", each.years === null ? "–" : `${each.years} y`],
    each.price === null ? "–" : `${each.price} ${each.currency}`,
    each.kind === "unused" ? "unused" : `of cancelled ${each.reference}`,
    each.refundUntil ?? "–",
    left(each),
    each.todo,
  ]);
  const head = ["ACCOUNT", "CERTID", "PRODUCT", "TERM", "PRICE", "STATE", "REFUND UNTIL", "DAYS LEFT", "WHAT TO DO"];
  const notes = found.unasked.map(
    ({ account: id, why }) => `Days of account ${id} are calculated from the ledger: ${why}`,
  );
  const tickets = found.slots.flatMap(({ ticket, isYoung }) => (ticket === null || isYoung ? [] : [ticket]));
  const note = rows.length === 0 ? "No paid slot is without use." : notes.join("\n");
  return {
    ending: "done",
    text:
      rows.length === 0
        ? ""
        : [
            table(head, rows),
            `Together: ${sums(found.slots)}`,
            ...tickets.map((text) => `Ticket:\n${indented(text)}`),
          ].join("\n\n"),
    json: found,
    listed: listedFields(
      found.slots,
      "account certId product years price currency kind reference refundUntil daysLeft todo",
      "service domain isYoung",
    ),
    ...(note && { note }),
  };
}

function left({ daysLeft }: IdleSlot): string {
  if (daysLeft === null) return "–";
  return daysLeft < 1 ? "over" : `${daysLeft}`;
}

function sums(slots: readonly IdleSlot[]): string {
  const known = slots.flatMap(({ price, currency }) => (price === null ? [] : [{ price, currency }]));
  const byCurrency = Map.groupBy(known, ({ currency }) => currency);
  return [...byCurrency].map(([currency, all]) => `${sumMoney(all.map(({ price }) => price))} ${currency}`).join(", ");
}

function indented(text: string): string {
  return text.replace(/^/gm, "  ");
}
