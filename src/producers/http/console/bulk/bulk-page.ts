// `/certificates/change`: one change of many certificates. First what it would do to each and what that costs; then, with the
// number typed, it is carried out as a run that survives this gateway.

import { sumMoney } from "../../../../shared/base/money.ts";
import { withDeadline } from "../../../../shared/base/time/deadline.ts";
import { certificatePath } from "../../../../shared/gateway/console-link.ts";
import type { ChangeLine } from "../../../cli/bulk-change/lines.ts";
import { type Html, html } from "../../html.ts";
import type { App } from "../../needs.ts";
import { formWords } from "../action/form-words.ts";
import { type ListQuery, listQuery } from "../certificates/list-query.ts";
import { type Answer, askApi, type SaidNo } from "../frame/ask-api.ts";
import { errorSummary, fieldHtml, formOf, hiddenFields, linesIn } from "../frame/forms.ts";
import { countIn, moneyIn } from "../frame/language.ts";
import { sendPage } from "../frame/page.ts";
import { facts, table } from "../frame/pieces.ts";
import { type Console, type Visit, visitOf } from "../frame/visit.ts";
import { bulkWords } from "./words.ts";

type Rehearsed = Extract<ChangeLine, { kind: "rehearsal" }>;

const config = { scope: "certificates:write" } as const;
/** So many are named in a preview; the sums are of all. */
const SHOWN = 100;
/** A run that begins says no within this time; a long one goes on behind the page. */
const PATIENCE_MS = 1_500;
const RATE = 50;

export function bulkPage(app: App, console: Console): void {
  app.get("/certificates/change", { config, schema: { querystring: listQuery } }, async (request, reply) => {
    const form = new URLSearchParams({ where: whereOf(request.query).join("\n") });
    return page(visitOf(request, reply, console), { form });
  });

  app.post("/certificates/change", { config }, async (request, reply) => {
    const visit = visitOf(request, reply, console);
    const form = formOf(request);
    const body = bodyOf(form);
    if (form.get("act") !== "do") {
      const path = "/v1/certificates:change?dryRun=true";
      const { no, body: text } = await askApi<string>(visit, { method: "POST", path, body });
      return page(visit, no ? { form, no } : { form, found: linesOf(text) });
    }
    const count = Number(form.get("expect"));
    if (form.get("confirm")?.trim() !== `${count}`) {
      const detail = bulkWords(visit.language).wrongCount(`${count}`);
      return page(visit, { form, no: { code: "invalid", status: 422, title: "", detail } });
    }
    const asked = {
      method: "POST",
      path: "/v1/certificates:change",
      body: { ...body, expect: count, rate: RATE },
    } as const;
    const running = askApi<string>(visit, { ...asked, once: form.get("once") ?? undefined });
    running.catch((err: unknown) => visit.needs.log.warn({ event: "bulk.unfinished", err }));
    const answer: Pick<Answer<string>, "no"> = await withDeadline(running, PATIENCE_MS, () => ({ no: undefined }));
    return page(visit, answer.no ? { form, no: answer.no } : { form, isBegun: true });
  });
}

/** The list that one came from, as conditions of a bulk change. */
function whereOf({ status, attention, customer, product, expires_before: before }: ListQuery): string[] {
  const [only] = status;
  return [
    ...(only !== undefined && status.length === 1 ? [`status=${only}`] : []),
    ...(attention === "true" ? ["attention=yes"] : []),
    ...(customer === "" ? [] : [customer.includes("@") ? `customer=${customer}` : `tenant=${customer}`]),
    ...(product === "" ? [] : [`product=${product}`]),
    ...(before === "" ? [] : [`expires-before=${before}`]),
  ];
}

function bodyOf(form: URLSearchParams): { change: object; where?: string[]; all?: true } {
  const text = (name: string): string => form.get(name)?.trim() ?? "";
  const where = linesIn(text("where"));
  const days = text("policy.beforeDays");
  const policy = {
    ...(text("policy.mode") && { mode: text("policy.mode") }),
    ...(days && { beforeDays: /^\d+$/.test(days) ? Number(days) : days }),
  };
  const changes: Record<string, object> = {
    policy: { action: "policy", policy },
    extend: { action: "extend", years: Number(text("years")) || text("years") },
    reissue: { action: "reissue", ...(text("reason") && { reason: text("reason") }) },
  };
  const change = changes[text("action")] ?? { action: text("action") };
  return where.length > 0 ? { change, where } : { change, ...(form.get("all") === "true" && { all: true as const }) };
}

function linesOf(text: unknown): Rehearsed[] {
  return `${text}`
    .split("\n")
    .filter(Boolean)
    .map((line) => JSON.parse(line) as ChangeLine)
    .filter((line) => line.kind === "rehearsal");
}

interface Shown {
  form: URLSearchParams;
  no?: SaidNo;
  found?: Rehearsed[];
  isBegun?: boolean;
}

function page(visit: Visit, { form, no, found, isBegun }: Shown): unknown {
  const say = bulkWords(visit.language);
  return sendPage(visit, {
    place: "certificates",
    title: say.title,
    status: no?.status ?? 200,
    said: isBegun ? say.begun : undefined,
    content: html`${errorSummary(no, [])}${isBegun ? null : html`<section class="panel"><p>${say.about}</p></section>${askForm(visit, form)}`}
${found ? preview(visit, form, found) : null}<p><a class="button" href="${visit.linkTo("/certificates")}">${formWords(visit.language).back}</a></p>`,
  });
}

function askForm(visit: Visit, form: URLSearchParams): Html {
  const [say, words] = [bulkWords(visit.language), formWords(visit.language)];
  const text = (name: string): string => form.get(name) ?? "";
  const actions = [
    ["policy", say.policy],
    ["reissue", say.reissue],
    ...(visit.may("money:decide") ? ([["extend", say.extend]] as const) : []),
  ] as const;
  return html`<form class="form" method="post" action="${visit.linkTo("/certificates/change")}">${hiddenFields(visit)}
${fieldHtml({ name: "where", label: say.where, hint: say.whereHint, lines: 3, value: text("where") })}
<label class="check"><input type="checkbox" name="all" value="true"${form.get("all") ? html` checked` : null}>${say.all}</label>
${fieldHtml({ name: "action", label: say.what, options: actions, value: text("action") })}
${fieldHtml({ name: "policy.mode", label: words.mode, options: ["", "auto", "manual", "none"].map((each) => [each, each || "–"]), value: text("policy.mode") })}
${fieldHtml({ name: "policy.beforeDays", label: words.beforeDays, type: "number", value: text("policy.beforeDays") })}
${visit.may("money:decide") ? fieldHtml({ name: "years", label: words.years, hint: say.onlyExtend, type: "number", value: text("years") }) : null}
${fieldHtml({ name: "reason", label: words.reason, hint: say.onlyReissue, value: text("reason") })}
<p><button class="primary" name="act" value="preview">${say.preview}</button></p></form>`;
}

function preview(visit: Visit, form: URLSearchParams, found: readonly Rehearsed[]): Html {
  const { language, linkTo } = visit;
  const say = bulkWords(language);
  const changed = found.filter(({ refused }) => refused === undefined);
  const costs = changed.flatMap(({ cost }) => (typeof cost === "string" ? [cost] : []));
  const unknown = changed.filter(({ cost }) => cost === null).length;
  const rows = found
    .slice(0, SHOWN)
    .map(({ reference, domain, change, cost, refused }) => [
      html`<a href="${linkTo(certificatePath(reference))}">${domain}</a><br><code class="soft">${reference}</code>`,
      refused === undefined ? (change ?? "") : html`<span class="warn">${refused}</span>`,
      typeof cost === "string" ? moneyIn(language, cost) : refused === undefined ? "?" : "–",
    ]);
  const columns = [
    { title: say.certificate, kind: "name" },
    { title: say.becomes },
    { title: say.cost, kind: "number" },
  ] as const;
  const kept = [...form].filter(([name]) => !["csrf", "once", "act", "confirm", "expect"].includes(name));
  const hidden = kept.map(([name, value]) => html`<input type="hidden" name="${name}" value="${value}">`);
  const count = `${found.length}`;
  return html`<section aria-labelledby="preview"><h2 id="preview">${say.wouldBe}</h2><div class="stack">
${facts([
  [say.fit, countIn(language, found.length)],
  [say.changed, countIn(language, changed.length)],
  [say.sum, costs.length > 0 ? moneyIn(language, sumMoney(costs)) : "–"],
  [say.unknownCost, unknown > 0 ? countIn(language, unknown) : null],
])}
${rows.length > 0 ? table(say.wouldBe, columns, rows) : html`<p class="empty">${say.noneFit}</p>`}
${found.length > SHOWN ? html`<p class="soft">${say.more(countIn(language, found.length - SHOWN))}</p>` : null}
${
  changed.length === 0
    ? null
    : html`<form class="form" method="post" action="${linkTo("/certificates/change")}">${hiddenFields(visit)}${hidden}<input type="hidden" name="expect" value="${count}">
${fieldHtml({ name: "confirm", label: say.confirm(count), required: true })}
<p><button class="danger" name="act" value="do">${say.doIt}</button></p></form>`
}</div></section>`;
}
