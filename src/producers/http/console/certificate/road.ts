// The road of an order as a picture: its steps with their times, where it is now, and where it is stuck.
import { type Html, html } from "../../html.ts";
import type { Shown } from "../certificates/found.ts";
import { timeIn } from "../frame/language.ts";
import type { Visit } from "../frame/visit.ts";
import { certificateWords } from "./words.ts";

/** What a step is begun or ended by in the timeline. */
const OPENING = [
  ["ordered", ["certificate.ordered", "certificate.imported", "certificate.moved"]],
  ["bought", ["certificate.purchased"]],
  ["configured", ["certificate.configured"]],
  ["submitted", ["certificate.submitted"]],
  ["issued", ["certificate.issued", "certificate.read", "certificate.taken-in"]],
] as const;
const REISSUING = [
  ["requested", ["reissue.requested"]],
  ["sent", ["reissue.sent", "reissue.asked"]],
  ["reissued", ["certificate.reissued"]],
] as const;

interface Step {
  name: string;
  at: string | undefined;
}

/** Of a reissue that is under way its own road; else the one from the order, of the newest term. */
export function roadSection({ language }: Visit, certificate: Shown): Html {
  const say = certificateWords(language);
  const { status, attention, timeline } = certificate;
  const isReissue = status === "reissuing";
  const table = isReissue ? REISSUING : OPENING;
  const begun = beginOf(timeline, isReissue);
  const events = timeline.slice(begun);
  let steps: Step[] = table.map(([name, names]) => ({
    name,
    at: events.find(({ event }) => names.some((each) => each === event))?.at,
  }));
  // A step that left no line in a long timeline is done all the same when a later one is.
  const last = steps.findLastIndex(({ at }) => at !== undefined);
  steps = steps.map((step, i) => (i < last ? { ...step, at: step.at ?? "" } : step));
  const current = steps.findIndex(({ at }) => at === undefined);
  const isOver = status === "cancelled" || status === "failed";
  return html`<section aria-labelledby="road"><h2 id="road">${say.road}</h2><ol class="steps">${steps.map(
    ({ name, at }, i) => {
      const isStuck = i === current && (attention !== null || isOver);
      const tone = at !== undefined ? "done" : isStuck ? "stuck" : i === current ? "now" : "";
      const text = say[`step-${name}` as keyof typeof say] as string;
      const when = at === undefined ? (i === current && !isOver ? say.now : "") : at === "" ? "" : timeIn(language, at);
      return html`<li${tone === "" ? null : html` class="${tone}"`}${i === current ? html` aria-current="step"` : null}>${text}<br><span class="small">${when}</span></li>`;
    },
  )}</ol></section>`;
}

/** The newest term begins with its renewal, a reissue with its request. */
function beginOf(timeline: Shown["timeline"], isReissue: boolean): number {
  const begins = isReissue ? "reissue.requested" : "renewal.started";
  return Math.max(
    0,
    timeline.findLastIndex(({ event }) => event === begins),
  );
}
