// Small pieces that several pages of the console are made of.
import { type Html, html } from "../../html.ts";
import { dayIn, fromNowIn, moneyIn, timeIn, wordsIn } from "./language.ts";
import type { Visit } from "./visit.ts";

const words = wordsIn({
  en: { copy: "Copy", copied: "Copied", more: "Next page", first: "First page" },
  es: { copy: "Copiar", copied: "Copiado", more: "Página siguiente", first: "Primera página" },
  ru: { copy: "Копировать", copied: "Скопировано", more: "Следующая страница", first: "Первая страница" },
});

export type Tone = "good" | "warn" | "bad" | "soft";

export function tag(text: string, tone: Tone = "soft"): Html {
  return html`<span class="tag ${tone}">${text}</span>`;
}

/** A day in words, and the whole time for machines and on hovering. */
export function day({ language }: Visit, at: string | null): Html {
  if (at === null) return html`–`;
  return html`<time datetime="${at}" title="${timeIn(language, at)}">${dayIn(language, at)}</time>`;
}

/** `2 hours ago`, and the whole time on hovering. */
export function ago({ language, now }: Visit, at: string | null): Html {
  if (at === null) return html`–`;
  return html`<time datetime="${at}" title="${timeIn(language, at)}">${fromNowIn(language, at, now)}</time>`;
}

export function money({ language }: Visit, amount: string, currency: string): string {
  return `${moneyIn(language, amount)} ${currency}`;
}

/** Names and their values; a value of null is left out. */
export function facts(rows: readonly (readonly [name: string, value: Html | string | number | null])[]): Html {
  const shown = rows.filter(([, value]) => value !== null);
  return html`<dl class="facts">${shown.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>`)}</dl>`;
}

export interface Column {
  title: string;
  /** `number`: on the right. */
  kind?: "number" | "name" | "nowrap";
}

/** A table that scrolls by itself where the window is narrower; the first cell of a row names it. */
export function table(
  label: string,
  columns: readonly Column[],
  rows: readonly (readonly (Html | string | number | null)[])[],
): Html {
  const kind = (i: number): Html | null => (columns[i]?.kind ? html` class="${columns[i].kind}"` : null);
  return html`<div class="scroll" role="group" aria-label="${label}" tabindex="0"><table><thead><tr>${columns.map(({ title }, i) => (title === "" ? html`<td></td>` : html`<th scope="col"${kind(i)}>${title}</th>`))}</tr></thead>
<tbody>${rows.map((row) => html`<tr>${row.map((cell, i) => (i === 0 ? html`<th scope="row"${kind(i)}>${cell}</th>` : html`<td${kind(i)}>${cell}</td>`))}</tr>\n`)}</tbody></table></div>`;
}

/** Text to copy, with a button where there is a script. `id` is the page's own. */
export function copied({ language }: Visit, id: string, text: string): Html {
  const say = words(language);
  return html`<code id="${id}">${text}</code> <button type="button" hidden data-copy="${id}" data-done="${say.copied}">${say.copy}</button>`;
}

/** Where the list goes on. `path` has the query without the cursor. */
export function pager({ language, linkTo, request }: Visit, path: string, nextCursor: string | null): Html | null {
  const say = words(language);
  const isFirst = !(request.query as { cursor?: unknown } | undefined)?.cursor;
  if (isFirst && nextCursor === null) return null;
  const join = path.includes("?") ? "&" : "?";
  const first = isFirst ? null : html`<a class="button" href="${linkTo(path)}">${say.first}</a>`;
  const more =
    nextCursor === null
      ? null
      : html`<a class="button" rel="next" href="${linkTo(`${path}${join}cursor=${encodeURIComponent(nextCursor)}`)}">${say.more}</a>`;
  return html`<p class="pager">${first}${more}</p>`;
}
