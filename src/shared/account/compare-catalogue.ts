// eNom's catalogue beside the product table: what can be ordered, what eNom sells and the table does not have, and what the
// table has and eNom does not sell to this account.
import { z } from "zod";
import { findProduct, isMultiDomain, knownProducts, type Product } from "../certificate/products.ts";
import type { Offer } from "./records.ts";

export const comparedProduct = z.object({
  service: z.string().meta({ description: "The service code", example: "Certificate-RapidSSL-RapidSSL" }),
  name: z.string().meta({ description: "Its name here, else as eNom describes it", example: "RapidSSL" }),
  state: z.enum(["sold", "not-enabled", "missing", "not-in-table", "multi-domain"]).meta({
    description:
      "sold: it can be ordered; not-enabled: eNom lists it and does not sell it to this account; missing: it is in the " +
      "product table and not in the catalogue; not-in-table: eNom sells it, and it cannot be ordered before certfleet.yaml " +
      "has it; multi-domain: it cannot be ordered",
  }),
  prodType: z.number().nullable().meta({ description: "eNom's number of the product; null: not known", example: 209 }),
  price: z.string().nullable().meta({ description: "Of one year; null: eNom does not list it", example: "9.95" }),
  years: z.array(z.number()).meta({ description: "The terms that eNom sells, in years", example: [1, 2] }),
  note: z.string().nullable().meta({ description: "What should be looked at", example: null }),
  yaml: z.string().nullable().meta({
    description: "The lines for products: in certfleet.yaml, where something should be added or corrected",
    example: null,
  }),
});
export type ComparedProduct = z.infer<typeof comparedProduct>;

/** Those that can be ordered first; each product once. */
export function compareCatalogue(offers: readonly Offer[]): ComparedProduct[] {
  const listed = new Map(offers.map((offer) => [offer.service.toLowerCase(), offer]));
  const missing = knownProducts().filter(({ service }) => !listed.has(service.toLowerCase()));
  const all = [...[...listed.values()].map(compared), ...missing.map(notListed)];
  const rank = (each: ComparedProduct): number => comparedProduct.shape.state.options.indexOf(each.state);
  return all.sort((a, b) => rank(a) - rank(b) || a.service.localeCompare(b.service));
}

function compared(offer: Offer): ComparedProduct {
  const { service, price, years, enabled, prodType = 0, description = "" } = offer;
  const known = findProduct(service);
  const shown = { service: known?.service ?? service, prodType: prodType || (known?.prodType ?? null), price, years };
  const name = known?.name ?? (description || service);
  if (!known) {
    if (isMultiDomain(service))
      return { ...shown, name, state: "multi-domain", note: "an order describes one name", yaml: null };
    const note = "check level, family, wildcard and methods: eNom's catalogue does not say them";
    return { ...shown, name, state: "not-in-table", note, yaml: linesOf(offer) };
  }
  const state = enabled ? "sold" : "not-enabled";
  if (prodType === 0 || prodType === known.prodType) return { ...shown, name, state, note: null, yaml: null };
  const note = `eNom's number is ${prodType}, and the product table has ${known.prodType}: a slot of it would not be recognised`;
  return { ...shown, name, state, note, yaml: `  - service: ${known.service}\n    prodType: ${prodType}` };
}

function notListed({ service, name, prodType }: Product): ComparedProduct {
  const note = "not in eNom's catalogue, or without a price that can be read";
  return { service, name, state: "missing", prodType, price: null, years: [], note, yaml: null };
}

/** What can be told from code and description; the rest is the likeliest, to be checked by who pastes it. */
function linesOf({ service, prodType = 0, description = "", years }: Offer): string {
  const words = `${service} ${description}`;
  const level = /\bEV\b/i.test(words.replaceAll("-", " "))
    ? "EV"
    : /\b(OV|business|pro|instant)/i.test(words)
      ? "OV"
      : "DV";
  const family = /comodo|sectigo|positive|instantssl/i.test(words) ? "sectigo" : "digicert";
  return [
    `  - service: ${service}`,
    `    prodType: ${prodType || "?"}`,
    ...(/^[\w .,()+-]{1,60}$/.test(description) ? [`    name: ${JSON.stringify(description)}`] : []),
    `    level: ${level}`,
    `    family: ${family}`,
    `    wildcard: ${/wildcard/i.test(words)}`,
    "    methods: [email]",
    ...(years.length > 0 ? [`    terms: [${years.join(", ")}]`] : []),
  ].join("\n");
}
