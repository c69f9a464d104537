// One certificate as a page for the terminal.
import type { Certificate, LedgerState } from "../../../shared/certificate/certificate.ts";
import { isRequestMade } from "../../../shared/certificate/operator-request.ts";
import type { project } from "../../../shared/certificate/projection.ts";
import { table, timeText } from "../table.ts";

/** The ledger's states as steps of an order. */
const ledgerWords: Readonly<Record<LedgerState, string>> = {
  APPROVED: "accepted, not bought yet",
  BUYING: "being bought",
  PARKED: "parked: the outcome of the purchase is unknown",
  OWNED: "bought, not configured yet",
  CONFIGURING: "being configured at eNom",
  CONFIGURED: "configured at eNom",
  REFUSED: "refused by eNom",
  CANCELLED: "cancelled",
};

type Projection = ReturnType<typeof project>;

export function certificateText(shown: Projection, certificate: Certificate): string {
  const parts = [
    `${shown.reference}  ${shown.domain}`,
    table([], facts(shown, certificate)),
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

function facts(shown: Projection, { state, record }: Certificate): string[][] {
  const { policy, nextAction, validation, notBefore, notAfter } = shown;
  const reissue =
    record.reissue && `number ${record.reissue.number}, ${record.reissue.state} (${record.reissue.reason})`;
  const order = shown.orderId === null ? "" : ` (order ${shown.orderId})`;
  const rows: [string, string | number | null][] = [
    ["Status", shown.status],
    ["Step", ledgerWords[state]],
    ["Product", `${shown.product}, ${shown.years} ${shown.years === 1 ? "year" : "years"}`],
    ["Brand", shown.brand],
    ["Tenant", shown.tenant],
    ["Account", shown.account],
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

export function ledgerFacts({ state, attempt, purchases, certId }: Certificate): string[] {
  const bought = purchases.map(
    (each) =>
      `Purchased: CertID ${each.certId}, order ${each.orderId ?? "–"}, at ${timeText(each.at)}${each.refunded ? ", refunded" : ""}`,
  );
  const slot = certId === null ? [] : [`Slot held: CertID ${certId}`];
  return [`Ledger: ${state} (${ledgerWords[state]})`, `Purchase attempts: ${attempt}`, ...bought, ...slot];
}
