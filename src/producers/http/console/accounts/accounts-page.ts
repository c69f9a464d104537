// `/accounts` and `/accounts/ID`: the money, whether eNom lets us in, what may be spent, and what can be bought for how much.

import { z } from "zod";
import type { ComparedProduct } from "../../../../shared/account/compare-catalogue.ts";
import { accountPath } from "../../../../shared/gateway/console-link.ts";
import { type Html, html } from "../../html.ts";
import type { App } from "../../needs.ts";
import { getAccount } from "../../routes/account/catalogue-routes.ts";
import { readApi } from "../frame/ask-api.ts";
import { moneyIn } from "../frame/language.ts";
import { ACCOUNT_EVENTS } from "../frame/live-events.ts";
import { sendPage } from "../frame/page.ts";
import { ago, facts, type Tone, table, tag } from "../frame/pieces.ts";
import { button, postRoute, saidIn } from "../frame/post.ts";
import { pageQuery } from "../frame/query.ts";
import { type Console, type Visit, visitOf } from "../frame/visit.ts";
import { accountCard, accountSection } from "../overview/accounts.ts";
import { type AccountFacts, accountFacts, factsOf } from "../overview/facts.ts";
import { accountWords } from "./words.ts";

const params = z.object({ id: z.string().max(64) });
const config = { scope: "accounts:read" } as const;

export function accountPages(app: App, console: Console): void {
  app.get("/accounts", { config, schema: { querystring: pageQuery } }, async (request, reply) => {
    const visit = visitOf(request, reply, console);
    const all = await accountFacts(console.needs, console.plan);
    return sendPage(visit, {
      place: "accounts",
      title: accountWords(visit.language).title,
      content: html`<div id="accounts-live" data-live data-events="${ACCOUNT_EVENTS}">${accountSection(visit, all)}</div>`,
    });
  });

  app.get("/accounts/:id", { config, schema: { params, querystring: pageQuery } }, async (request, reply) => {
    const visit = visitOf(request, reply, console);
    const { id } = request.params;
    const account = await getAccount(id, console.needs); // of an account that nobody knows: 404
    const [found, products] = await Promise.all([
      factsOf(account, console.needs, console.plan),
      readApi<{ readAt: string | null; items: ComparedProduct[] }>(visit, `/v1${accountPath(id)}/products`),
    ]);
    const say = accountWords(visit.language);
    return sendPage(visit, {
      place: "accounts",
      title: account.name,
      beside: visit.may("operate") ? html`<span class="buttons">${buttons(visit, id)}</span>` : null,
      said: saidIn(visit, say),
      content: html`<div id="account" class="stack" data-live data-events="${ACCOUNT_EVENTS}">
${accountCard(visit, found)}${about(visit, found)}${productSection(visit, products)}</div>`,
    });
  });

  for (const verb of ["check", "balance-poll"])
    postRoute(app, console, {
      ...{ path: `/accounts/:id/${verb}`, scope: "operate" },
      ask: ({ id = "" }) => ({ method: "POST", path: `/v1${accountPath(id)}/${verb}` }),
      back: ({ id = "" }) => `${accountPath(id)}?said=${verb}`,
    });
}

function buttons(visit: Visit, id: string): Html[] {
  const say = accountWords(visit.language);
  const path = accountPath(id);
  return [
    button(visit, { to: `${path}/check`, text: say.check }),
    button(visit, { to: `${path}/balance-poll`, text: say.poll }),
  ];
}

function about({ language }: Visit, { account }: AccountFacts): Html {
  const say = accountWords(language);
  const amount = (sum: string | null): string | null => sum && `${moneyIn(language, sum)} ${account.currency}`;
  const { idle } = account;
  return html`<section class="panel" aria-labelledby="about"><h2 id="about">${say.about}</h2>
${facts([
  [say.host, account.apiHost],
  [say.mode, account.mode],
  [say.department, account.department ?? say.noDepartment],
  [say.minimum, amount(account.minimumBalance) ?? say.none],
  [say.perHour, amount(account.perHour) ?? say.none],
  [say.perDay, amount(account.perDay) ?? say.none],
  [say.dataCenter, account.dataCenter],
  [say.idle, idle ? `${idle.slots}, ${amount(idle.sum)}` : null],
])}
<p class="soft small">${say.moreOnSlots} <code>certfleet ledger slots ${account.id}</code></p></section>`;
}

const TONES: Readonly<Record<ComparedProduct["state"], Tone>> = {
  ...{ sold: "good", "not-enabled": "soft", missing: "soft", "not-in-table": "warn", "multi-domain": "soft" },
} as const;

function productSection(visit: Visit, { readAt, items }: { readAt: string | null; items: ComparedProduct[] }): Html {
  const say = accountWords(visit.language);
  if (items.length === 0)
    return html`<section><h2>${say.products}</h2><p class="empty">${say.noCatalogue}</p></section>`;
  const rows = items.map(({ service, name, state, price, years, note }) => [
    html`${name}<br><code class="soft">${service}</code>`,
    tag(say[`state-${state}`], TONES[state]),
    price === null ? "–" : moneyIn(visit.language, price),
    years.join(", ") || "–",
    note ?? "",
  ]);
  const columns = [
    { title: say.product, kind: "name" },
    { title: say.state },
    { title: say.price, kind: "number" },
    { title: say.years },
    { title: say.note },
  ] as const;
  return html`<section aria-labelledby="products"><h2 id="products">${say.products}</h2><p class="soft small">${say.readAt} ${ago(visit, readAt)}</p>${table(say.products, columns, rows)}</section>`;
}
