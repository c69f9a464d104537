// Addresses in words that somebody else writes into our mails: readers' programs make links of them, and the mail speaks for
// the provider.
import { parse } from "tldts";

const SCHEME = /\b[a-z][a-z0-9+.-]{1,30}:\/\/|\b(?:mailto|tel|sms|data|javascript):\S/i;
const MAILBOX = /[^\s@]{1,64}@[^\s@]{1,253}\.[^\s@]/;
const WITH_PATH = /\b\d{1,3}(?:\.\d{1,3}){3}(?:[:/]\S)/;
const HOST = /(?:[\p{L}\p{N}](?:[\p{L}\p{N}-]{0,61}[\p{L}\p{N}])?\.){1,20}\p{L}{2,63}/giu;
/** Of no registry, and yet names of hosts (RFC 2606, RFC 6762, RFC 7686). */
const RESERVED = /\.(?:example|test|invalid|localhost|local|internal|onion)$/i;

/**
 * Whether a reader may follow something in these words. `hosts`: names that the mail is about; they, what lies under
 * them and what they lie under are no addresses of somebody else. `names`: whether a bare name of a host counts, too.
 */
export function hasAddress(words: string, { hosts, names }: { hosts: readonly string[]; names: boolean }): boolean {
  // Other full stops are read as dots by browsers (UTS #46, 4).
  const text = words.normalize("NFKC").replace(/[\u3002\uff0e\uff61]/g, ".");
  if (SCHEME.test(text) || MAILBOX.test(text) || WITH_PATH.test(text)) return true;
  const found = [...text.matchAll(HOST)].map(({ 0: host }) => host.toLowerCase());
  const strange = found.filter((host) => isHost(host) && !hosts.some((own) => isKin(host, own)));
  return strange.some((host) => names || host.startsWith("www.") || text.toLowerCase().includes(`${host}/`));
}

function isHost(name: string): boolean {
  return RESERVED.test(name) || parse(name).isIcann === true;
}

function isKin(host: string, own: string): boolean {
  const base = own.replace(/^\*\./, "").toLowerCase();
  return host === base || host.endsWith(`.${base}`) || (base.endsWith(`.${host}`) && parse(host).domain !== null);
}
