// `/certificates`: search as one types, filters that are links, pages, columns; and `/certificates.csv` with the same query.

import { Readable } from "node:stream";
import { plusDays } from "../../../../shared/base/dates.ts";
import { withoutUnseen } from "../../../../shared/base/text/unseen.ts";
import { statuses } from "../../../../shared/certificate/certificate.ts";
import { countByStatus } from "../../counts/certificate-counts.ts";
import { type Html, html } from "../../html.ts";
import type { App } from "../../needs.ts";
import { countIn } from "../frame/language.ts";
import { CERTIFICATE_EVENTS } from "../frame/live-events.ts";
import { sendPage } from "../frame/page.ts";
import { pager } from "../frame/pieces.ts";
import { statusWords } from "../frame/status-words.ts";
import { type Console, type Visit, visitOf } from "../frame/visit.ts";
import { filterForm, filterLinks, type Tab } from "./filters.ts";
import { type Found, findPage } from "./found.ts";
import { defaultColumns, isPlain, type ListQuery, listAddress, listQuery, PAGE } from "./list-query.ts";
import { CSV_HEAD, certificateTable, csvRow } from "./rows.ts";
import { indexOf } from "./search-index.ts";
import { listWords } from "./words.ts";

/** Rows of CSV that are read at once. */
const AT_ONCE = 200;

export function certificatesPage(app: App, console: Console): void {
  const index = indexOf(console.needs);
  const config = { scope: "certificates:read" } as const;

  app.get("/certificates", { config, schema: { querystring: listQuery } }, async (request, reply) => {
    const visit = visitOf(request, reply, console);
    const { query } = request;
    index.begin();
    const [found, counts] = await Promise.all([
      findPage(visit, index, query, PAGE),
      countByStatus(console.needs, visit.now),
    ]);
    const say = listWords(visit.language);
    const order = visit.may("certificates:write")
      ? html`<a class="button primary" href="${visit.linkTo("/certificates/new")}">${say.order}</a>`
      : null;
    const csv = html`<a class="button" href="${visit.linkTo(listAddress("/certificates.csv", query))}">${say.csv}</a>`;
    const change = visit.may("certificates:write")
      ? html`<a class="button" href="${visit.linkTo(listAddress("/certificates/change", query))}">${say.change}</a>`
      : null;
    const isNone = Object.values(counts).every((count) => count === 0);
    return sendPage(visit, {
      place: "certificates",
      title: say.title,
      beside: html`<span class="buttons">${order}${change}${csv}</span>`,
      content: html`${filterLinks(visit, query, tabs(visit, counts))}
${filterForm(visit, query)}
<div id="results" data-live data-events="${CERTIFICATE_EVENTS}">${results(visit, query, found, isNone)}</div>`,
    });
  });

  app.get("/certificates.csv", { config, schema: { querystring: listQuery } }, async (request, reply) => {
    const visit = visitOf(request, reply, console);
    const { stringify } = await import("csv-stringify/sync");
    const line = (cells: readonly unknown[]): string =>
      withoutUnseen(stringify([[...cells]], { escape_formulas: true })).trimEnd();
    if (!isPlain(request.query)) await index.ready(60_000);
    const first = await findPage(visit, index, request.query, AT_ONCE);
    return reply
      .type("text/csv; charset=utf-8")
      .header("content-disposition", 'attachment; filename="certificates.csv"')
      .send(Readable.from(csvOf(visit, request.query, first)));

    async function* csvOf(by: Visit, query: ListQuery, begun: Found): AsyncGenerator<string> {
      yield `${line(CSV_HEAD)}\r\n`;
      for (let page = begun; ; ) {
        if (page.items.length > 0) yield `${page.items.map((each) => line(csvRow(each))).join("\r\n")}\r\n`;
        if (page.nextCursor === null || request.signal.aborted) return;
        page = await findPage(by, index, { ...query, cursor: page.nextCursor }, AT_ONCE);
      }
    }
  });
}

function tabs({ language, now }: Visit, counts: Readonly<Record<(typeof statuses)[number], number>>): Tab[] {
  const say = listWords(language);
  const words = statusWords(language);
  const count = (text: string, number: number): string => `${text} ${countIn(language, number)}`;
  const all = Object.values(counts).reduce((sum, each) => sum + each, 0);
  return [
    { text: count(say.all, all), set: { status: [], attention: "", expires_before: "", sort: "" } },
    { text: say.needsAttention, set: { status: [], attention: "true", expires_before: "", sort: "" } },
    {
      text: say.ends30,
      set: {
        ...{ status: ["issued", "reissuing"], attention: "", sort: "expiry" },
        expires_before: plusDays(now, 30).toISOString().slice(0, 10),
      },
    },
    ...statuses
      .filter((status) => counts[status] > 0)
      .map((status) => ({
        text: count(words[status], counts[status]),
        set: { status: [status], attention: "", expires_before: "", sort: "" as const },
      })),
  ];
}

function results(visit: Visit, query: ListQuery, { items, nextCursor, known }: Found, isNone: boolean): Html {
  const say = listWords(visit.language);
  const columns = query.columns.length > 0 ? query.columns : defaultColumns;
  const building =
    known === undefined
      ? null
      : html`<p class="said warn" role="status">${say.building(countIn(visit.language, known))}</p>`;
  if (items.length === 0) return html`${building}<p class="empty">${isNone ? say.noneYet : say.none}</p>`;
  return html`${building}${certificateTable(visit, items, columns)}
${pager(visit, listAddress("/certificates", query), nextCursor)}`;
}
