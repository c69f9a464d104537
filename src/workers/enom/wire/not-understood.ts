// What of an answer could not be understood, said so that it may be shown: where it stands and what form it has, never
// what it says.
import { shownLine } from "../../../shared/base/text/unseen.ts";
import type { XmlElement } from "./document.ts";

/** One value that cannot be read. */
export interface FieldFault {
  /** The element, as the documentation spells it. */
  element: string;
  /** The form of its value: `9/9/9999`, `A/A`, `nothing`. */
  form: string;
  /** What is wrong, as the end of a sentence: `is no number`. */
  problem: string;
}

/** A SyntaxError that knows where: one value is not what it must be, and the rest of the document may well be. */
export class NotUnderstood extends SyntaxError {
  override name = "NotUnderstood";
  readonly fault: FieldFault;

  constructor(element: string, value: string, problem: string) {
    const fault = { element, form: formOf(value), problem };
    super(`a document whose ${describeFault(fault)}`);
    this.fault = fault;
  }
}

/** `OrderDate is a date that cannot be read (form: "A/A"; enom.dates in certfleet.yaml says how it is read)` */
export function describeFault({ element, form, problem }: FieldFault): string {
  const shown = form === NOTHING ? form : JSON.stringify(form);
  const way = SWITCHES.get(element);
  return `${element} ${problem} (form: ${shown}${way ? `; ${way} in certfleet.yaml says how it is read` : ""})`;
}

/** Elements whose reading a person may switch for an account. */
const SWITCHES: ReadonlyMap<string, string> = new Map([
  ["AvailableBalance", "enom.balance"],
  ["OrderDate", "enom.dates"],
  ["Trans-Date", "enom.dates"],
]);

const NOTHING = "nothing";
const LONGEST_FORM = 40;

/**
 * The shape of a value without its words: a letter becomes `a` or `A`, a digit 9, what neither is stays. So a date in
 * another order shows, and a name, an address or a secret does not.
 */
export function formOf(value: string): string {
  const shape = shownLine(value)
    .replace(/[\p{L}\p{M}]/gu, (letter) => (/\p{Lu}/u.test(letter) ? "A" : "a"))
    .replace(/\p{N}/gu, "9");
  if (shape === "") return NOTHING;
  return shape.length > LONGEST_FORM ? `${shape.slice(0, LONGEST_FORM)}…` : shape;
}

/** Elements whose numbers, dates and amounts help to understand an answer, and name nobody. */
const HARMLESS =
  /^(certid|orderid|certstatusid|statusid|prodtype|validityperiod|years|orderdate|configdate|expirationdate|trans-date|requestdatetime|count|totalrecords|totalcertcount|recordcount|startposition|pagingpagesize|showstart|currentstartposition|errcount|responsecount|responsenumber|availablebalance|balance|amount|orderbillamount|amountpaid|resellerprice|retailprice|isexpired|enabled|certs|result|success|done|command|apitype)$/;
/** A number, a date, an amount; or a word that such fields hold: no more than eleven digits, no sentence. */
const PLAIN = /^[-$]{0,2}[\d.,/:\s]{1,24}( ?[AP]M)?$/i;
const WORD = /^(true|false|yes|no|y|n|api|api\.net)$/i;
const COMMAND = /^[A-Z_]{3,40}$/;

/** The text of an element as it may be kept: in clear only where it can name nobody, else as its form. */
export function shownText(name: string, text: string): string {
  if (text === "") return "";
  const isPlain = WORD.test(text) || (PLAIN.test(text) && text.replace(/\D/g, "").length <= 14);
  if (HARMLESS.test(name) && (isPlain || (name === "command" && COMMAND.test(text)))) return text;
  return formOf(text);
}

const MOST_CHARACTERS = 6_000;
/** Of rows that are alike the first show how the others are. */
const MOST_ALIKE = 3;

/** An element as XML, every text as `shownText` has it. */
export function maskedXml(element: XmlElement): string {
  const xml = lines(element, "").join("\n");
  return xml.length > MOST_CHARACTERS ? `${xml.slice(0, MOST_CHARACTERS)}\n…` : xml;
}

function lines({ name, text, children }: XmlElement, indent: string): string[] {
  const tag = formOfName(name);
  const shown = escaped(shownText(name, text));
  if (children.length === 0) return [`${indent}<${tag}>${shown}</${tag}>`];
  const seen = new Map<string, number>();
  const inner = children.flatMap((child) => {
    const count = (seen.get(child.name) ?? 0) + 1;
    seen.set(child.name, count);
    if (count > MOST_ALIKE + 1) return [];
    return count > MOST_ALIKE ? [`${indent}  …`] : lines(child, `${indent}  `);
  });
  return [`${indent}<${tag}>${shown}`, ...inner, `${indent}</${tag}>`];
}

/**
 * A body that is no document, every run of text in it as its form. Attributes and comments are left out: a proxy's page
 * may hold anything.
 */
export function maskedText(body: string): string {
  const text = body
    .slice(0, MOST_CHARACTERS)
    .replace(/<!--[\s\S]*?(-->|$)/g, "")
    .replace(/<!\[CDATA\[|\]\]>/g, "");
  const parts = text.split(/(<[^>]*>)/).map((part, index, all) => {
    if (!part.startsWith("<")) {
      const opening = /^<([\w.-]+)/.exec(all[index - 1] ?? "")?.[1] ?? "";
      return part.trim() === "" ? part : shownText(opening.toLowerCase(), part.trim());
    }
    const tag = /^<(\/?[?!]?[\w.-]{1,40})/.exec(part)?.[1];
    return tag === undefined ? "<…>" : `<${tag}>`;
  });
  return parts.join("").trim();
}

function formOfName(name: string): string {
  return /^[\w.-]{1,40}$/.test(name) ? name : formOf(name);
}

function escaped(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;");
}
