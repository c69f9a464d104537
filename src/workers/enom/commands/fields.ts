// Reads single fields of a reply: numbers, money, dates, yes and no. Here eNom's texts become values.
import { Unavailable, type Uncertain } from "../../../shared/base/errors.ts";
import { childrenNamed, type XmlElement } from "../wire/document.ts";
import type { Reply } from "../wire/envelope.ts";
import { type FieldFault, NotUnderstood } from "../wire/not-understood.ts";
import { type DateForm, parseDate } from "./date.ts";

/**
 * Reads a whole reply, and reports what of it cannot be understood.
 * @throws Lost when eNom said yes and what it sent cannot be understood; `enom-not-understood` where one value is why:
 * the same question would meet the same
 */
export function understand<T>(
  reply: Reply,
  Lost: typeof Unavailable | typeof Uncertain,
  read: (root: XmlElement) => T,
): T {
  try {
    return read(reply.root);
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    const about = reply.certId ? ` about CertID ${reply.certId}` : "";
    const message = `${reply.command}${about}: eNom answered with ${error.message}`;
    if (!(error instanceof NotUnderstood)) {
      reply.report?.({ faults: [{ element: "document", form: "", problem: error.message }], element: reply.root });
      throw Lost === Unavailable ? new Unavailable(message, { answered: true }) : new Lost(message);
    }
    reply.report?.({ faults: [error.fault], element: reply.root });
    throw Lost === Unavailable ? new Unavailable(message, { code: "enom-not-understood" }) : new Lost(message);
  }
}

/** What `read` answers; null, and one more in `faults`, where it does not understand. */
export function unless<T>(faults: FieldFault[], read: () => T): T | null {
  try {
    return read();
  } catch (error) {
    if (!(error instanceof NotUnderstood)) throw error;
    faults.push(error.fault);
    return null;
  }
}

/** The element that wraps a command's payload. */
export function getChild(parent: XmlElement, name: string): XmlElement {
  const child = only(parent, name);
  if (!child) throw new NotUnderstood(name, "", "is missing");
  return child;
}

/** The text, empty when the element is empty or absent. */
export function textOf(parent: XmlElement, name: string): string {
  return only(parent, name)?.text ?? "";
}

/** For texts that decide nothing: the first of that name, or nothing. Never throws. */
export function anyTextOf(parent: XmlElement, name: string): string {
  return childrenNamed(parent, name)[0]?.text ?? "";
}

/** What should be said once is not trusted twice. */
function only(parent: XmlElement, name: string): XmlElement | undefined {
  const [child, ...others] = childrenNamed(parent, name);
  if (others.length > 0) throw new NotUnderstood(name, child?.text ?? "", "is said more than once");
  return child;
}

/** A CertID or OrderID: 1 to 10 digits. */
export function getId(parent: XmlElement, name: string): number {
  const text = textOf(parent, name);
  if (!/^[1-9]\d{0,9}$/.test(text)) throw new NotUnderstood(name, text, "is no usable number");
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
  if (!/^\d{1,8}$/.test(text)) throw new NotUnderstood(name, text, "is no number");
  return Number(text);
}

/** A number that something is counted or chosen by: neither empty nor 0. */
export function getCount(parent: XmlElement, name: string): number {
  const number = getNumber(parent, name);
  if (number === 0) throw new NotUnderstood(name, textOf(parent, name), "is 0");
  return number;
}

export function amountOf(parent: XmlElement, name: string): string {
  const text = textOf(parent, name);
  return located(name, text, () => parseAmount(text));
}

/** ISO local time without zone, see date.ts; null when eNom leaves it empty. */
export function dateOf(parent: XmlElement, name: string, form?: DateForm): string | null {
  const text = textOf(parent, name);
  return text === "" ? null : located(name, text, () => parseDate(text, form));
}

/** A date that people read and nothing is decided by: null, too, where it cannot be read. */
export function shownDateOf(parent: XmlElement, name: string, form?: DateForm): string | null {
  return unless([], () => dateOf(parent, name, form));
}

/** The parsers know the value and not where it stands. */
function located<T>(element: string, text: string, parse: () => T): T {
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof SyntaxError)) throw error;
    throw new NotUnderstood(element, text, `is ${error.message}`);
  }
}

/** eNom says yes as `True`, `true`, `1`, `Yes` and `Y` (eNom API, field sizes, dates, numbers). */
export function isYes(parent: XmlElement, name: string): boolean {
  return /^(true|1|yes|y)$/i.test(anyTextOf(parent, name));
}

/** Where silence must not pass for a no. */
export function getYesNo(parent: XmlElement, name: string): boolean {
  const yes = isYes(parent, name);
  if (!yes && !/^(false|0|no|n)$/i.test(textOf(parent, name)))
    throw new NotUnderstood(name, textOf(parent, name), "is neither yes nor no");
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
