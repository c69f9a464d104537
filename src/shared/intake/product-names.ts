// Which names a product covers, and what becomes of the others that a CSR asks for.

import type { Fault } from "../base/fault.ts";
import { bareName, registrableDomain } from "./public-name.ts";
import type { Warning } from "./rules.ts";

export interface ProductNames {
  /** Names beyond the product's own would be paid for and not be covered. */
  faults: Fault[];
  /** Names that the wildcard covers by itself: they need not be asked for, and do no harm. */
  warnings: Warning[];
  /** What the certificate is for, the common name first, without those. */
  names: string[];
}

/** `domain` and `names` as `Csr` has them: lower case, the common name first. */
export function productNames(
  product: { name: string; wildcard: boolean },
  { domain, names }: { domain: string; names: readonly string[] },
): ProductNames {
  const star = domain.startsWith("*.");
  const wrong = (message: string): ProductNames => ({ faults: [{ field: "csr", message }], warnings: [], names: [] });
  if (product.wildcard && !star)
    return wrong(`${product.name} is a wildcard product; the CSR's common name must begin with "*.".`);
  if (!product.wildcard && star)
    return wrong(`${product.name} covers one host; the CSR asks for the wildcard ${domain}.`);
  const covered = coveredNames(domain);
  const needless = names.filter((name) => star && !covered.includes(name) && isOneLabelBelow(name, bareName(domain)));
  const beyond = names.filter((name) => !covered.includes(name) && !needless.includes(name));
  if (beyond.length > 0) {
    const all = star ? `${domain}, that is every name one label below ${bareName(domain)},` : domain;
    const also = covered.filter((name) => name !== domain).join(" and ");
    return wrong(
      `${product.name} covers ${all}${also && ` and ${also}`}; the CSR also asks for ${beyond.join(", ")}. Make the CSR without ${beyond.length === 1 ? "it" : "them"}, or order ${beyond.length === 1 ? "it" : "each"} on its own.`,
    );
  }
  const message = `${needless.join(", ")} in the CSR ${needless.length === 1 ? "is" : "are"} needless: ${domain} covers ${needless.length === 1 ? "it" : "them"}.`;
  return {
    faults: [],
    warnings: needless.length > 0 ? [{ code: "covered-by-wildcard", message, field: "csr" }] : [],
    names: names.filter((name) => !needless.includes(name)),
  };
}

/** The name itself, and its twin without or with `www.`; the bare domain beside a star. */
function coveredNames(domain: string): string[] {
  const bare = domain.replace(/^(\*|www)\./, "");
  const twins = domain.startsWith("*.") ? [bare] : [bare, `www.${bare}`];
  const isPublicSuffix = registrableDomain(domain) !== undefined && registrableDomain(bare) === undefined;
  return [domain, ...twins.filter((name) => name !== domain && !(isPublicSuffix && name === bare))];
}

function isOneLabelBelow(name: string, bare: string): boolean {
  return name.endsWith(`.${bare}`) && !name.slice(0, -bare.length - 1).includes(".") && !name.startsWith("*");
}
