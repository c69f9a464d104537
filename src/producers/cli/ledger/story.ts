// `ledger show`, the part that people see: what was bought for an order, in plain words.
import type { MoneyStory, ReportedAttempt } from "../../../shared/account/ledger-reports.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { listedFields } from "../columns.ts";
import { table, timeText } from "../table.ts";

export function storyResult(story: MoneyStory | undefined, reference: string): Result {
  if (!story) return failure("not-found", `There is no order ${reference}.`);
  const parts = [
    opening(story),
    ...story.attempts.map(attemptText),
    section("Slots", slotsOf(story)),
    section("Journal", story.journal.map(journalLine)),
    doubtText(story.doubt),
  ];
  return {
    ending: "done",
    text: parts.filter((part) => part !== "").join("\n\n"),
    json: story,
    listed: { ...listedFields([story], STORY_FIELDS, "doubt.kind isTextLost") },
  };
}

const STORY_FIELDS = "reference account state certId";

function opening({ reference, state, certId, account, attempts, isTextLost }: MoneyStory): string {
  const where = account === null ? "" : ` on account ${account}`;
  const slot = certId === null ? "it holds no slot" : `it holds CertID ${certId}`;
  const tries = attempts.length === 0 ? "Nothing was sent to eNom for it." : "";
  const lost = isTextLost ? "Redis lost the order itself. Send it again, unchanged, under the same reference." : "";
  return [`Order ${reference}${where} is ${state}, and ${slot}.`, tries, lost].filter(Boolean).join(" ");
}

function attemptText({ number, state, service, years, price, preparedAt, gateAt, ...more }: ReportedAttempt): string {
  const { certId, orderId, reason, evidence, balance, newestOrderId } = more;
  const ids = [certId && `CertID ${certId}`, orderId && `order ${orderId}`].filter(Boolean).join(", ");
  const facts: [string, string | undefined][] = [
    ["Prepared", moment(preparedAt)],
    ["Sent", gateAt === undefined ? "never" : moment(gateAt)],
    ["Before it", `${balance} could be spent, the newest order was ${newestOrderId || "none"}`],
    ["Brought", ids],
    ["Reason", reason],
    ["Decided by", evidence],
  ];
  const rows = facts.flatMap(([name, value]) => (value ? [[name, value]] : []));
  const title = `Attempt ${number}, ${STATES[state] ?? state}: ${service}, ${years} y, for ${price}`;
  return section(title, rows);
}

const STATES: Readonly<Record<string, string>> = {
  PREPARED: "not sent yet",
  SENDING: "on its way",
  OWNED: "bought",
  REJECTED: "nothing bought",
  UNKNOWN: "in doubt",
  COVERED: "its order got another slot; a slot that this attempt bought will be unused",
  ABANDONED: "abandoned as not made",
  VOID: "abandoned before it was sent",
  PARKED: "in doubt, waiting for a decision",
};

/** A slot that no attempt brought was unused before. */
function slotsOf({ purchases, attempts }: MoneyStory): string[][] {
  const brought = new Set(attempts.map(({ certId }) => certId));
  return purchases.map(({ certId, orderId, at }) => [
    ...[timeText(at), `CertID ${certId}`, `order ${orderId ?? "–"}`],
    brought.has(certId) ? "" : "it was unused before",
  ]);
}

function journalLine({ at, epoch, seq, step }: MoneyStory["journal"][number]): string[] {
  return [timeText(at), `${epoch}/${seq}`, STEPS[step] ?? step];
}

/** The ledger's scripts by their names. */
const STEPS: Readonly<Record<string, string>> = {
  begin: "a purchase was prepared, or an unused slot was taken",
  gate: "the purchase was cleared for sending",
  close: "it is certain that nothing was bought",
  unknown: "no clear answer came",
  claim: "a slot was assigned to this order",
  absence: "eNom's list showed no slot for it, a first time",
  abandon: "the attempt was abandoned as not made",
  settle: "the attempt was settled",
  park: "the operator was asked to decide",
  "buy-again": "the operator allowed another purchase",
  configure: "the slot was about to be configured",
  configured: "the slot was configured",
  reopen: "the slot is configured again",
  refunded: "eNom showed the slot as refunded",
  cancel: "the order was cancelled",
  refuse: "the order was refused",
};

function doubtText(doubt: MoneyStory["doubt"]): string {
  if (!doubt) return "";
  const rows = [
    ...doubt.candidates.map(({ certId, orderId, orderDate, domain, owner }) => [
      `slot ${certId}`,
      `order ${orderId ?? "–"} of ${orderDate ?? "–"}, ${domain || "untouched"}, ${owner ?? "no owner"}`,
    ]),
    ...doubt.orders.map(({ orderId, orderDate }) => [`order ${orderId}`, `of ${orderDate ?? "–"}`]),
    ...doubt.transactions.map(({ orderId, amount, at, description }) => [
      `payment ${amount}`,
      `${description}, order ${orderId ?? "–"}, ${at ?? "–"}`,
    ]),
    ...doubt.missing.map((what) => ["not read", what]),
  ];
  const title = `What eNom showed at ${timeText(doubt.lookedAt)}, when the operator was asked`;
  return section(title, rows.length === 0 ? [["nothing that matches"]] : rows);
}

function section(title: string, rows: readonly (readonly string[])[]): string {
  return rows.length === 0 ? "" : `${title}\n${table([], rows).replace(/^/gm, "  ")}`;
}

function moment(ms: number): string {
  return timeText(new Date(ms).toISOString());
}
