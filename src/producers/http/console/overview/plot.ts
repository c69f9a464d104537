// The history of a balance as a small drawing: a step a reading, its minimum as a line, and the same in words.
import type { BalanceReading } from "../../../../shared/account/records.ts";
import { plusDays } from "../../../../shared/base/dates.ts";
import { compareMoney, type Money } from "../../../../shared/base/money.ts";
import { type Html, html } from "../../html.ts";
import { dayIn, type Language, moneyIn, wordsIn } from "../frame/language.ts";

const words = wordsIn({
  en: {
    now: "now",
    minimum: "minimum",
    first: "The graph starts with the next reading.",
    inWords: (first: string, last: string, lowest: string) => `Balance: ${first}, ${last}; lowest ${lowest}.`,
    on: (sum: string, day: string) => `${sum} on ${day}`,
    least: (sum: string) => ` The minimum is ${sum}.`,
  },
  es: {
    now: "ahora",
    minimum: "mínimo",
    first: "El gráfico empieza con la próxima lectura.",
    inWords: (first, last, lowest) => `Saldo: ${first}, ${last}; el más bajo ${lowest}.`,
    on: (sum, day) => `${sum} el ${day}`,
    least: (sum) => ` El mínimo es ${sum}.`,
  },
  ru: {
    now: "сейчас",
    minimum: "минимум",
    first: "График начнётся со следующего чтения баланса.",
    inWords: (first, last, lowest) => `Баланс: ${first}, ${last}; наименьший ${lowest}.`,
    on: (sum, day) => `${sum}, ${day}`,
    least: (sum) => ` Минимум: ${sum}.`,
  },
});

const WIDTH = 640;
const HEIGHT = 120;
const HEADROOM = 1.08;
const DAYS = 90;

export interface Plotted {
  /** Newest first. */
  history: readonly BalanceReading[];
  minimum: Money | null;
  currency: string;
  language: Language;
}

/** Readings of the last 90 days, or since the first; a balance holds until the next reading. */
export function balancePlot({ history, minimum, currency, language }: Plotted, now: Date): Html | null {
  const since = plusDays(now, -DAYS).getTime();
  const readings = history.filter(({ at }) => Date.parse(at) >= since).reverse();
  const [first] = readings;
  const last = readings.at(-1);
  if (!first || !last) return null;
  if (first === last) return html`<p class="empty">${words(language).first}</p>`;
  const from = Date.parse(first.at);
  const x = (at: number): number => round(((at - from) / (now.getTime() - from)) * WIDTH);
  // Pixels may be calculated with floats; money may not.
  const amounts = [...readings.map(({ available }) => Number(available)), Number(minimum ?? 0), 0];
  const [low, high] = [Math.min(...amounts), Math.max(...amounts, 1) * HEADROOM];
  const y = (amount: Money): number => round(HEIGHT - ((Number(amount) - low) / (high - low)) * HEIGHT);

  let path = `M0 ${y(first.available)}`;
  for (const { at, available } of readings.slice(1)) path += `H${x(Date.parse(at))}V${y(available)}`;
  path += `H${WIDTH}`;
  const area = `${path}V${HEIGHT}H0Z`;
  const line = minimum === null ? null : html`<path class="minimum" d="M0 ${y(minimum)}H${WIDTH}"/>`;
  return html`<figure class="plot">
<svg viewBox="0 0 ${WIDTH} ${HEIGHT}" preserveAspectRatio="none" role="img" aria-label="${inWords(readings, { minimum, currency, language })}">
<path class="area" d="${area}"/>${line}<path class="line" d="${path}"/>
</svg>
<figcaption><span>${dayIn(language, new Date(from))}</span>${legend(minimum, currency, language)}<span>${words(language).now}</span></figcaption>
</figure>`;
}

function legend(minimum: Money | null, currency: string, language: Language): Html | null {
  if (minimum === null) return null;
  return html`<span>– – ${words(language).minimum} ${moneyIn(language, minimum)} ${currency}</span>`;
}

/** What the drawing shows, for those who do not see it. */
function inWords(
  readings: readonly BalanceReading[],
  { minimum, currency, language }: Omit<Plotted, "history">,
): string {
  const say = words(language);
  const [first] = readings;
  const last = readings.at(-1);
  const lowest = readings.reduce((low, each) => (compareMoney(each.available, low.available) < 0 ? each : low));
  const told = (each: BalanceReading | undefined): string =>
    each ? say.on(`${moneyIn(language, each.available)} ${currency}`, dayIn(language, each.at)) : "";
  const least = minimum === null ? "" : say.least(`${moneyIn(language, minimum)} ${currency}`);
  return `${say.inWords(told(first), told(last), told(lowest))}${least}`;
}

function round(pixels: number): number {
  return Math.round(pixels * 10) / 10;
}
