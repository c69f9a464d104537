// The rows of the list of certificates: on the page, and as CSV.
import { certificatePath } from "../../../../shared/gateway/console-link.ts";
import { type Html, html } from "../../html.ts";
import { type Column, day, table } from "../frame/pieces.ts";
import { nextText, statusTag } from "../frame/status-words.ts";
import type { Visit } from "../frame/visit.ts";
import type { Shown } from "./found.ts";
import type { ColumnName } from "./list-query.ts";
import { listWords } from "./words.ts";

type Cell = Html | string | number | null;

const cells: Readonly<Record<ColumnName, { cell: (visit: Visit, each: Shown) => Cell; kind?: Column["kind"] }>> = {
  status: { cell: ({ language }, { status }) => statusTag(language, status) },
  product: { cell: (_visit, { product }) => product.replace(/^Certificate-/, "") },
  ends: { cell: (visit, { notAfter }) => day(visit, notAfter), kind: "nowrap" },
  paidUntil: { cell: (visit, { paidUntil }) => day(visit, paidUntil), kind: "nowrap" },
  next: { cell: ({ language }, { nextAction }) => nextText(language, nextAction) },
  customer: { cell: (_visit, { tenant }) => tenant ?? "–", kind: "name" },
  brand: { cell: (_visit, { brand }) => brand ?? "–", kind: "name" },
  account: { cell: (_visit, { account }) => account ?? "–" },
  certId: { cell: (_visit, { certId }) => certId ?? "–", kind: "number" },
  orderId: { cell: (_visit, { orderId }) => orderId ?? "–", kind: "number" },
  serial: { cell: (_visit, { serialNumber }) => html`<code>${serialNumber ?? "–"}</code>`, kind: "name" },
  accepted: { cell: (visit, { acceptedAt }) => day(visit, acceptedAt), kind: "nowrap" },
};

export function certificateTable(visit: Visit, items: readonly Shown[], columns: readonly ColumnName[]): Html {
  const say = listWords(visit.language);
  const { linkTo } = visit;
  const rows = items.map((each) => [
    html`<a href="${linkTo(certificatePath(each.reference))}">${each.domain}</a><br><code class="soft">${each.reference}</code>`,
    ...columns.map((name) => cells[name].cell(visit, each)),
  ]);
  const heads = columns.map((name) => ({ title: say[name], ...(cells[name].kind && { kind: cells[name].kind }) }));
  return table(say.title, [{ title: say.certificate, kind: "name" }, ...heads], rows);
}

/** The names never change: other programs read them. */
export const CSV_COLUMNS = [
  ...(["reference", "domain", "status", "product", "years", "tenant", "brand", "account", "certId"] as const),
  ...(["orderId", "serialNumber", "notBefore", "notAfter", "paidUntil", "acceptedAt"] as const),
] as const;

export function csvRow(each: Shown): (string | number)[] {
  const next = each.nextAction;
  const attention = each.attention;
  return [
    ...CSV_COLUMNS.map((name) => each[name] ?? ""),
    ...[next?.kind ?? "", next?.at ?? "", attention?.code ?? "", attention?.by ?? ""],
  ];
}

export const CSV_HEAD = [...CSV_COLUMNS, "nextAction", "nextActionAt", "attention", "attentionBy"];
