// The dashboard as a page: everything in one answer, no script, nothing from elsewhere; it reloads itself every minute.

import { type Html, html, LOGO, pageOf } from "../html.ts";
import { accountSection, isInTrouble, troubleSection } from "./accounts.ts";
import { attentionSection, certificateSection, endingSection, type Links } from "./certificates.ts";
import type { Facts } from "./facts.ts";
import { STYLE } from "./style.ts";
import { timeText } from "./texts.ts";

export interface Surroundings extends Links {
  /** "sandbox" or "live". */
  env: string;
  /** Where to go from here: address and name. */
  links: readonly (readonly [href: string, name: string])[];
  /** Who is signed in. */
  account: Html | null;
}

export function dashboardPage(facts: Facts, { env, links, account, ...to }: Surroundings): string {
  const body = html`<header><div class="brand"><img src="${LOGO}" alt=""><h1>Certfleet</h1><span class="env ${env}">${env}</span></div>${alarms(facts)}
<nav aria-label="More">${links.map(([href, name]) => html`<a href="${href}">${name}</a>`)}</nav>${account}</header>
<main>
${troubleSection(facts.troubles, facts.now)}
${accountSection(facts.accounts, facts.now)}
${attentionSection(facts, to)}
${certificateSection(facts, to)}
<div class="two">
${endingSection(facts)}
${queueSection(facts.queues, to)}
</div>
</main>
<footer><p>As of ${timeText(facts.now)}; the page reloads every minute.</p></footer>`;
  const head = html`
<meta http-equiv="refresh" content="60">`;
  return pageOf({ title: titleOf(facts), style: STYLE, head, body });
}

/** A tab in the background shows whether something needs attention. */
function titleOf({ attention, accounts, troubles }: Facts): string {
  const count = attention.total + troubles.length + accounts.filter(isInTrouble).length;
  return count > 0 ? `(${count}) Certfleet` : "Certfleet";
}

function alarms({ attention: { total }, accounts, troubles }: Facts): Html[] {
  const troubled = accounts.filter(isInTrouble).length;
  const alarm = (context: string, text: string): Html => html`<a class="alarm" href="#${context}">${text}</a>`;
  return [
    ...(troubles.length > 0 ? [alarm("troubles", "the fleet has a problem")] : []),
    ...(total > 0 ? [alarm("attention", `${total} ${total === 1 ? "needs" : "need"} attention`)] : []),
    ...(troubled > 0
      ? [alarm("accounts", `${troubled} ${troubled === 1 ? "account has a problem" : "accounts have problems"}`)]
      : []),
  ];
}

function queueSection(queues: Facts["queues"], { linkTo }: Links): Html {
  const rows = queues.map(
    ({
      name,
      waiting,
      active,
      delayed,
      failed,
    }) => html`<tr><td><a href="${linkTo(`/queues/queue/${name}`)}">${name}</a></td>
<td class="number">${waiting}</td><td class="number">${active}</td><td class="number">${delayed}</td><td class="number">${failed}</td></tr>`,
  );
  return html`<section aria-labelledby="queues">
<h2 id="queues">Queues</h2>
<table><thead><tr><th>Queue</th><th class="number">Waiting</th><th class="number">Active</th><th class="number">Delayed</th><th class="number">Failed</th></tr></thead><tbody>${rows}</tbody></table>
</section>`;
}
