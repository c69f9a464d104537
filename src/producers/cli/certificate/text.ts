// One certificate as a page for the terminal.
import { isRequestMade } from "../../../shared/certificate/timeline-events.ts";
import { ledgerWords } from "../explain/ledger-facts.ts";
import type { Seen, Shown } from "../port/orders.ts";
import { table, timeText } from "../table.ts";

type Projection = Shown;

/** From afar the step and the reissue under way are not known, and left out. */
export function certificateText({ shown, inside }: Pick<Seen, "shown" | "inside">): string {
  const parts = [
    `${shown.reference}  ${shown.domain}`,
    table([], facts(shown, inside)),
    attention(shown),
    doubtText(shown),
    section(
      "Purchases",
      table(
        [],
        shown.purchases.map((p) => [timeText(p.at), `CertID ${p.certId}`, `order ${p.orderId ?? "–"}`]),
      ),
    ),
    section(
      "Timeline",
      table(
        [],
        shown.timeline.map(({ at, event, detail }) => [timeText(at), eventName(event), detail]),
      ),
    ),
  ];
  return parts.filter((part) => part !== "").join("\n\n");
}

function facts(shown: Projection, inside: Seen["inside"]): string[][] {
  const { policy, nextAction, validation, notBefore, notAfter } = shown;
  const under = inside?.reissue;
  const reissue = under ? `number ${under.number}, ${under.state} (${under.reason})` : null;
  const order = shown.orderId === null ? "" : ` (order ${shown.orderId})`;
  const rows: [string, string | number | null][] = [
    ["Status", shown.status],
    ["Step", inside ? ledgerWords[inside.step] : null],
    ["Product", `${shown.product}, ${shown.years} ${shown.years === 1 ? "year" : "years"}`],
    ["Brand", shown.brand],
    ["Tenant", shown.tenant],
    ["Account", shown.account],
    ["Taken in", shown.origin && takenIn(shown.origin)],
    ["CertID", shown.certId === null ? null : `${shown.certId}${order}`],
    ["Expiration date", shown.expirationDate],
    ["Paid until", shown.paidUntil],
    ["Serial number", shown.serialNumber],
    ["Valid", notBefore && notAfter && `${timeText(notBefore)} to ${timeText(notAfter)}`],
    ["Validation", [validation.method, validation.approverEmail].filter(Boolean).join(", ")],
    ["Agreed", validation.agreed && `${validation.agreed.method} at the next validation`],
    ["DNS record", validation.dns && `${validation.dns.name} ${validation.dns.type} ${validation.dns.value}`],
    ["File", validation.file && `${validation.file.url} with the content ${validation.file.content}`],
    ["Looked for", validation.proof && `${validation.proof.found}: ${validation.proof.detail}`],
    ["Validated", validation.lastAt && validated(validation)],
    ["Policy", `${policy.mode}, ${leadTime(policy)} (${policy.source})`],
    ["Next", nextAction && `${nextAction.kind} ${timeText(nextAction.at)}`],
    ["Reissue", reissue],
    ["Reissues", shown.reissues || null],
    ["Warnings", shown.warnings.map(({ message }) => message).join(" ")],
    ["Failure", shown.failure && `${shown.failure.code}: ${shown.failure.message}`],
  ];
  const always = new Set(["Account", "CertID", "Expiration date", "Paid until"]);
  return rows.filter(([name, value]) => value || always.has(name)).map(([name, value]) => [name, `${value ?? "–"}`]);
}

/** Nothing is done with it before it is adopted. */
function takenIn({ kind, at, adopted }: NonNullable<Projection["origin"]>): string {
  return `${kind} ${timeText(at).slice(0, 10)}, ${adopted === null ? "not adopted: nothing is done with it" : `adopted from ${adopted.slice(0, 10)} on`}`;
}

/** Records of earlier releases call a request a wish. */
function eventName(event: string): string {
  return isRequestMade(event) ? "request.made" : event;
}

function validated({ lastMethod, lastAt, reusableUntil }: Projection["validation"]): string {
  return `by ${lastMethod} at ${timeText(lastAt ?? "")}, reusable until ${timeText(reusableUntil ?? "")}`;
}

/** The lead time, and the configured one where the certificate is too short for it. */
function leadTime({ beforeDays, effectiveBeforeDays }: Projection["policy"]): string {
  const configured = beforeDays === effectiveBeforeDays ? "" : ` instead of ${beforeDays}`;
  return `${effectiveBeforeDays} days before${configured}`;
}

function attention({ attention: raised }: Projection): string {
  if (!raised) return "";
  const { code, message, since, who, by, next, daysLeft } = raised;
  const until = by === null ? "" : `, by ${timeText(by)}`;
  const left = daysLeft === null ? "" : ` (${daysLeft} ${daysLeft === 1 ? "day" : "days"} left)`;
  return `Attention: ${code}, since ${timeText(since)}, for the ${who}${until}${left}\n  ${message}\n  Next: ${next}`;
}

/** What a person needs to decide on a parked purchase, as far as eNom could be asked. */
function doubtText({ doubt }: Projection): string {
  if (!doubt) return "";
  const { before, candidates, orders, transactions, missing } = doubt;
  const sent = `Purchase ${doubt.attempt}, sent ${timeText(doubt.sentAt)}: ${doubt.years} y for ${doubt.price}. ${doubt.reason}`;
  const then = `Before it: balance ${before.balance}, newest order ${before.newestOrderId || "none"}. Looked up ${timeText(doubt.lookedAt)}.`;
  const rows = [
    ...candidates.map((each) => [
      "slot",
      `CertID ${each.certId}`,
      `order ${each.orderId ?? "–"}`,
      each.orderDate ?? "–",
      each.owner ?? "no owner known",
    ]),
    ...orders.map((each) => ["order", `${each.orderId}`, "", each.orderDate ?? "–", ""]),
    ...transactions.map((each) => [
      "money",
      each.amount,
      `order ${each.orderId ?? "–"}`,
      each.at ?? "–",
      each.description,
    ]),
    ...missing.map((each) => ["not read", each, "", "", ""]),
  ];
  const found = rows.length > 0 ? table([], rows) : "eNom shows no free slot, no newer order and no newer transaction.";
  return section("In doubt", [sent, then, found].join("\n"));
}

function section(title: string, body: string): string {
  return body === "" ? "" : `${title}\n${body.replace(/^/gm, "  ")}`;
}
