// Which names belong to a domain, as the pretended eNom and its CA see it.

/**
 * What somebody could have registered: the last two labels, or three below a short second level of a country
 * (`shop.example.co.uk` → `example.co.uk`). A guess without the public suffix list, good enough to pretend with.
 */
export function baseDomain(domain: string): string {
  const labels = domain.replace(/^\*\./, "").split(".");
  const [second = "", top = ""] = labels.slice(-2);
  return labels.slice(top.length === 2 && second.length <= 3 ? -3 : -2).join(".");
}

/**
 * The names a certificate for this domain carries, as CAs add them unasked: `www.` beside a bare domain, the bare
 * domain beside `www.` and beside a wildcard. (eNom API, product list, additional names)
 */
export function coveredNames(domain: string): string[] {
  if (domain === baseDomain(domain)) return [domain, `www.${domain}`];
  return /^(\*|www)\./.test(domain) ? [domain, domain.replace(/^[^.]+\./, "")] : [domain];
}
