// The end of the story in a few lines, and whether it ended well.
import { utcDate } from "../../shared/base/dates.ts";
import type { Lived } from "./life.ts";

/**
 * No day without a certificate, no job failed, and neither more nor fewer certificates and purchases than the calendar
 * asks for.
 */
export function endedWell({ certificates, purchases, expected, uncovered, failures }: Lived): boolean {
  const asExpected = certificates.length === expected.certificates && purchases === expected.purchases;
  return asExpected && uncovered.length === 0 && failures.length === 0;
}

/** `seconds`: how long it took; `status`: the certificate's, as the gateway shows it at the end. */
export function summaryOf(lived: Lived, { seconds, status }: { seconds: number; status: string }): string {
  const { term, certificates, purchases, expected, mails, days, uncovered, failures } = lived;
  const kinds = [...mails].map(([template, count]) => `${count} ${template}`).sort();
  const missed = uncovered.length > 0 ? `, the first ${utcDate(uncovered[0] ?? term.from)}` : "";
  const lines = [
    ["Certificates", counted(certificates.length, expected.certificates)],
    ["Purchases", counted(purchases, expected.purchases)],
    ["Mails", kinds.join(", ")],
    ["Days uncovered", `${uncovered.length} of ${days}${missed}`],
    ["Failed jobs", failures.length > 0 ? `${failures.length}, the first ${failures[0]}` : "none"],
    ["Status", status],
  ];
  const text = lines.map(([name = "", value = ""]) => `  ${name.padEnd(16)} ${value}`).join("\n");
  return `${utcDate(term.from)} to ${utcDate(term.to)}, lived through in ${seconds} s:\n\n${text}\n`;
}

function counted(count: number, expected: number): string {
  return count === expected
    ? `${count}, as the calendar asks for`
    : `${count}, where the calendar asks for ${expected}`;
}
