// The price list of the pretended eNom: every product code that is documented, with prices near the real ones.
// (eNom API, GetCerts and product list; RapidSSL $9.95 and QuickSSL $69.00 are recorded, the other prices are made up.)

export interface CatalogueProduct {
  readonly service: string;
  readonly prodType: number;
  readonly description: string;
  /** Decides the order of statuses and whether CertReissueCert takes it. */
  readonly family: "geotrust" | "comodo";
  readonly level: "DV" | "OV" | "EV";
  readonly wildcard: boolean;
  /** Whether CertPurchaseCert takes `DVAuthMethod` File and DNS. */
  readonly dnsAndFile: boolean;
  /** Reseller price of one year. */
  readonly priceCents: number;
  readonly retailCents: number;
  readonly years: readonly number[];
  readonly enabled: boolean;
}

type Row = [service: string, prodType: number, name: string, level: CatalogueProduct["level"], priceCents: number];

const ROWS: readonly Row[] = [
  ["Certificate-RapidSSL-RapidSSL", 23, "RapidSSL", "DV", 9_95],
  ["Certificate-RapidSSL-RapidSSL-Wildcard", 285, "RapidSSL Wildcard", "DV", 99_00],
  ["Certificate-GeoTrust-QuickSSL", 26, "GeoTrust QuickSSL", "DV", 69_00],
  ["Certificate-GeoTrust-QuickSSL-Premium", 20, "GeoTrust QuickSSL Premium", "DV", 79_00],
  ["Certificate-GeoTrust-TrueBizID", 21, "GeoTrust True BusinessID", "OV", 99_00],
  ["Certificate-GeoTrust-TrueBizID-Wildcard", 27, "GeoTrust True BusinessID Wildcard", "OV", 349_00],
  ["Certificate-GeoTrust-TrueBizID-EV", 24, "GeoTrust True BusinessID EV", "EV", 199_00],
  ["Certificate-VeriSign-Secure-Site", 180, "VeriSign Secure Site", "OV", 299_00],
  ["Certificate-VeriSign-Secure-Site-Pro", 181, "VeriSign Secure Site Pro", "OV", 799_00],
  ["Certificate-VeriSign-Secure-Site-EV", 182, "VeriSign Secure Site EV", "EV", 799_00],
  ["Certificate-VeriSign-Secure-Site-Pro-EV", 183, "VeriSign Secure Site Pro EV", "EV", 1_199_00],
  ["Certificate-Comodo-Essential", 211, "Comodo Essential", "DV", 14_95],
  ["Certificate-Comodo-Instant", 212, "Comodo Instant", "OV", 39_95],
  ["Certificate-Comodo-Premium-Wildcard", 213, "Comodo Premium Wildcard", "OV", 169_00],
  ["Certificate-Comodo-Essential-Wildcard", 214, "Comodo Essential Wildcard", "DV", 119_00],
  ["Certificate-Comodo-EV", 221, "Comodo EV", "EV", 129_00],
  ["Certificate-Comodo-EV-SGC", 222, "Comodo EV SGC", "EV", 179_00],
  ["Certificate-Comodo-UCC-DV", 270, "Comodo UCC DV", "DV", 59_00],
  ["Certificate-Comodo-UCC-OV", 274, "Comodo UCC OV", "OV", 99_00],
];

const DNS_AND_FILE = new Set([20, 23, 26]);
const YEARS = new Map([
  [23, [1, 2]],
  [20, [1, 2, 3, 4, 5]],
]);
/** Still listed, no longer sold, so that a client meets one such. */
const DISABLED = new Set([222]);

export const catalogue: readonly CatalogueProduct[] = ROWS.map(([service, prodType, name, level, priceCents]) => ({
  service,
  prodType,
  description: `SSL Certificate - ${name}`,
  family: service.startsWith("Certificate-Comodo") ? "comodo" : "geotrust",
  level,
  wildcard: service.endsWith("-Wildcard"),
  dnsAndFile: DNS_AND_FILE.has(prodType),
  priceCents,
  retailCents: priceCents + 10_00,
  years: YEARS.get(prodType) ?? [1],
  enabled: !DISABLED.has(prodType),
}));

/** By `Service` code, letter case ignored, or by ProdType. */
export function findCatalogueProduct(wanted: string | number): CatalogueProduct | undefined {
  return catalogue.find(({ service, prodType }) =>
    typeof wanted === "number" ? prodType === wanted : service.toLowerCase() === wanted.toLowerCase(),
  );
}

/** @throws RangeError for a ProdType that is not in the list */
export function getCatalogueProduct(prodType: number): CatalogueProduct {
  const product = findCatalogueProduct(prodType);
  if (product === undefined) throw new RangeError(`no product has ProdType ${prodType}`);
  return product;
}
