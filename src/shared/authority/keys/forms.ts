// How the limits of an API key are written, on the command line and in certfleet.yaml alike.
import ipaddr from "ipaddr.js";
import { DAY_MS, HOUR_MS } from "../../base/dates.ts";
import { type Scope, scopes } from "../scopes.ts";
import type { Rate } from "./key.ts";

/** What was read, or what is wrong with the text, without a full stop. */
export type Read<T> = { value: T } | { fault: string };

const UNITS: Readonly<Record<string, number>> = { s: 1, m: 60, h: 3_600 };
const MOST_REQUESTS = 1_000_000;

export const RATE_FORM = "must be requests by time, such as 20/s, 600/m or 5000/h";

/** `20/s`, `600/m`, `5000/h`, or `20`, which is by the second. */
export function readRate(text: string): Read<Rate> {
  const [, count = "", unit = "s"] = /^(\d{1,7})(?:\/([smh]))?$/.exec(text.trim()) ?? [];
  const requests = Number(count);
  const isRate = count !== "" && requests >= 1 && requests <= MOST_REQUESTS;
  return isRate ? { value: { requests, seconds: UNITS[unit] ?? 1 } } : { fault: RATE_FORM };
}

export const DATE_FORM = "must be a date such as 2027-01-31, or a time such as 2027-01-31T12:00:00Z";
const EXPIRY_FORM = `${DATE_FORM}, or days from now such as 90d`;

/** From then on the key opens nothing: a day from its first moment (UTC), `90d` and `12h` from now. RFC 3339. */
export function readExpiry(text: string, now: Date): Read<string> {
  const span = /^(\d{1,5})([dh])$/.exec(text.trim());
  if (span) {
    const ms = Number(span[1]) * (span[2] === "d" ? DAY_MS : HOUR_MS);
    return ms > 0 ? { value: new Date(now.getTime() + ms).toISOString() } : { fault: EXPIRY_FORM };
  }
  const at = readTime(text.trim());
  if (!at) return { fault: EXPIRY_FORM };
  return at > now ? { value: at.toISOString() } : { fault: `is over already: ${text.trim()} is in the past` };
}

/** A date (its first moment, UTC) or a time of RFC 3339, such as the calendar has. */
export function readTime(text: string): Date | undefined {
  const form = /^(\d{4}-\d{2}-\d{2})(T\d{2}:\d{2}(:\d{2}(\.\d{1,9})?)?(Z|[+-]\d{2}:\d{2}))?$/.exec(text);
  const day = new Date(`${form?.[1]}T00:00:00Z`);
  // 31 February would be read as a day of March.
  if (!form || Number.isNaN(day.getTime()) || !day.toISOString().startsWith(form[1] ?? "-")) return undefined;
  const at = new Date(text);
  return Number.isNaN(at.getTime()) ? undefined : at;
}

/** How long: `30m`, `24h`, `7d`, or `0`. Milliseconds. */
export function readSpan(text: string): Read<number> {
  const [, count = "", unit = ""] = /^(\d{1,5})([mhd]?)$/.exec(text.trim()) ?? [];
  const ms = { m: 60_000, h: HOUR_MS, d: DAY_MS }[unit];
  if (count !== "" && (ms !== undefined || Number(count) === 0)) return { value: Number(count) * (ms ?? 0) };
  return { fault: "must be a time such as 30m, 24h or 7d" };
}

export const NETWORK_FORM = "must be an address or a network, such as 192.0.2.7, 192.0.2.0/24 or 2001:db8::/32";

/** One address is a network of its own. Bits of the host are cut, so that what is shown is what is compared. */
export function readNetwork(text: string): Read<string> {
  const given = text.trim();
  const [address = "", bits, ...more] = given.split("/");
  if (more.length > 0 || (bits !== undefined && !/^\d{1,3}$/.test(bits))) return { fault: NETWORK_FORM };
  // ipaddr.js reads 127.1 and 0x7f.1 as well, which nobody means.
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return { fault: NETWORK_FORM };
  if (address.includes("%")) return { fault: NETWORK_FORM };
  const read = ipaddr.parse(address);
  const mapped = read instanceof ipaddr.IPv6 && read.isIPv4MappedAddress();
  if (mapped) return { fault: "must be written as IPv4: peers are compared so" };
  const most = read.kind() === "ipv4" ? 32 : 128;
  const length = bits === undefined ? most : Number(bits);
  if (length > most) return { fault: `${NETWORK_FORM}; the number of bits is at most ${most}` };
  const family = read.kind() === "ipv4" ? ipaddr.IPv4 : ipaddr.IPv6;
  return { value: `${family.networkAddressFromCIDR(`${address}/${length}`).toString()}/${length}` };
}

/** Repeated, with commas between them, or both. */
export function readScopes(texts: readonly string[]): Read<Scope[]> {
  const given = texts.flatMap((text) => text.split(",")).map((each) => each.trim());
  const isScope = (text: string): text is Scope => scopes.some((each) => each === text);
  const wrong = given.filter((each) => !isScope(each));
  if (given.length === 0 || wrong.length > 0) {
    const named = wrong.map((each) => JSON.stringify(each)).join(", ");
    return { fault: `${named ? `has no scope ${named}; it ` : ""}must be of ${scopes.join(", ")}` };
  }
  return { value: scopes.filter((each) => given.includes(each)) };
}
