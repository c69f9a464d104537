// HTML in template strings: what is put in is text and comes out escaped, unless it was made here.

const MADE = Symbol("html");

/** A piece of a page, made by `html`: nothing else is taken for one. */
export interface Html {
  readonly [MADE]: string;
}

type Value = string | number | Html | readonly Html[] | null;

/** Values are escaped for text and for attributes in double quotes; null is nothing. */
export function html(texts: TemplateStringsArray, ...values: readonly Value[]): Html {
  return { [MADE]: texts.map((text, i) => text + written(values[i] ?? "")).join("") };
}

/** Our own style sheet, as it stands. */
export function styleSheet(css: string): Html {
  return { [MADE]: `<style>${css}</style>` };
}

export function textOf(page: Html): string {
  return page[MADE];
}

function written(value: Value): string {
  if (value === null) return "";
  if (typeof value !== "object") return escaped(`${value}`);
  return MADE in value ? value[MADE] : value.map((each) => each[MADE]).join("");
}

function escaped(text: string): string {
  return text.replace(/[&<>"']/g, (character) => `&#${character.charCodeAt(0)};`);
}

/** Where all pages find our sign. */
export const LOGO = "/logo.svg";
