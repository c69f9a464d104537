// What eNom sells, as far as the fleet must know it before asking: codes, validation level, names, family, what each
// may do. Built in, and as certfleet.yaml says. (eNom API, product list. Prices and terms are never kept here: eNom's own
// catalogue decides them at the purchase.)

import type { Fault } from "../base/fault.ts";
import type { RenewalRule } from "../subscription/term.ts";

export type ValidationMethod = "email" | "dns" | "file";

export interface Product {
  /** `Service` of PurchaseServices; compared without regard to case. */
  service: string;
  prodType: number;
  name: string;
  level: "DV" | "OV" | "EV";
  wildcard: boolean;
  /** Decides the order of statuses: geotrust 2 → 4, comodo 9 → 10 → 4. */
  family: "geotrust" | "comodo";
  methods: readonly ValidationMethod[];
  /** How it is reissued, unless the configuration says otherwise. */
  reissue: Lane;
  /** How the next term is bought. */
  renewal: RenewalRule;
}

/**
 * `api`: CertReissueCert takes it. `portal`: somebody does it in the CA's portal. `ticket`: eNom's support does, when
 * asked.
 */
export type Lane = "api" | "portal" | "ticket";

/** (eNom's help: renewing an SSL certificate) Days that are left carry over for Sectigo only. */
const RENEWAL: Readonly<Record<Product["family"], RenewalRule>> = {
  geotrust: { windowDays: 30, carriesOver: false },
  comodo: { windowDays: 60, carriesOver: true },
};

type Row = [service: string, prodType: number, name: string, level: Product["level"], kind?: "wildcard" | "any-method"];

const GEOTRUST: Row[] = [
  ["Certificate-RapidSSL-RapidSSL", 23, "RapidSSL", "DV", "any-method"],
  ["Certificate-RapidSSL-RapidSSL-Wildcard", 285, "RapidSSL Wildcard", "DV", "wildcard"],
  ["Certificate-GeoTrust-QuickSSL", 26, "GeoTrust QuickSSL", "DV", "any-method"],
  ["Certificate-GeoTrust-QuickSSL-Premium", 20, "GeoTrust QuickSSL Premium", "DV", "any-method"],
  ["Certificate-GeoTrust-TrueBizID", 21, "GeoTrust TrueBusiness ID", "OV"],
  ["Certificate-GeoTrust-TrueBizID-Wildcard", 27, "GeoTrust TrueBusiness ID Wildcard", "OV", "wildcard"],
  ["Certificate-GeoTrust-TrueBizID-EV", 24, "GeoTrust TrueBusiness ID EV", "EV"],
  ["Certificate-VeriSign-Secure-Site", 180, "Secure Site", "OV"],
  ["Certificate-VeriSign-Secure-Site-Pro", 181, "Secure Site Pro", "OV"],
  ["Certificate-VeriSign-Secure-Site-EV", 182, "Secure Site EV", "EV"],
  ["Certificate-VeriSign-Secure-Site-Pro-EV", 183, "Secure Site Pro EV", "EV"],
];

const COMODO: Row[] = [
  ["Certificate-Comodo-Essential", 211, "Comodo Essential", "DV"],
  ["Certificate-Comodo-Instant", 212, "Comodo Instant", "OV"],
  ["Certificate-Comodo-Essential-Wildcard", 214, "Comodo Essential Wildcard", "DV", "wildcard"],
  ["Certificate-Comodo-Premium-Wildcard", 213, "Comodo Premium Wildcard", "OV", "wildcard"],
  ["Certificate-Comodo-EV", 221, "Comodo EV", "EV"],
  ["Certificate-Comodo-EV-SGC", 222, "Comodo EV SGC", "EV"],
];

/** Sold by eNom, but for several names at once, which an order cannot describe. */
const MULTI_DOMAIN = new Set(["certificate-comodo-ucc-dv", "certificate-comodo-ucc-ov"]);

export const builtInProducts: readonly Product[] = [
  ...GEOTRUST.map((row) => product(row, "geotrust")),
  ...COMODO.map((row) => product(row, "comodo")),
];

/** Of this process: what can be ordered, and what could be before and orders still name. */
let byService = tableOf(builtInProducts);
let former = new Map<string, Product>();

/**
 * Puts the products of certfleet.yaml into force in this process (`config/added-products.ts`), in place of those of the
 * version before. One that is gone from the file can be ordered no more; orders that name it go on.
 */
export function useProducts(configured: readonly Product[]): void {
  const next = tableOf([...builtInProducts, ...configured]);
  former = new Map([...former, ...[...byService].filter(([service]) => !next.has(service))]);
  byService = next;
}

/** A configured product takes the place of a built-in one of the same code. */
function tableOf(all: readonly Product[]): Map<string, Product> {
  return new Map(all.map((each) => [each.service.toLowerCase(), each]));
}

/** What can be ordered in this process now. */
export function knownProducts(): readonly Product[] {
  return [...byService.values()];
}

/** What can be ordered. */
export function findProduct(service: string): Product | undefined {
  return byService.get(service.toLowerCase());
}

/** By the number that eNom's lists show. */
export function findProductOfType(prodType: number): Product | undefined {
  return [...byService.values(), ...former.values()].find((each) => each.prodType === prodType);
}

/**
 * Who reissues it when eNom's API does not: owners of the DigiCert family use its portal, Sectigo's ask eNom's support.
 */
export function laneByHand(service: string): Exclude<Lane, "api"> {
  return getProduct(service).family === "geotrust" ? "portal" : "ticket";
}

/**
 * The product of an accepted order. One that certfleet.yaml no longer has is told from its code, so that the order can
 * still be read and shown; nothing is bought by that (`purchase/prepare.ts`).
 */
export function getProduct(service: string): Product {
  return findProduct(service) ?? former.get(service.toLowerCase()) ?? guessed(service);
}

function guessed(service: string): Product {
  const family = /comodo|sectigo|positive/i.test(service) ? "comodo" : "geotrust";
  const known = product([service, 0, service, "DV"], family);
  return { ...known, wildcard: /wildcard/i.test(service), reissue: family === "geotrust" ? "portal" : "ticket" };
}

/** What a family has where nothing else is said. */
export function familyDefaults(family: Product["family"]): Pick<Product, "reissue" | "renewal"> {
  return { reissue: family === "geotrust" ? "api" : "ticket", renewal: RENEWAL[family] };
}

/** Why a service code that `findProduct` does not know cannot be ordered. */
export function isMultiDomain(service: string): boolean {
  return MULTI_DOMAIN.has(service.toLowerCase());
}

export function unknownProduct(service: string): Fault {
  const message = isMultiDomain(service)
    ? "Multi-domain products cannot be ordered: an order describes one name."
    : `The product ${JSON.stringify(service)} is unknown; use a Service code such as Certificate-RapidSSL-RapidSSL. certfleet.yaml can add products.`;
  return { field: "product", message };
}

function product([service, prodType, name, level, kind]: Row, family: Product["family"]): Product {
  const methods: ValidationMethod[] = kind === "any-method" ? ["email", "dns", "file"] : ["email"];
  const wildcard = kind === "wildcard";
  return { service, prodType, name, level, wildcard, family, methods, ...familyDefaults(family) };
}
