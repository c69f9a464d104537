// The paid term as a line of time: how far it is paid, how far the present certificate reaches, and what happened on the way.
import { type Html, html } from "../../html.ts";
import type { Shown } from "../certificates/found.ts";
import { dayIn, type Language } from "../frame/language.ts";
import type { Visit } from "../frame/visit.ts";
import { certificateWords } from "./words.ts";

const [WIDTH, HEIGHT] = [960, 96];
const DAY_MS = 86_400_000;

const MARKS: Readonly<Record<string, "issued" | "reissued">> = {
  "certificate.issued": "issued",
  "certificate.taken-in": "issued",
  "certificate.reissued": "reissued",
};

/** Nothing where nothing was issued. */
export function termSection({ language, now }: Visit, certificate: Shown): Html | null {
  const { notBefore, notAfter, paidUntil, purchases, timeline, validation } = certificate;
  if (notBefore === null || notAfter === null) return null;
  const say = certificateWords(language);
  const marks = timeline.flatMap(({ at, event }) => (event in MARKS ? [{ at, kind: MARKS[event] }] : []));
  const bought = purchases.map(({ at }) => at).sort();
  const firsts = [notBefore, ...marks.map(({ at }) => at), ...bought].map((at) => new Date(at).getTime());
  const ends = [notAfter, ...(paidUntil ? [`${paidUntil}T23:59:59Z`] : [])].map((at) => new Date(at).getTime());
  const [from, until] = [Math.min(...firsts) - DAY_MS, Math.max(...ends, now.getTime()) + DAY_MS];
  const x = (at: string | number | Date): number =>
    Math.round(((new Date(at).getTime() - from) / (until - from)) * (WIDTH - 20)) + 10;
  const mark = (at: string, text: string): Html =>
    html`<g><title>${text}: ${dayIn(language, at)}</title><circle class="a" cx="${x(at)}" cy="40" r="6"/></g>`;
  const paid = paidUntil
    ? html`<rect class="b" x="${x(bought[0] ?? notBefore)}" y="56" width="${Math.max(2, x(`${paidUntil}T23:59:59Z`) - x(bought[0] ?? notBefore))}" height="8" rx="4"><title>${say.paidTerm}: ${dayIn(language, paidUntil)}</title></rect>`
    : null;
  const reusable = validation.reusableUntil;
  return html`<section aria-labelledby="term"><h2 id="term">${say.term}</h2><figure class="plot panel">
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" role="img" aria-label="${inWords(language, certificate)}">
<path class="axis" d="M10 40H${WIDTH - 10}"/>
<rect class="a" x="${x(notBefore)}" y="36" width="${Math.max(2, x(notAfter) - x(notBefore))}" height="8" rx="4"><title>${say.validUntil}: ${dayIn(language, notAfter)}</title></rect>
${paid}
${marks.map(({ at, kind }) => mark(at, kind === "reissued" ? say.reissued : say.issued))}
${reusable && new Date(reusable).getTime() < until ? html`<path class="minimum" d="M${x(reusable)} 24V72"><title>${say.reusable}: ${dayIn(language, reusable)}</title></path>` : null}
<path class="line" d="M${x(now)} 16V72"/><text x="${clamped(x(now))}" y="12" text-anchor="middle">${say.today}</text>
<text x="10" y="${HEIGHT - 4}">${dayIn(language, new Date(from + DAY_MS))}</text><text x="${WIDTH - 10}" y="${HEIGHT - 4}" text-anchor="end">${dayIn(language, new Date(until - DAY_MS))}</text>
</svg>
<figcaption><span>${say.validUntil}: <b>${dayIn(language, notAfter)}</b></span>${paidUntil ? html`<span>${say.paidTerm}: <b>${dayIn(language, paidUntil)}</b></span>` : null}${reusable ? html`<span>${say.reusable}: <b>${dayIn(language, reusable)}</b></span>` : null}</figcaption>
</figure></section>`;
}

function clamped(x: number): number {
  return Math.min(WIDTH - 30, Math.max(30, x));
}

/** The picture for those who do not see it. */
function inWords(language: Language, { notAfter, paidUntil, timeline }: Shown): string {
  const say = certificateWords(language);
  const count = timeline.filter(({ event }) => event === "certificate.reissued").length;
  const parts = [
    `${say.validUntil}: ${notAfter ? dayIn(language, notAfter) : "–"}`,
    ...(paidUntil ? [`${say.paidTerm}: ${dayIn(language, paidUntil)}`] : []),
    `${say.reissued}: ${count}`,
  ];
  return parts.join(". ");
}
