// HTML in template strings: what is put in is text and comes out escaped, unless it was made here. And the skeleton of every page.

/** Where all pages find our sign. */
export const LOGO = "/logo.svg";

const MADE = Symbol("html");

/** A piece of a page, made by `html`: nothing else is taken for one. */
export interface Html {
  readonly [MADE]: string;
}

export interface Page {
  title: string;
  style: string;
  head?: Html | null;
  body: Html;
}

type Value = string | number | Html | readonly Html[] | null;

/** Values are escaped for text and for attributes in double quotes; null is nothing. */
export function html(texts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { [MADE]: texts.map((text, i) => text + written(values[i] ?? "")).join("") };
}

/** A page whole: `style` is our own style sheet and goes in as it stands, `head` is what a page needs beside the usual. */
export function pageOf({ title, style, head = null, body }: Page): string {
  const css: Html = { [MADE]: `<style>${style}</style>` };
  return html`<!doctype html>
<html lang="en">
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
