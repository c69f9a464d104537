// The dashboard's accounts: what money there is, how long it lasts, whether eNom lets us in.

import { mustStay } from "../../../shared/account/minimum-balance.ts";
import type { IdleMoney } from "../../../shared/account/records.ts";
import type { Trouble } from "../../../shared/account/troubles.ts";
import { ageSeconds as age, ageText } from "../../../shared/base/dates.ts";
import { compareMoney } from "../../../shared/base/money.ts";
import { type Html, html } from "../html.ts";
import type { AccountFacts } from "./facts.ts";
import { balancePlot } from "./plot.ts";
import { agoText, amountText, runwayText } from "./texts.ts";

/** Balances are read twice a day; an older figure than this missed two polls. */
const STALE_SECONDS = 26 * 3_600;

export function accountSection(accounts: readonly AccountFacts[], now: Date): Html {
  return html`<section aria-labelledby="accounts">
<h2 id="accounts">Accounts</h2>
${accounts.length === 0 ? noAccount : html`<div class="cards">${accounts.map((each) => card(each, now))}</div>`}
</section>`;
}

const noAccount = html`<p class="empty">No account is known yet. Set <code>ENOM_USERNAME</code> and <code>ENOM_PASSWORD</code>, or run
<code>certfleet account add</code>, and start the workers: they publish their accounts.</p>`;

/** What is wrong with the whole fleet; nothing where all is well. */
export function troubleSection(troubles: readonly Trouble[], now: Date): Html | null {
  if (troubles.length === 0) return null;
  return html`<section aria-labelledby="troubles">
<h2 id="troubles">The whole fleet</h2>
<ol class="waiting">${troubles.map((each) => html`<li>${troubleText(each, now)}</li>`)}</ol>
</section>`;
}

function card({ account, history, ageSeconds, runway, troubles }: AccountFacts, now: Date): Html {
  const { id, name, currency, minimumBalance: minimum, balance } = account;
  const blocked = isBlocked(account);
  const isLow = balance !== null && minimum !== null && compareMoney(balance.available, minimum) < 0;
  return html`<article class="card">
<header><h3>${name}</h3><code>${id}</code>${mode(account, troubles)}</header>
${troubles.length > 0 ? html`<ol class="troubles">${troubles.map((each) => html`<li>${troubleText(each, now)}</li>`)}</ol>` : null}
${balance ? money({ account, isLow, ageSeconds }) : noBalance(id)}
${balance && balancePlot({ history, minimum, currency }, now)}
<ul class="facts">
${blocked ? html`<li class="warn">Buys nothing until it is refilled.</li>` : null}
${runway && html`<li${isShort(runway.days) ? html` class="warn"` : null}>${runwayText(runway, runway.until, blocked)}${reserved(runway.reserved, currency)}</li>`}
${account.idle && account.idle.slots > 0 ? idleMoney(account.idle, currency) : null}
${check(account, now)}
</ul>
</article>`;
}

function troubleText({ code, message, since, next }: Trouble, now: Date): Html {
  const lasting = since === null ? null : html` <span class="soft">for ${ageText(age(since, now))}</span>`;
  return html`<p><code>${code}</code>${lasting}</p>
<p class="warn">${message}</p>
<p class="next soft">${next}</p>`;
}

/** What is paid and serves nobody. */
function idleMoney({ slots, sum, soonest }: IdleMoney, currency: string): Html {
  const refund = soonest === null ? null : html`, the first refund ends on ${soonest}`;
  return html`<li class="warn">${amountText(sum)} ${currency} are paid for ${slots} ${slots === 1 ? "slot" : "slots"} that nobody uses${refund}. <span class="soft"><code>certfleet ledger slots</code></span></li>`;
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

function mode({ enabled, purchases }: AccountFacts["account"], troubles: readonly Trouble[]): Html {
  const has = (code: Trouble["code"]): boolean => troubles.some((each) => each.code === code);
  if (!enabled) return html`<span class="tag warn">switched off</span>`;
  if (has("ledger-frozen")) return html`<span class="tag bad">frozen</span>`;
  if (has("account-observes")) return html`<span class="tag warn">observes</span>`;
  if (has("purchases-stopped")) return html`<span class="tag warn">purchases off</span>`;
  return purchases
    ? html`<span class="tag good">purchases on</span>`
    : html`<span class="tag warn">purchases off</span>`;
}

function money({
  account: { balance, minimumBalance, currency },
  isLow,
  ageSeconds,
}: Pick<AccountFacts, "account" | "ageSeconds"> & { isLow: boolean }): Html | null {
  if (!balance || ageSeconds === null) return null;
  const minimum =
    minimumBalance === null
      ? html`no minimum balance is set`
      : html`${isLow ? "below its" : ""} minimum ${isLow ? "of " : ""}${amountText(minimumBalance)} ${currency}`;
  const age = html`<time datetime="${balance.at}"${ageSeconds > STALE_SECONDS ? html` class="warn"` : null}>read ${agoText(ageSeconds)}</time>`;
  return html`<p class="money${isLow ? " low" : ""}"><strong>${amountText(balance.available)}</strong> ${currency}</p>
<p class="soft">${minimum} · ${age}</p>`;
}

function noBalance(id: string): Html {
  return html`<p class="empty">The balance was not read yet. Ask eNom now: <code>certfleet account check ${id}</code></p>`;
}

function isShort(days: number | null): boolean {
  return days !== null && days <= 30;
}

function reserved(amount: string, currency: string): Html | null {
  if (compareMoney(amount, "0.00") === 0) return null;
  return html` <span class="soft">${amountText(amount)} ${currency} are reserved for orders.</span>`;
}

/** A check that failed is among the troubles; of an account that is switched off nobody is troubled by it. */
function check({ lastCheck: last, enabled }: AccountFacts["account"], now: Date): Html | null {
  if (!last) return html`<li class="soft">The connection was not checked yet.</li>`;
  if (last.ok)
    return html`<li class="good">Connection OK<span class="soft"> · checked ${agoText(age(last.at, now))}</span></li>`;
  return enabled ? null : html`<li class="soft">${last.message}</li>`;
}
