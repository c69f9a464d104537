// Which names belong to a domain, and which of them a public CA may certify. Written apart from the fleet's own intake
// on purpose: the pretence must not share its mistakes.
import { domainToASCII, domainToUnicode } from "node:url";
import { getDomain, parse } from "tldts";

/** Only what registries of the root zone publish: a hoster's own suffix (`github.io`) is a domain like any other. */
const REGISTRIES = { allowPrivateDomains: false } as const;

/** A common name is no longer (X.520, ub-common-name). */
const LONGEST_COMMON_NAME = 64;
const LONGEST_NAME = 253;
const LABEL = /^[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?$/;

/**
 * In the public suffix list, and yet nobody's: `onion` is no name of the DNS, `arpa` holds reverse and special names.
 * What has no registry at all (`local`, `test`, `home` …) is missing from that list. `example.com`, `.net` and `.org`
 * are taken, since samples and tests use them.
 */
const SPECIAL = /(^|\.)(onion|arpa)$/;

/** What somebody could have registered (`shop.example.co.uk` → `example.co.uk`); undefined where nobody can. */
export function findRegistrableDomain(domain: string): string | undefined {
  return getDomain(withoutStar(domain), REGISTRIES) ?? undefined;
}

/**
 * The names a certificate for this domain carries, as CAs add them unasked: `www.` beside a bare domain, the bare
 * domain beside `www.` and beside a wildcard. (eNom API, product list, additional names)
 */
export function coveredNames(domain: string): string[] {
  if (domain === findRegistrableDomain(domain)) return [domain, `www.${domain}`];
  return /^(\*|www)\./.test(domain) ? [domain, domain.replace(/^[^.]+\./, "")] : [domain];
}

/** Why no public CA certifies this name, in lower case, or undefined. (CA/B Forum BR 4.2.2, 3.2.2.6, 7.1.2.7.12) */
export function objectionToName(name: string): string | undefined {
  const host = withoutStar(name);
  if (name.length > LONGEST_NAME) return `${name} is longer than ${LONGEST_NAME} characters`;
  const label = host.split(".").find((each) => !isLabel(each));
  if (label !== undefined) return `${name}: the label ${JSON.stringify(label)} is not allowed`;
  if (SPECIAL.test(host)) return `${name} is a special-use name`;
  if (!parse(host, REGISTRIES).isIcann) return `${name} does not end in a public top-level domain`;
  if (findRegistrableDomain(host) === undefined) return `${name} is a public suffix`;
  return undefined;
}

export function objectionToCommonName(name: string): string | undefined {
  const tooLong = `the common name has ${name.length} characters, at most ${LONGEST_COMMON_NAME} are allowed`;
  return name.length > LONGEST_COMMON_NAME ? tooLong : objectionToName(name);
}

/** A letter-digit-hyphen label; one with hyphens in places 3 and 4 must be a true A-label. (RFC 5890 2.3.1) */
function isLabel(label: string): boolean {
  if (!LABEL.test(label)) return false;
  if (label.slice(2, 4) !== "--") return true;
  const unicode = domainToUnicode(label); // itself, where it cannot be decoded
  return label.startsWith("xn--") && unicode !== label && domainToASCII(unicode) === label;
}

function withoutStar(domain: string): string {
  return domain.replace(/^\*\./, "");
}
