// The overview's certificates: which need a person, by the next deadline; how many stand where; and which end soon.

import { ageSeconds, ageText, plusDays } from "../../../../shared/base/dates.ts";
import { certificatePath } from "../../../../shared/gateway/console-link.ts";
import { type Html, html } from "../../html.ts";
import { countIn, dayIn, fromNowIn } from "../frame/language.ts";
import { table } from "../frame/pieces.ts";
import { addressOf } from "../frame/query.ts";
import { statusWords } from "../frame/status-words.ts";
import type { Visit } from "../frame/visit.ts";
import type { Facts, Projected, Waiting } from "./facts.ts";
import { overviewWords } from "./words.ts";

export function attentionSection(visit: Visit, { attention: { total, soonest } }: Facts): Html {
  const { language, linkTo } = visit;
  const say = overviewWords(language);
  const all = linkTo(addressOf("/certificates", { attention: "true" }));
  const more =
    total > soonest.length
      ? html`<p><a href="${all}">${say.moreWait(countIn(language, total - soonest.length))}</a></p>`
      : null;
  const nothing = html`<p class="empty good">${say.noAttention}</p>`;
  return html`<section aria-labelledby="attention">
<h2 id="attention">${say.needsAttention} <span class="soft">${total}</span></h2>
${total === 0 ? nothing : html`<ol class="todo">${soonest.map((each) => waitingItem(visit, each))}</ol>${more}`}
</section>`;
}

export function certificateSection({ language, linkTo, may }: Visit, { statuses }: Facts): Html {
  const say = overviewWords(language);
  const words = statusWords(language);
  const all = Object.entries(statuses) as [keyof typeof statuses, number][];
  const tones: Readonly<Record<string, string>> = { attention: "bad", expired: "bad", failed: "bad", issued: "good" };
  const tiles = all.map(
    ([status, count]) =>
      html`<li class="${count > 0 ? (tones[status] ?? "") : ""}"><a href="${linkTo(`/certificates?status=${status}`)}"><b>${countIn(language, count)}</b>${words[status]}</a></li>`,
  );
  const isEmpty = all.every(([, count]) => count === 0);
  const first = html`<p class="empty">${say.noCertificate} ${may("certificates:write") ? html`<a href="${linkTo("/certificates/new")}">${say.orderFirst}</a>` : null} <a href="${linkTo("/docs/")}"><code>POST /v1/certificates</code></a>, <code>certfleet certificate open --file order.json</code></p>`;
  return html`<section aria-labelledby="certificates"><h2 id="certificates">${say.certificates}</h2>
${isEmpty ? first : html`<ul class="tiles">${tiles}</ul>`}</section>`;
}

export function endingSection(visit: Visit, { ending: { within3, within7, within30, soonest } }: Facts): Html {
  const { language, linkTo, now } = visit;
  const say = overviewWords(language);
  const rows = soonest.map((each) => [
    html`<a href="${linkTo(certificatePath(each.reference))}">${each.domain}</a><br><code>${each.reference}</code>`,
    each.notAfter === null ? "–" : dayIn(language, each.notAfter),
    nextText(visit, each),
  ]);
  const none = html`<p class="empty good">${say.noneEnds}</p>`;
  const before = (days: number, count: number): Html => {
    const until = plusDays(now, days).toISOString().slice(0, 10);
    const path = addressOf("/certificates", { status: "issued,reissuing", expires_before: until, sort: "expiry" });
    return html`<a href="${linkTo(path)}">${say.withinDays(`${days}`)}: <b>${countIn(language, count)}</b></a>`;
  };
  return html`<section aria-labelledby="ending"><h2 id="ending">${say.endingSoon}</h2>
<p>${before(3, within3)} · ${before(7, within7)} · ${before(30, within30)}</p>
${rows.length === 0 ? none : table(say.endingSoon, [{ title: say.certificate, kind: "name" }, { title: say.ends, kind: "nowrap" }, { title: say.next }], rows)}</section>`;
}

function nextText({ language, now }: Visit, { nextAction, attention, status }: Projected): string {
  const say = overviewWords(language);
  if (attention) return say.nextAttention;
  if (status === "reissuing" || nextAction?.kind === "look") return say.nextUnderWay;
  if (!nextAction) return say.nextNothing;
  if (nextAction.kind === "ends") return say.nextEnds;
  const key = `next-${nextAction.kind}`;
  const text = key in say ? (say[key as keyof typeof say] as string) : nextAction.kind;
  const at = new Date(nextAction.at);
  return `${text} ${at <= now ? say.nowWord : dayIn(language, at)}`;
}

function waitingItem({ language, linkTo, now }: Visit, { reference, domain, attention }: Waiting): Html {
  const say = overviewWords(language);
  const { code, message, since, who, by, next, daysLeft } = attention;
  const isDay = by !== null && !Number.isNaN(Date.parse(by));
  const deadline = isDay ? html`, ${say.by} <b>${dayIn(language, by)}</b> (${fromNowIn(language, by, now)})` : null;
  const left = daysLeft === null ? null : html` · ${say.validMore(`${daysLeft}`)}`;
  const lasting = language === "en" ? ageText(ageSeconds(since, now)) : fromNowIn(language, since, now);
  return html`<li>
<p><a href="${linkTo(certificatePath(reference))}"><b>${domain}</b></a> <code>${reference}</code> <span class="tag warn">${code}</span></p>
<p>${message}</p>
<p class="next">${next}</p>
<p class="soft">${say.forWhom(who)}${deadline} · ${say.since(lasting)}${left}</p>
</li>`;
}
