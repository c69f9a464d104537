// What of an exchange people may read: one list of harmless parameters, and one way to clean a text from outside.
import { shownLine } from "../../../shared/base/text/unseen.ts";
import { csrHash } from "../../../shared/certificate/csr.ts";

const LONGEST_TEXT = 500;
const MASK = "[masked]";

const HARMLESS = new Set([
  "certid",
  "orderid",
  "service",
  "numyears",
  "webservertype",
  "dvauthmethod",
  "sortby",
  "sortbydirection",
  "startposition",
  "pagingpagesize",
  "start",
  "begindate",
  "startdate",
  "enddate",
  "admincountry",
  "techcountry",
  "billingcountry",
]);
/** Personal data: of a contact only the country is kept. */
const CONTACT = /^(admin|tech|billing|csr(?=.))/i;

/**
 * Parameters as they may stand in a log: harmless ones in clear, the CSR as a fingerprint, contacts gone, the rest
 * masked.
 */
export function maskParameters(parameters: Readonly<Record<string, string>>): Record<string, string> {
  const kept = Object.entries(parameters).filter(([name]) => HARMLESS.has(name.toLowerCase()) || !CONTACT.test(name));
  return Object.fromEntries(kept.map(([name, value]) => [name, maskParameter(name.toLowerCase(), value)]));
}

function maskParameter(name: string, value: string): string {
  if (name === "csr") return `[csr sha256:${csrHash(value).slice(0, 8)}]`;
  return HARMLESS.has(name) ? plain(value).slice(0, 100) : MASK;
}

/**
 * Makes the function that cleans eNom's texts: one line, no secret in any of its spellings, no PEM, at most 500
 * characters.
 */
export function textMasker(secrets: readonly string[]): (text: string) => string {
  const forms = secrets.flatMap((secret) => [secret, encodeURIComponent(secret), formEncoded(secret)]);
  const hidden = [...new Set(forms)].filter((form) => form !== "").sort((a, b) => b.length - a.length);
  return (text) => {
    const withoutPem = plain(text).replace(/-----BEGIN.*?(-----END[^-]*-----|$)/g, "[pem]");
    return hidden.reduce((masked, form) => masked.replaceAll(form, MASK), withoutPem).slice(0, LONGEST_TEXT);
  };
}

/** No control characters: neither a second log line nor a terminal's escape sequence can be smuggled in. */
function plain(text: string): string {
  return shownLine(text);
}

function formEncoded(text: string): string {
  return new URLSearchParams({ t: text }).toString().slice(2);
}
