// The overview's accounts: what money there is, how long it lasts, whether eNom lets us in; and what is wrong with the fleet.

import { mustStay } from "../../../../shared/account/minimum-balance.ts";
import type { IdleMoney } from "../../../../shared/account/records.ts";
import type { Trouble } from "../../../../shared/account/troubles.ts";
import { ageSeconds as age, ageText } from "../../../../shared/base/dates.ts";
import { compareMoney } from "../../../../shared/base/money.ts";
import { accountPath } from "../../../../shared/gateway/console-link.ts";
import { type Html, html } from "../../html.ts";
import { dayIn, fromNowIn, moneyIn } from "../frame/language.ts";
import { type Tone, tag } from "../frame/pieces.ts";
import type { Visit } from "../frame/visit.ts";
import type { AccountFacts } from "./facts.ts";
import { balancePlot } from "./plot.ts";
import { overviewWords } from "./words.ts";

/** Balances are read twice a day; an older figure than this missed two polls. */
const STALE_SECONDS = 26 * 3_600;

export function accountSection(visit: Visit, accounts: readonly AccountFacts[]): Html {
  const say = overviewWords(visit.language);
  const none = html`<p class="empty">${say.noAccount} <code>ENOM_USERNAME</code>, <code>ENOM_PASSWORD</code>; <code>certfleet account add</code></p>`;
  return html`<section aria-labelledby="accounts"><h2 id="accounts">${say.accounts}</h2>
${accounts.length === 0 ? none : html`<div class="panels">${accounts.map((each) => accountCard(visit, each))}</div>`}
</section>`;
}

/** What is wrong with the whole fleet; nothing where all is well. */
export function troubleSection(visit: Visit, troubles: readonly Trouble[]): Html | null {
  if (troubles.length === 0) return null;
  return html`<section aria-labelledby="troubles"><h2 id="troubles">${overviewWords(visit.language).wholeFleet}</h2>
<ol class="todo">${troubles.map((each) => html`<li>${troubleText(visit, each)}</li>`)}</ol></section>`;
}

export function accountCard(visit: Visit, { account, history, ageSeconds, runway, troubles }: AccountFacts): Html {
  const { language, linkTo, now } = visit;
  const say = overviewWords(language);
  const { id, name, currency, minimumBalance: minimum, balance } = account;
  const blocked = isBlocked(account);
  const isLow = balance !== null && minimum !== null && compareMoney(balance.available, minimum) < 0;
  return html`<article class="panel">
<h3><a href="${linkTo(accountPath(id))}">${name}</a> <code>${id}</code> ${mode(visit, account, troubles)}</h3>
${troubles.length > 0 ? html`<ol class="todo">${troubles.map((each) => html`<li>${troubleText(visit, each)}</li>`)}</ol>` : null}
${balance ? money(visit, { account, isLow, ageSeconds }) : html`<p class="empty">${say.noBalance} <code>certfleet account check ${id}</code></p>`}
${balance && balancePlot({ history, minimum, currency, language }, now)}
<ul class="plain">
${blocked ? html`<li class="warn">${say.buysNothing}</li>` : null}
${runway && html`<li${isShort(runway.days) ? html` class="warn"` : null}>${runwayText(visit, runway, blocked)}${reserved(visit, runway.reserved, currency)}</li>`}
${account.idle && account.idle.slots > 0 ? idleMoney(visit, account.idle, currency) : null}
${check(visit, account)}
</ul>
</article>`;
}

function troubleText({ language, now }: Visit, { code, message, since, next }: Trouble): Html {
  const lasting =
    since === null
      ? null
      : html` <span class="soft">${overviewWords(language).lasting(lastingText(language, since, now))}</span>`;
  return html`<p><code>${code}</code>${lasting}</p>
<p class="warn">${message}</p>
<p class="next soft">${next}</p>`;
}

function lastingText(language: Visit["language"], since: string, now: Date): string {
  return language === "en" ? ageText(age(since, now)) : fromNowIn(language, since, now);
}

/** What is paid and serves nobody. */
function idleMoney({ language }: Visit, { slots, sum, soonest }: IdleMoney, currency: string): Html {
  const say = overviewWords(language);
  const paid = say.idle(`${moneyIn(language, sum)} ${currency}`, `${slots}`);
  return html`<li class="warn">${paid}${soonest === null ? null : ` ${say.firstRefund(dayIn(language, soonest))}`} <code>certfleet ledger slots</code></li>`;
}

/** It needs attention: it buys nothing although it should, or cannot be asked. */
export function isInTrouble({ account, troubles }: AccountFacts): boolean {
  return account.enabled && (troubles.length > 0 || isBlocked(account));
}

/** Where purchases are off on purpose, money would change nothing. */
function isBlocked(account: AccountFacts["account"]): boolean {
  if (!account.purchases) return false;
  return account.balance !== null && compareMoney(account.balance.available, mustStay(account)) < 0;
}

function mode(
  { language }: Visit,
  { enabled, purchases }: AccountFacts["account"],
  troubles: readonly Trouble[],
): Html {
  const say = overviewWords(language);
  const has = (code: Trouble["code"]): boolean => troubles.some((each) => each.code === code);
  const [text, tone]: readonly [string, Tone] = !enabled
    ? [say.switchedOff, "warn"]
    : has("ledger-frozen")
      ? [say.frozen, "bad"]
      : has("account-observes")
        ? [say.observes, "warn"]
        : purchases && !has("purchases-stopped")
          ? [say.purchasesOn, "good"]
          : [say.purchasesOff, "warn"];
  return tag(text, tone);
}

function money(
  { language, now }: Visit,
  {
    account: { balance, minimumBalance, currency },
    isLow,
    ageSeconds,
  }: Pick<AccountFacts, "account" | "ageSeconds"> & { isLow: boolean },
): Html | null {
  if (!balance || ageSeconds === null) return null;
  const say = overviewWords(language);
  const least = minimumBalance === null ? "" : `${moneyIn(language, minimumBalance)} ${currency}`;
  const minimum = minimumBalance === null ? say.noMinimum : isLow ? say.belowMinimum(least) : say.minimum(least);
  const read = say.read(language === "en" ? `${ageText(ageSeconds)} ago` : fromNowIn(language, balance.at, now));
  return html`<p class="money${isLow ? " low" : ""}"><strong>${moneyIn(language, balance.available)}</strong> ${currency}</p>
<p class="soft">${minimum} · <time datetime="${balance.at}"${ageSeconds > STALE_SECONDS ? html` class="warn"` : null}>${read}</time></p>`;
}

function isShort(days: number | null): boolean {
  return days !== null && days <= 30;
}

function runwayText(
  { language }: Visit,
  { exhaustedOn, days, until }: NonNullable<AccountFacts["runway"]>,
  blocked: boolean,
): string {
  const say = overviewWords(language);
  if (exhaustedOn === null) return (blocked ? say.nonePlanned : say.covers)(dayIn(language, until));
  if (days === 0 || days === null) return say.doesNotCover;
  return say.runsShort(dayIn(language, exhaustedOn), `${days}`);
}

function reserved({ language }: Visit, amount: string, currency: string): Html | null {
  if (compareMoney(amount, "0.00") === 0) return null;
  return html` <span class="soft">${overviewWords(language).reserved(`${moneyIn(language, amount)} ${currency}`)}</span>`;
}

/** A check that failed is among the troubles; of an account that is switched off nobody is troubled by it. */
function check({ language, now }: Visit, { lastCheck: last, enabled }: AccountFacts["account"]): Html | null {
  const say = overviewWords(language);
  if (!last) return html`<li class="soft">${say.notChecked}</li>`;
  const ago = language === "en" ? `${ageText(age(last.at, now))} ago` : fromNowIn(language, last.at, now);
  if (last.ok) return html`<li class="good">${say.connectionOk} <span class="soft">· ${say.checked(ago)}</span></li>`;
  return enabled ? null : html`<li class="soft">${last.message}</li>`;
}
