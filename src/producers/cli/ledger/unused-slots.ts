// `ledger spares`, the part that people see: unused slots, the most urgent first.
import type { UnusedSlots } from "../../../shared/account/ledger-reports.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { listedFields } from "../columns.ts";
import { table, timeText } from "../table.ts";

/** `account` is the one that was asked for; undefined `found`: there is none of that id. */
export function sparesResult(found: UnusedSlots | undefined, account: string | undefined): Result {
  if (!found) return failure("not-found", `No account ${account} is configured here.`);
  const rows = found.spares.map((each) => [
    ...[each.account, `${each.certId}`, each.product ?? "–", each.years === null ? "–" : `${each.years} y`],
    each.since === null ? "–" : timeText(each.since),
    each.isYoung ? "the next order of this kind" : "nobody: too old. Have it refunded, or adopt it by hand",
    each.refundUntil ?? "–",
    each.daysLeft === null ? "–" : each.daysLeft < 0 ? "over" : `${each.daysLeft}`,
  ]);
  const head = ["ACCOUNT", "CERTID", "PRODUCT", "TERM", "UNUSED SINCE", "TAKEN BY", "REFUND UNTIL", "DAYS LEFT"];
  const notes = found.unasked.map(
    ({ account: id, why }) => `Deadlines of account ${id} are calculated from UNUSED SINCE: ${why}`,
  );
  const note = rows.length === 0 ? "There is no unused slot." : notes.join("\n");
  return {
    ending: "done",
    text: rows.length === 0 ? "" : table(head, rows),
    json: found,
    listed: listedFields(found.spares, "account certId product years since isYoung refundUntil daysLeft"),
    ...(note && { note }),
  };
}
