// Issues, reissues and purchases of the last and the coming 90 days as a drawing: what was, from the records; what comes, from
// the forecast that the fleet works by.
import type { Html } from "../../html.ts";
import { html } from "../../html.ts";
import { activityOf, type Day } from "../certificates/activity.ts";
import { countIn, dayIn } from "../frame/language.ts";
import type { Visit } from "../frame/visit.ts";
import { overviewWords } from "./words.ts";

const [WIDTH, HEIGHT, LEFT] = [960, 130, 8];
const DAYS = 90;

const KINDS = ["issued", "reissued", "bought"] as const;
const CLASSES = { issued: "a", reissued: "b", bought: "c" } as const;

/** Nothing while the records are still being read. */
export async function activitySection(visit: Visit): Promise<Html | null> {
  const found = await activityOf(visit, DAYS);
  if (!found) return null;
  const { language, now } = visit;
  const say = overviewWords(language);
  const texts = { issued: say.issues, reissued: say.reissues, bought: say.purchases };
  const all = [...found.past, ...found.coming];
  const most = Math.max(1, ...all.map((day) => KINDS.reduce((sum, kind) => sum + day[kind], 0)));
  const width = (WIDTH - 2 * LEFT) / (2 * DAYS);
  const columns = all.flatMap((day, i) => column(day, { x: LEFT + i * width, width, most }));
  const total = (days: readonly Day[]): string =>
    KINDS.map(
      (kind) =>
        `${texts[kind]} ${countIn(
          language,
          days.reduce((sum, day) => sum + day[kind], 0),
        )}`,
    ).join(", ");
  const middle = LEFT + DAYS * width;
  return html`<section aria-labelledby="activity"><h2 id="activity">${say.activity}</h2><figure class="plot panel">
<svg viewBox="0 0 ${WIDTH} ${HEIGHT + 18}" role="img" aria-label="${say.past}: ${total(found.past)}. ${say.coming}: ${total(found.coming)}.">
${columns}<path class="axis" d="M${LEFT} ${HEIGHT}H${WIDTH - LEFT}M${middle} 0V${HEIGHT}"/>
<text x="${LEFT}" y="${HEIGHT + 14}">${dayIn(language, new Date(now.getTime() - DAYS * 86_400_000))}</text><text x="${middle}" y="${HEIGHT + 14}" text-anchor="middle">${say.today}</text><text x="${WIDTH - LEFT}" y="${HEIGHT + 14}" text-anchor="end">${dayIn(language, new Date(now.getTime() + DAYS * 86_400_000))}</text>
</svg>
<figcaption><span>${say.past}: ${total(found.past)}</span><span>${say.coming}: ${total(found.coming)}</span></figcaption>
</figure></section>`;
}

/** The three kinds of a day above each other. */
function column(day: Day, { x, width, most }: { x: number; width: number; most: number }): Html[] {
  let top = HEIGHT;
  return KINDS.flatMap((kind) => {
    if (day[kind] === 0) return [];
    const height = Math.max(1.5, (day[kind] / most) * (HEIGHT - 8));
    top -= height;
    return [
      html`<rect class="${CLASSES[kind]}" x="${round(x + 0.5)}" y="${round(top)}" width="${round(width - 1)}" height="${round(height)}"/>`,
    ];
  });
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
