// Masks the texts of recorded answers: the login, e-mail addresses, people, phone numbers, keys; domains where that is asked.
// The same address or domain becomes the same stand-in throughout a folder, so that answers can still be compared.
import { textMasker } from "../../enom/wire/masking.ts";

export const MASKED = "[masked]";

export interface MaskingOptions {
  /** The login's own: they are taken out wherever they stand, in each of their spellings. */
  secrets: readonly string[];
  /** Names, streets, numbers of people, as the answers' contact fields have them. */
  people: readonly string[];
  maskDomains: boolean;
}

export interface Words {
  /** Free text: what names nobody stays. */
  text: (text: string) => string;
  /** What eNom's own fields hold: only the login is taken out. */
  login: (text: string) => string;
  /** A domain name, or an empty text. */
  domain: (name: string) => string;
  email: (address: string) => string;
}

/** Mailboxes that every domain may have: they name nobody, and tell what eNom offers. */
const ROLES = new Set(["admin", "administrator", "webmaster", "hostmaster", "postmaster"]);
const EMAIL = /[\p{L}\p{N}._%+'-]+@(?:[\p{L}\p{N}-]+\.)*[\p{L}\p{N}-]+/gu;
const DOMAIN =
  /(?<![\p{L}\p{N}_.-])(?:\*\.)?(?:[\p{L}\p{N}_-]{1,63}\.)+\p{L}[\p{L}\p{N}-]{1,62}\.?(?![\p{L}\p{N}_-])/gu;
const PHONE = /\+\d[\d. ()-]{5,}\d/g;
/** Hosts of certificate authorities: where a DNS record points to tells what kind of record it is. */
const OF_AUTHORITY = /(^|\.)(sectigo|comodoca|comodo|digicert|geotrust|rapidssl|symantec)\.(com|net)\.?$/i;
/** Shorter words would be found in the middle of others. */
const SHORTEST = 3;

export function maskWords({ secrets, people, maskDomains }: MaskingOptions): Words {
  const hideSecrets = textMasker(secrets.filter((each) => each.length >= SHORTEST));
  const short = secrets.filter((each) => each !== "" && each.length < SHORTEST);
  const named = [...new Set(people.map((each) => each.trim()).filter((each) => each.length >= SHORTEST))];
  const hidden = [...short, ...named].sort((a, b) => b.length - a.length).map(wholeWord);
  const hosts = standIns((number) => `masked-${number}.example`);
  const boxes = standIns((number) => `masked-${number}`);

  const domain = (name: string): string => {
    if (name === "" || !maskDomains || OF_AUTHORITY.test(name)) return name;
    const [, wild = "", host = ""] = /^(\*\.)?(.*)$/s.exec(name) ?? [];
    return `${wild}${hosts(host.toLowerCase())}`;
  };
  const email = (address: string): string => {
    if (address === "" || address.endsWith(".invalid")) return address; // it was masked before
    const at = address.lastIndexOf("@");
    if (at === -1) return MASKED;
    const [box, host] = [address.slice(0, at).toLowerCase(), address.slice(at + 1).toLowerCase()];
    return `${ROLES.has(box) ? box : boxes(`${box}@${host}`)}@${hosts(host).replace(/example$/, "invalid")}`;
  };
  const oneLine = (line: string): string => {
    const shown = hidden.reduce((masked, word) => masked.replace(word, MASKED), hideSecrets(line));
    const nobody = shown.replace(EMAIL, email).replace(PHONE, "[phone]");
    return maskDomains ? nobody.replace(DOMAIN, (name) => (name.endsWith(".invalid") ? name : domain(name))) : nobody;
  };
  const login = (text: string): string => (secrets.some((each) => text.includes(each)) ? hideSecrets(text) : text);
  return { domain, email, login, text: oneLine };
}

function wholeWord(word: string): RegExp {
  return new RegExp(`(?<![\\p{L}\\p{N}])${escaped(word)}(?![\\p{L}\\p{N}])`, "giu");
}

function escaped(word: string): string {
  return word.replace(/[.*+?^${}()|[\]\\/-]/g, "\\$&");
}

/** The same for the same, in the order in which they are met. */
function standIns(made: (number: number) => string): (key: string) => string {
  const known = new Map<string, string>();
  return (key) => {
    const found = known.get(key) ?? made(known.size + 1);
    known.set(key, found);
    return found;
  };
}
