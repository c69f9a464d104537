// Reads single fields of a reply: numbers, money, dates, yes and no. Here eNom's texts become values.
import type { Unavailable, Uncertain } from "../../../shared/base/errors.ts";
import { findChild, type XmlElement } from "../wire/document.ts";
import type { Reply } from "../wire/envelope.ts";
import { parseDate } from "./date.ts";

/** Reads a whole reply. @throws Lost when eNom said yes and what it sent cannot be understood. */
export function understand<T>(
  reply: Reply,
  Lost: typeof Unavailable | typeof Uncertain,
  read: (root: XmlElement) => T,
): T {
  try {
    return read(reply.root);
  } catch (error) {
    if (error instanceof SyntaxError) throw new Lost(`${reply.command}: eNom answered with ${error.message}`);
    throw error;
  }
}

/** The element that wraps a command's payload. */
export function getChild(parent: XmlElement, name: string): XmlElement {
  const child = findChild(parent, name);
  if (!child) throw new SyntaxError(`a document without ${name}`);
  return child;
}

/** The text, empty when the element is empty or absent. */
export function textOf(parent: XmlElement, name: string): string {
  return findChild(parent, name)?.text ?? "";
}

/** A CertID or OrderID: 1 to 10 digits. */
export function getId(parent: XmlElement, name: string): number {
  const text = textOf(parent, name);
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new SyntaxError(`a document without a usable ${name}`);
  return Number(text);
}

export function findId(parent: XmlElement, name: string): number | null {
  return textOf(parent, name) === "" ? null : getId(parent, name);
}

/** A small whole number; 0 when eNom leaves it empty. */
export function numberOf(parent: XmlElement, name: string): number {
  return textOf(parent, name) === "" ? 0 : getNumber(parent, name);
}

export function getNumber(parent: XmlElement, name: string): number {
  const text = textOf(parent, name);
  if (!/^\d{1,8}$/.test(text)) throw new SyntaxError(`a document whose ${name} is no number`);
  return Number(text);
}

export function amountOf(parent: XmlElement, name: string): string {
  return parseAmount(textOf(parent, name));
}

/** ISO local time without zone, see date.ts; null when eNom leaves it empty. */
export function dateOf(parent: XmlElement, name: string): string | null {
  const text = textOf(parent, name);
  return text === "" ? null : parseDate(text);
}

/** eNom says yes as `True`, `true`, `1`, `Yes` and `Y` (eNom API, field sizes, dates, numbers). */
export function isYes(parent: XmlElement, name: string): boolean {
  return /^(true|1|yes|y)$/i.test(textOf(parent, name));
}

/** Where silence must not pass for a no. */
export function getYesNo(parent: XmlElement, name: string): boolean {
  const yes = isYes(parent, name);
  if (!yes && !/^(false|0|no|n)$/i.test(textOf(parent, name)))
    throw new SyntaxError(`a document whose ${name} is neither yes nor no`);
  return yes;
}

/** A sign before the dollar sign, thousands in groups of three, at most four decimals. */
const FORM = /^(-?)\$?(?=\.?\d)(\d{1,3}(?:,\d{3}){1,3}|\d{0,12})(?:\.(\d{1,4}))?$/;

/**
 * `3,709.20`, `-$1,873.13`, `$19.95`, `8.95` as a canonical decimal: `3709.20`, `-1873.13`, …, with at least two
 * decimals. Never through a float, and never by dropping what is not understood: `parseFloat` reads `3,709.20` as 3.
 * (eNom API, GetBalance, GetCerts, GetTransHistory; US dollars)
 * @throws SyntaxError for anything else, such as the words `Not billed`.
 */
export function parseAmount(text: string): string {
  const parts = FORM.exec(text.trim());
  if (!parts) throw new SyntaxError("an amount that cannot be read");
  const [, sign = "", grouped = "", decimals = ""] = parts;
  const whole = grouped.replaceAll(",", "").replace(/^0+(?=\d)/, "") || "0";
  const fraction = decimals.padEnd(4, "0").replace(/0{1,2}$/, "");
  const isZero = /^[0.]+$/.test(whole + fraction);
  return `${isZero ? "" : sign}${whole}.${fraction}`;
}
