// What happened to an order, newest first; the names are the ones that the reference and the API have.
import { type Html, html } from "../../html.ts";
import type { Shown } from "../certificates/found.ts";
import { timeIn } from "../frame/language.ts";
import type { Visit } from "../frame/visit.ts";
import { certificateWords } from "./words.ts";

/** The rest stands behind a click: the page stays small. */
const FIRST = 25;

export function timelineSection({ language }: Visit, { timeline }: Shown): Html {
  const say = certificateWords(language);
  const entries = timeline
    .toReversed()
    .map(
      ({ at, event, detail }) =>
        html`<li><time datetime="${at}">${timeIn(language, at)}</time> <code>${event}</code><br>${detail}</li>`,
    );
  const rest =
    entries.length > FIRST
      ? html`<details><summary>${say.earlier(`${entries.length - FIRST}`)}</summary><ol class="timeline">${entries.slice(FIRST)}</ol></details>`
      : null;
  return html`<section aria-labelledby="timeline"><h2 id="timeline">${say.timeline}</h2><ol class="timeline">${entries.slice(0, FIRST)}</ol>${rest}</section>`;
}
