// A recorded answer as it may be sent on: the document as eNom wrote it, its elements, their order and their letter case,
// with every text masked that could name somebody. What the readers understand of it stays the same.
import { readSubject } from "../../../shared/certificate/csr.ts";
import { decodeXml } from "../../enom/wire/charset.ts";
import { formOf } from "../../enom/wire/not-understood.ts";
import type { HttpAnswer } from "../../enom/wire/post-once.ts";
import { isContact, isContactOfOrder, isPlainElement, isTextElement } from "./elements.ts";
import { MASKED, type Words } from "./masked-words.ts";

/** A tag, a CDATA section, a comment, an instruction, or the text between them; each may be cut off by the end. */
const TOKEN =
  /<!\[CDATA\[([\s\S]*?)(?:\]\]>|$)|<!--[\s\S]*?(?:-->|$)|<[?!][\s\S]*?(?:>|$)|<(\/?)([\p{L}_][\p{L}\p{N}_.:-]*)((?:"[^"]*"|'[^']*'|[^<>"'])*)(>|$)|[^<]+|</gu;
const NAMED: ReadonlyMap<string, string> = new Map([
  ["amp", "&"],
  ["lt", "<"],
  ["gt", ">"],
  ["quot", '"'],
  ["apos", "'"],
]);
/** Of a page that is no document of eNom's: enough to tell what it is. */
const PAGE_CHARACTERS = 160;

interface Masking {
  words: Words;
  maskDomains: boolean;
}

/** Compressed answers, which nobody asked for, cannot be looked into and are left out. */
export function maskAnswer(answer: HttpAnswer, masking: Masking): HttpAnswer {
  const { status, contentType, contentEncoding, location, body } = answer;
  const about = {
    status,
    contentType: contentType?.replace(/\s*;\s*charset\s*=\s*[^;]*/i, "; charset=utf-8"),
    ...(location !== undefined && { location: hostOf(location) }),
  };
  if (!/^(identity)?$/i.test(contentEncoding ?? "")) return { ...about, contentEncoding, body: new Uint8Array() };
  const read = textOf(body, contentType);
  const text = /<interface-response\b/i.test(read.text) ? maskXml(read.text, masking) : maskPage(read.text, masking);
  const bytes = new TextEncoder().encode(text);
  // What could not be decoded stays so: the last byte is none of UTF-8.
  return { ...about, body: read.isDecoded ? bytes : Uint8Array.from([...bytes, 0xff]) };
}

/** The values of contact fields of an answer, so that they can be masked wherever else they stand. */
export function peopleIn({ body, contentType }: HttpAnswer): string[] {
  const people: string[] = [];
  eachText(textOf(body, contentType).text, (element, text) => {
    if (isContactOfOrder(element) && text.trim() !== "") people.push(text.trim());
    return undefined;
  });
  return people.filter((each) => !/^(s|p|state|province|\[masked\])$/i.test(each));
}

function maskXml(xml: string, masking: Masking): string {
  return eachText(xml, (element, text) => maskText(element, text, masking));
}

/** Hands each text, decoded, with its element in lower case; answers the document with what came back in its place. */
function eachText(xml: string, replace: (element: string, text: string) => string | undefined): string {
  const open: string[] = [];
  return xml.replace(
    TOKEN,
    (token: string, cdata?: string, slash?: string, name?: string, rest?: string, end?: string) => {
      const element = open.at(-1) ?? "";
      if (cdata !== undefined) {
        const masked = replace(element, cdata) ?? cdata;
        return `<![CDATA[${masked.replaceAll("]]>", "")}${token.endsWith("]]>") ? "]]>" : ""}`;
      }
      if (name !== undefined) {
        if (slash) open.splice(Math.max(0, open.lastIndexOf(name.toLowerCase())));
        else if (!rest?.endsWith("/")) open.push(name.toLowerCase());
        return `<${slash}${name}${attributesOf(rest ?? "")}${end}`;
      }
      if (token.startsWith("<!--")) return "<!-- [masked] -->";
      if (token.startsWith("<?"))
        return token.replace(/\bencoding\s*=\s*("[^"]*"|'[^']*')/i, 'encoding="utf-8"').slice(0, 80);
      if (token.startsWith("<")) return token === "<" ? token : `${token.slice(0, 9)}${token.endsWith(">") ? ">" : ""}`;
      const { text, unknown } = decoded(token);
      if (text.trim() === "" && unknown === "") return token;
      return `${encoded(replace(element, text) ?? text)}${unknown}`;
    },
  );
}

function maskText(element: string, text: string, { words, maskDomains }: Masking): string {
  const [, before = "", inner = "", after = ""] = /^(\s*)([\s\S]*?)(\s*)$/.exec(text) ?? [];
  if (inner === "") return text;
  return `${before}${maskInner(element, inner, { words, maskDomains })}${after}`;
}

function maskInner(element: string, text: string, { words, maskDomains }: Masking): string {
  if (/PRIVATE KEY/.test(text) || element === "pvt" || element === "rsa") return MASKED;
  if (/-----BEGIN [A-Z ]*CERTIFICATE REQUEST-----/.test(text) || element === "csr") return maskedCsr(text, words);
  if (/-----BEGIN [A-Z0-9# .]+-----/.test(text)) return maskDomains ? maskedPem(text) : onlyPem(text);
  if (isContact(element)) return MASKED;
  if (element === "domainname") return words.domain(text);
  if (element === "approveremail") return text.includes("@") ? words.email(text) : formOf(text);
  if (isPlainElement(element, text)) return words.login(text);
  return isTextElement(element) ? words.text(text) : formOf(text);
}

/** Certificates are public; what stands around them is not looked at. */
function onlyPem(text: string): string {
  const blocks = text.match(/-----BEGIN ([A-Z0-9# .]+)-----[A-Za-z0-9+/=\s]*-----END \1-----/g);
  return blocks ? blocks.join("\n") : MASKED;
}

/** A certificate names its domains: its block stays, and holds nothing. */
function maskedPem(text: string): string {
  return text
    .replace(/-----BEGIN ([A-Z0-9# .]+)-----[^-]*-----END \1-----/g, "-----BEGIN $1-----\nbWFza2Vk\n-----END $1-----")
    .replace(/^[^-]*(?=-----BEGIN)|(?<=-----END [A-Z0-9# .]+-----)[^-]+/g, "\n");
}

/** Name and key of a request tell what it is; its other fields are people's. */
function maskedCsr(text: string, words: Words): string {
  const fields = Object.keys(readSubject(text)).length;
  const name = words.text(`${fields} fields of its subject`);
  return `-----BEGIN CERTIFICATE REQUEST-----\n${MASKED}, ${name}, ${text.length} characters\n-----END CERTIFICATE REQUEST-----`;
}

/** Of a web page in place of an answer its first words, without attributes, scripts and comments. */
function maskPage(page: string, { words }: Masking): string {
  const text = page
    .replace(/<!--[\s\S]*?(-->|$)|<(script|style)\b[^>]*>[\s\S]*?(<\/\2\s*>|$)/gi, " ")
    .replace(/<[^>]*(>|$)/g, " ");
  const shown = encoded(words.text(decoded(text.replace(/\s+/g, " ").trim()).text).slice(0, PAGE_CHARACTERS));
  return /<\w/.test(page) ? `<html><body>${shown}</body></html>` : shown;
}

/** Only `Type` says something, and nothing of people. */
function attributesOf(rest: string): string {
  return rest.replace(/(=\s*)("[^"]*"|'[^']*')/g, (_all, sign: string, value: string) =>
    /^.[\w .-]{0,20}.$/.test(value) ? `${sign}${value}` : `${sign}${value.at(0)}${MASKED}${value.at(0)}`,
  );
}

function textOf(body: Uint8Array, contentType: string | undefined): { text: string; isDecoded: boolean } {
  const isMarked = /^\s*<\?xml/.test(new TextDecoder("latin1").decode(body.subarray(0, 100)));
  try {
    const text = decodeXml(body, contentType);
    return { text: isMarked ? `<?xml version="1.0" encoding="utf-8"?>${text}` : text, isDecoded: true };
  } catch {
    return { text: new TextDecoder("latin1").decode(body), isDecoded: false };
  }
}

/** What no reference of XML's own is stays as it is written: it makes a document unreadable, and must go on doing so. */
function decoded(text: string): { text: string; unknown: string } {
  let unknown = "";
  const read = text.replace(
    /&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w{1,12}));|&/gi,
    (all, hex?: string, digits?: string, name?: string) => {
      const code = hex ? Number.parseInt(hex, 16) : digits ? Number(digits) : undefined;
      const known = name
        ? NAMED.get(name.toLowerCase())
        : code && code < 0x110000
          ? String.fromCodePoint(code)
          : undefined;
      if (known === undefined) unknown += all;
      return known ?? "";
    },
  );
  return { text: read, unknown };
}

function encoded(text: string): string {
  return text.replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;");
}

function hostOf(location: string): string {
  return URL.canParse(location) ? new URL(location).origin : "/";
}
