// The dashboard's certificates: how many have which status, which end soon, and which need attention.
import { ageSeconds, ageText } from "../../../shared/base/dates.ts";
import { type Html, html } from "../html.ts";
import type { Facts, Projected, Waiting } from "./facts.ts";
import { daysText, dayText, shortDayText } from "./texts.ts";

export interface Links {
  /** A page of ours, wherever a proxy puts it. */
  linkTo: (path: string) => string;
  /** Addresses of the API that a browser may open, or the reference page where a key is asked for. */
  linkToApi: (path: string) => string;
}

export function attentionSection({ attention: { total, newest }, now }: Facts, links: Links): Html {
  const more =
    total > newest.length ? html`<p class="soft">${total - newest.length} more are not shown here.</p>` : null;
  const nothing = html`<p class="empty good">No certificate needs attention.</p>`;
  return html`<section aria-labelledby="attention">
<h2 id="attention">Needs attention <span class="count">${total}</span></h2>
${total === 0 ? nothing : html`<ol class="waiting">${newest.map((each) => waitingItem(each, now, links))}</ol>${more}`}
</section>`;
}

export function certificateSection({ statuses }: Facts, { linkTo, linkToApi }: Links): Html {
  const all = Object.entries(statuses);
  const tiles = all.map(
    ([status, count]) =>
      html`<li class="${count > 0 ? `on ${status}` : ""}"><a href="${linkToApi(`/v1/certificates?status=${status}`)}"><b>${count}</b>${status.replace("-", " ")}</a></li>`,
  );
  const isEmpty = all.every(([, count]) => count === 0);
  return html`<section aria-labelledby="certificates">
<h2 id="certificates">Certificates</h2>
${isEmpty ? noCertificate(linkTo("/docs/")) : html`<ul class="tiles">${tiles}</ul>`}
</section>`;
}

const noCertificate = (
  docs: string,
): Html => html`<p class="empty">No certificate was ordered yet. Order the first one with <code>POST /v1/certificates</code>
(<a href="${docs}">the API</a> has an example), or <code>certfleet certificate open --file order.json</code>.</p>`;

export function endingSection({ ending: { within7, within30, soonest }, now }: Facts): Html {
  const rows = soonest.map(
    (each) => html`<tr><td class="name">${each.domain}<br><code>${each.reference}</code></td>
<td class="day">${each.notAfter && shortDayText(new Date(each.notAfter))}</td><td>${nextText(each, now)}</td></tr>`,
  );
  const none = html`<p class="empty good">No certificate ends within 30 days.</p>`;
  return html`<section aria-labelledby="ending">
<h2 id="ending">Ending soon</h2>
<p class="ends">Within 7 days: <b>${within7}</b> · within 30 days: <b>${within30}</b></p>
${rows.length === 0 ? none : html`<table><thead><tr><th>Certificate</th><th>Ends</th><th>Next</th></tr></thead><tbody>${rows}</tbody></table>`}
</section>`;
}

const NEXT: Readonly<Record<string, string>> = {
  reissue: "reissued",
  renew: "next term bought",
  remind: "customer reminded",
  "tell-of-renewal": "operator mailbox told",
};

function nextText({ nextAction, attention, status }: Projected, now: Date): string {
  if (attention) return "needs attention";
  if (status === "reissuing" || nextAction?.kind === "look") return "under way";
  if (!nextAction) return "nothing; it ends";
  if (nextAction.kind === "ends") return "ends with its term";
  const at = new Date(nextAction.at);
  return `${NEXT[nextAction.kind] ?? nextAction.kind} ${at <= now ? "now" : `on ${shortDayText(at)}`}`;
}

function waitingItem({ reference, domain, attention }: Waiting, now: Date, { linkToApi }: Links): Html {
  const { code, message, since, who, by, next, daysLeft } = attention;
  const deadline = by === null ? null : html`, by <b>${dayText(new Date(by))}</b>`;
  const left = daysLeft === null ? null : html` · valid for ${daysText(daysLeft)} more`;
  return html`<li>
<p><a href="${linkToApi(`/v1/certificates/${reference}`)}"><b>${domain}</b></a> <code>${reference}</code> <span class="tag warn">${code}</span></p>
<p>${message}</p>
<p class="next">${next}</p>
<p class="soft">For the ${who}${deadline} · for ${ageText(ageSeconds(since, now))} now${left}</p>
</li>`;
}
