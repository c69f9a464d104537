// Could a public CA ever certify this name? Asked of the public suffix list (its ICANN section alone), of the special-use
// names and of the rules for labels.

import punycode from "punycode.js";
import { parse } from "tldts";

/**
 * The list of public suffixes that is built in with the package `tldts`: the package's version, and the UTC date on
 * which it was published. A test holds the version to package.json.
 */
export const SUFFIX_LIST = { version: "7.6.0", publishedOn: "2026-11-25" } as const;

/** X.520, ub-common-name. */
const LONGEST_COMMON_NAME = 64;
/** RFC 1035 2.3.4, as text without the final dot. */
const LONGEST_NAME = 253;
const LONGEST_LABEL = 63;
/** Letters, digits and inner hyphens (RFC 1123 2.1). */
const LABEL = /^[a-z0-9]([a-z0-9-]*[a-z0-9])?$/;

/** RFC 2606: nobody can get a certificate for them, but everybody's samples and tests are written with them. */
const FOR_SAMPLES = new Set(["example.com", "example.net", "example.org"]);

/** Top-level names that are reserved for ever, each with what it is reserved for (IANA, Special-Use Domain Names; ICANN). */
const RESERVED: Readonly<Record<string, string>> = {
  alt: "names outside of the DNS (RFC 9476)",
  example: "examples (RFC 2606)",
  internal: "private networks (ICANN)",
  invalid: "names that are invalid on purpose (RFC 2606)",
  local: "multicast DNS (RFC 6762)",
  localhost: "the own machine (RFC 6761)",
  onion: "Tor (RFC 7686)",
  test: "tests (RFC 2606)",
};

/**
 * Below `.arpa` nobody registers a name. Of the zones for addresses the Baseline Requirements say so (7.1.2.7.12); the
 * others are of networks' own (`home.arpa`, RFC 8375) or of protocols.
 */
const INFRASTRUCTURE = "arpa";

/**
 * What somebody can have registered: one label below a public suffix (BR 1.6.1, Base Domain Name). Undefined where the
 * name is a public suffix itself, or ends in no top-level domain. `name`: lower case, with or without `*.`.
 */
export function registrableDomain(name: string): string | undefined {
  const { domain, isIcann } = lookUp(bareName(name));
  return isIcann && domain ? domain : undefined;
}

/** The name without the star in front. */
export function bareName(name: string): string {
  return name.replace(/^\*\./, "");
}

/**
 * Why no public CA may certify this name, in one sentence with what to do; undefined where one may. `name`: a DNS name
 * in lower case, `*.` in front for a wildcard.
 */
export function publicNameFault(name: string): string | undefined {
  const bare = bareName(name);
  const labels = bare.split(".");
  const shown = JSON.stringify(name.slice(0, 100));
  const misshapen = labelFault(labels);
  if (misshapen) return `The name ${shown} cannot be certified: ${misshapen} Use another name.`;
  if (name.length > LONGEST_NAME)
    return `The name ${shown} has ${name.length} characters; at most 253 are possible. Use a shorter name.`;
  const top = labels.at(-1) ?? "";
  const reserved = RESERVED[top];
  if (reserved)
    return `No public CA certifies ${shown}: .${top} is reserved for ${reserved}. Use a name that is registered in the public DNS.`;
  const { publicSuffix, domain, isIcann, isSpecialUse } = lookUp(bare);
  if (isIcann !== true)
    return `No public CA certifies ${shown}: .${top} is no public top-level domain (BR 4.2.2). Check the spelling, or use a name that is registered in the public DNS.`;
  if (top === INFRASTRUCTURE || (isSpecialUse && !FOR_SAMPLES.has(domain ?? "")))
    return `No public CA certifies ${shown}: the name is reserved for special use, and nobody can register it. Use a name that is registered in the public DNS.`;
  if (!domain)
    return `No public CA certifies ${shown}: ${bare === publicSuffix ? bare : top} is a public suffix, under which others register their names (BR 3.2.2.6). Use a name below it that is registered.`;
  return undefined;
}

/** Why a common name cannot be one, beside what holds for every name; X.520 allows 64 characters, the star included. */
export function commonNameFault(name: string): string | undefined {
  if (name.length <= LONGEST_COMMON_NAME) return undefined;
  return `The common name ${JSON.stringify(name.slice(0, 100))} has ${name.length} characters; at most ${LONGEST_COMMON_NAME} are possible (X.520). Use a shorter name.`;
}

/** Hyphens in the third and fourth place are kept for labels that are encoded (BR 7.1.2.7.12: P-labels, or LDH labels that are not reserved). */
function labelFault(labels: readonly string[]): string | undefined {
  for (const label of labels) {
    if (label.length > LONGEST_LABEL)
      return `its label ${JSON.stringify(label.slice(0, 100))} has ${label.length} characters, and at most 63 are possible.`;
    if (!LABEL.test(label))
      return `its label ${JSON.stringify(label)} must be letters, digits and inner hyphens (RFC 1123).`;
    if (label.slice(2, 4) === "--" && !isPunycode(label))
      return `its label ${JSON.stringify(label)} has hyphens in third and fourth place and is no valid Punycode (BR 7.1.2.7.12).`;
  }
  return undefined;
}

/** RFC 3492: what stands behind `xn--` can be read. No two texts read the same, so that it needs no second look. */
function isPunycode(label: string): boolean {
  const encoded = label.slice(4);
  if (!label.startsWith("xn--") || encoded === "") return false;
  try {
    punycode.decode(encoded);
    return true;
  } catch {
    return false;
  }
}

function lookUp(bare: string) {
  return parse(bare, {
    allowPrivateDomains: false,
    detectSpecialUse: true,
    extractHostname: false,
    validateHostname: false,
  });
}
