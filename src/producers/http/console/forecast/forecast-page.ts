// `/forecast`: what comes month by month: reissues, validations, purchases and their cost; beside another policy, if one is asked for.
import { z } from "zod";
import { type Html, html } from "../../html.ts";
import type { App } from "../../needs.ts";
import { readApi } from "../frame/ask-api.ts";
import { fieldHtml } from "../frame/forms.ts";
import { countIn, dayIn, moneyIn } from "../frame/language.ts";
import { sendPage } from "../frame/page.ts";
import { facts, table } from "../frame/pieces.ts";
import { addressOf } from "../frame/query.ts";
import { type Console, type Visit, visitOf } from "../frame/visit.ts";
import { forecastWords } from "./words.ts";

interface Counts {
  reissues: number;
  validations: number;
  reminders: number;
  purchases: number;
  lapses: number;
  cost: Record<string, string>;
}
interface Answer {
  from: string;
  to: string;
  certificates: number;
  leftOut: number;
  ownPolicy: number;
  unpriced: number;
  policies: { label: string; totals: Counts; rows: ({ from: string } & Counts)[] }[];
}

const text = z.string().max(40).default("");
const query = z.object({ years: text, by: text, before: text, mode: text, lang: z.string().max(10).optional() });

export function forecastPage(app: App, console: Console): void {
  app.get(
    "/forecast",
    { config: { scope: "accounts:read", answerMs: 60_000 }, handlerTimeout: 60_000, schema: { querystring: query } },
    async (request, reply) => {
      const visit = visitOf(request, reply, console);
      const { lang: _lang, ...asked } = request.query;
      const wanted = { ...asked, years: asked.years || "2" };
      const say = forecastWords(visit.language);
      const found = await readApi<Answer>(visit, addressOf("/v1/forecast", wanted));
      return sendPage(visit, {
        place: "forecast",
        title: say.title,
        content: html`${form(visit, wanted)}
<p class="soft">${say.span(dayIn(visit.language, found.from), dayIn(visit.language, found.to), countIn(visit.language, found.certificates))}${found.unpriced > 0 ? ` ${say.unpriced(countIn(visit.language, found.unpriced))}` : ""}</p>
${found.policies.length > 1 ? beside(visit, found.policies) : null}
${found.policies.map((each) => policySection(visit, each))}`,
      });
    },
  );
}

function form({ language, linkTo }: Visit, asked: { years: string; by: string; before: string; mode: string }): Html {
  const say = forecastWords(language);
  const modes = ["", "auto", "manual", "none"].map((each) => [each, each || "–"] as const);
  const steps = ["month", "week", "day"].map((each) => [each, say[`by-${each}` as "by-month"]] as const);
  return html`<form class="panel form" method="get" action="${linkTo("/forecast")}"><div class="panels">
${fieldHtml({ name: "years", label: say.years, type: "number", value: asked.years })}
${fieldHtml({ name: "by", label: say.step, options: steps, value: asked.by || "month" })}
${fieldHtml({ name: "before", label: say.before, hint: say.compare, type: "number", value: asked.before })}
${fieldHtml({ name: "mode", label: say.mode, hint: say.compare, options: modes, value: asked.mode })}
</div><p><button class="primary">${say.show}</button></p></form>`;
}

/** The sums of both policies, and what the difference is. */
function beside(visit: Visit, policies: Answer["policies"]): Html {
  const say = forecastWords(visit.language);
  const names = ["reissues", "validations", "reminders", "purchases", "lapses"] as const;
  const [now, other] = policies;
  const rows = names.map((name) => {
    const [a, b] = [now?.totals[name] ?? 0, other?.totals[name] ?? 0];
    return [
      say[name],
      countIn(visit.language, a),
      countIn(visit.language, b),
      `${b > a ? "+" : ""}${countIn(visit.language, b - a)}`,
    ];
  });
  const cost = [say.cost, costText(visit, now?.totals.cost ?? {}), costText(visit, other?.totals.cost ?? {}), ""];
  const columns = ["", now?.label ?? "", other?.label ?? "", say.difference].map((title, i) => ({
    title,
    ...(i > 0 && { kind: "number" as const }),
  }));
  return html`<section aria-labelledby="beside"><h2 id="beside">${say.beside}</h2>${table(say.beside, columns, [...rows, cost])}</section>`;
}

function policySection(visit: Visit, { label, totals, rows }: Answer["policies"][number]): Html {
  const { language } = visit;
  const say = forecastWords(language);
  const columns = [say.from, say.reissues, say.validations, say.purchases, say.lapses, say.cost].map((title, i) => ({
    ...{ title, kind: (i === 0 ? "nowrap" : "number") as "nowrap" | "number" },
  }));
  const cells = rows.map((row) => [
    dayIn(language, row.from),
    ...[row.reissues, row.validations, row.purchases, row.lapses].map((count) => countIn(language, count)),
    costText(visit, row.cost),
  ]);
  return html`<section><h2>${label}</h2><div class="stack">${facts([
    [say.reissues, countIn(language, totals.reissues)],
    [say.validations, countIn(language, totals.validations)],
    [say.purchases, countIn(language, totals.purchases)],
    [say.lapses, countIn(language, totals.lapses)],
    [say.cost, costText(visit, totals.cost)],
  ])}${plot(visit, rows)}${cells.length === 0 ? html`<p class="empty">${say.nothing}</p>` : table(label, columns, cells)}</div></section>`;
}

function costText({ language }: Visit, cost: Readonly<Record<string, string>>): string {
  const all = Object.entries(cost).map(([currency, sum]) => `${moneyIn(language, sum)} ${currency}`);
  return all.join(", ") || "–";
}

const [WIDTH, HEIGHT] = [960, 120];

/** Reissues below, purchases above, a column a row of the table. */
function plot({ language }: Visit, rows: readonly ({ from: string } & Counts)[]): Html | null {
  if (rows.length < 2) return null;
  const say = forecastWords(language);
  const most = Math.max(1, ...rows.map(({ reissues, purchases }) => reissues + purchases));
  const width = WIDTH / rows.length;
  const tall = (count: number): number => Math.round((count / most) * (HEIGHT - 6) * 10) / 10;
  const bars = rows.flatMap(({ reissues, purchases, from }, i) => {
    const x = Math.round((i * width + 1) * 10) / 10;
    const wide = Math.max(1, Math.round((width - 2) * 10) / 10);
    return [
      html`<rect class="b" x="${x}" y="${HEIGHT - tall(reissues)}" width="${wide}" height="${tall(reissues)}"><title>${dayIn(language, from)}: ${say.reissues} ${reissues}</title></rect>`,
      html`<rect class="c" x="${x}" y="${HEIGHT - tall(reissues) - tall(purchases)}" width="${wide}" height="${tall(purchases)}"><title>${dayIn(language, from)}: ${say.purchases} ${purchases}</title></rect>`,
    ];
  });
  return html`<figure class="plot panel"><svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${say.reissues}, ${say.purchases}">${bars}<path class="axis" d="M0 ${HEIGHT}H${WIDTH}"/></svg></figure>`;
}
