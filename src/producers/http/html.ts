// HTML in template strings: what is put in is text and comes out escaped, unless it was made here. And the skeleton of every page.

/** Our sign, which all pages carry. */
export const SHIELD = `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 24 24" fill="none" stroke="#0d9488" stroke-width="1.8" stroke-linecap="round" stroke-linejoin="round"><path d="M12 2.8 4.5 5.6v5.6c0 4.7 3.1 8.3 7.5 10 4.4-1.7 7.5-5.3 7.5-10V5.6z"/><path d="m8.6 12 2.4 2.4 4.4-4.7"/></svg>
`;

/** It comes with the page: wherever a proxy puts the page, and before anybody has signed in. */
export const LOGO = `data:image/svg+xml;base64,${Buffer.from(SHIELD).toString("base64")}`;

const MADE = Symbol("html");

/** A piece of a page, made by `html`: nothing else is taken for one. */
export interface Html {
  readonly [MADE]: string;
}

export interface Page {
  title: string;
  /** Our own style sheet, in the page; without one the page names a file in `head`. */
  style?: string;
  /** BCP 47. */
  language?: string;
  head?: Html | null;
  body: Html;
}

type Value = string | number | Html | readonly Html[] | null;

/** Values are escaped for text and for attributes in double quotes; null is nothing. */
export function html(texts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { [MADE]: texts.map((text, i) => text + written(values[i] ?? "")).join("") };
}

/** A page whole: `style` is our own style sheet and goes in as it stands, `head` is what a page needs beside the usual. */
export function pageOf({ title, style, language = "en", head = null, body }: Page): string {
  const css: Html | null = style === undefined ? null : { [MADE]: `<style>${style}</style>` };
  return html`<!doctype html>
<html lang="${language}">
<head>
<meta charset="utf-8">
<meta name="viewport" content="width=device-width, initial-scale=1">
<meta name="robots" content="noindex">${head}
<title>${title}</title>
<link rel="icon" href="${LOGO}" type="image/svg+xml">
${css}
</head>
<body>
${body}
</body>
</html>
`[MADE];
}

function written(value: Value): string {
  if (value === null) return "";
  if (typeof value !== "object") return escaped(`${value}`);
  return MADE in value ? value[MADE] : value.map((each) => each[MADE]).join("");
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}
