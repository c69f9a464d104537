// The products of certfleet.yaml as the product table has them: such as are added, and built-in ones that eNom now has
// otherwise.
import { builtInProducts, familyDefaults, isMultiDomain, type Product } from "../certificate/products.ts";

/** As an entry of `products:` says; everything but the code may be left out. */
export interface ProductEntry {
  service: string;
  name?: string | undefined;
  prodType?: number | undefined;
  level?: Product["level"] | undefined;
  family?: "digicert" | "sectigo" | Product["family"] | undefined;
  wildcard?: boolean | undefined;
  methods?: Product["methods"] | undefined;
  reissue?: Product["reissue"] | undefined;
  lane?: Product["reissue"] | undefined;
}

/** The two families under the names of their CAs, and under those that eNom's older products have. */
const FAMILIES = { digicert: "geotrust", geotrust: "geotrust", sectigo: "comodo", comodo: "comodo" } as const;
const NEEDED = ["prodType", "level", "family"] as const;
const DEFINING = [...NEEDED, "name", "wildcard", "methods"] as const;

export interface EntryFault {
  /** Which entry. */
  index: number;
  field: string;
  message: string;
}

/** What is wrong with each entry, and with all together. */
export function productFaults(entries: readonly ProductEntry[]): EntryFault[] {
  const faults: EntryFault[] = [];
  for (const [index, entry] of entries.entries()) {
    const { service } = entry;
    const say = (field: string, message: string): number => faults.push({ index, field, message });
    if (entry.lane && entry.reissue && entry.lane !== entry.reissue)
      say("lane", "says something else than reissue: set one of the two");
    if (!defines(entry)) continue;
    if (entries.slice(0, index).some((each) => defines(each) && isSame(each.service, service)))
      say("service", `product ${service} is described by an entry already`);
    if (isMultiDomain(service)) say("service", "multi-domain products cannot be added: an order describes one name");
    if (findBuiltIn(service)) continue;
    for (const field of NEEDED)
      if (entry[field] === undefined)
        say(
          field,
          `is needed for ${service}, which is no built-in product: certfleet account products shows the lines`,
        );
  }
  return faults.length > 0 ? faults : sharedTypes(entries);
}

/** eNom's lists name a product by its number alone: two of one number could not be told apart. */
function sharedTypes(entries: readonly ProductEntry[]): EntryFault[] {
  const configured = configuredProducts(entries);
  const all = [
    ...builtInProducts.filter(({ service }) => !configured.some((p) => isSame(p.service, service))),
    ...configured,
  ];
  return configured.flatMap(({ service, prodType }) => {
    const twin = all.find((each) => each.prodType === prodType && !isSame(each.service, service));
    const index = entries.findIndex((each) => isSame(each.service, service));
    return twin ? [{ index, field: "prodType", message: `${prodType} is the number of ${twin.service}` }] : [];
  });
}

/** The products that entries add or change. Entries that only set a price or a policy are none. */
export function configuredProducts(entries: readonly ProductEntry[]): Product[] {
  return entries.filter(defines).flatMap((entry) => {
    const built = findBuiltIn(entry.service);
    const family = entry.family === undefined ? built?.family : FAMILIES[entry.family];
    const { prodType = built?.prodType, level = built?.level } = entry;
    if (!family || !prodType || !level) return [];
    const service = built?.service ?? entry.service;
    const isOfFamily = family === built?.family;
    return [
      {
        ...{ service, prodType, level, family },
        name: entry.name ?? built?.name ?? service,
        wildcard: entry.wildcard ?? built?.wildcard ?? false,
        methods: entry.methods ?? built?.methods ?? (["email"] as const),
        ...(isOfFamily && built ? { reissue: built.reissue, renewal: built.renewal } : familyDefaults(family)),
      },
    ];
  });
}

/** Entries that set something for a product that nobody knows: a guard in them guards nothing. */
export function unknownEntries(entries: readonly ProductEntry[]): { index: number; service: string }[] {
  return entries.flatMap((entry, index) =>
    defines(entry) || findBuiltIn(entry.service) ? [] : [{ index, service: entry.service }],
  );
}

function defines(entry: ProductEntry): boolean {
  return DEFINING.some((field) => entry[field] !== undefined);
}

function findBuiltIn(service: string): Product | undefined {
  return builtInProducts.find((each) => isSame(each.service, service));
}

function isSame(a: string, b: string): boolean {
  return a.toLowerCase() === b.toLowerCase();
}
