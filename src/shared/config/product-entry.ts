// One entry of `products:` in certfleet.yaml: settings of a product, or all that must be known of one that is not built
// in; and the words that every part of the file's schema is written with.
import { z } from "zod";
import { money } from "../base/money.ts";
import { said } from "../base/text/said.ts";
import { shownName } from "../base/text/shown-name.ts";
import { builtInProducts, getProduct, type Product } from "../certificate/products.ts";
import { beforeDays, policyMode, remainder } from "../subscription/policy.ts";

export const id = z.string().regex(/^[A-Za-z0-9._-]{1,64}$/, "must be 1 to 64 of A-Z a-z 0-9 . _ -");

export const policyEntry = z.strictObject({
  mode: policyMode.optional().meta(said("auto: reissue it; manual: remind the customer; none: do nothing")),
  beforeDays: beforeDays.optional().meta(said("The lead time: how many days before a certificate ends", 10)),
});

const services = builtInProducts.map(({ service }) => service);

export const productEntry = z.strictObject({
  service: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,100}$/, "must be 1 to 100 of A-Z a-z 0-9 . _ -")
    .meta(said("The product's service code at eNom; with prodType, level and family it may be a new one", ...services)),
  prodType: z
    .int()
    .min(1)
    .max(99_999_999)
    .optional()
    .meta(said("The product's number at eNom, which its lists show; needed to add a product", 23)),
  level: z.enum(["DV", "OV", "EV"]).optional().meta(said("What the CA validates; needed to add a product")),
  family: z
    .enum(["digicert", "sectigo", "geotrust", "comodo"])
    .optional()
    .meta(
      said("digicert (also geotrust) or sectigo (also comodo): decides reissues and renewals; needed to add a product"),
    ),
  name: shownName.optional().meta(said("Shown to people; without it the built-in name, or the code", "RapidSSL")),
  wildcard: z.boolean().optional().meta(said("Whether it is for *.domain; without it the built-in way, or false")),
  methods: z
    .array(z.enum(["email", "dns", "file"]))
    .min(1)
    .optional()
    .meta(said("How the domain's owner can prove control; without it the built-in ways, or email", ["email", "dns"])),
  priceCeiling: money
    .optional()
    .meta(said("The highest price of one year, in the account's currency; above it nothing is bought", "15.00")),
  policy: policyEntry.optional().meta(said("The policy of this product, for orders that name none")),
  remainder: remainder.optional().meta(said("The remainder setting of this product, for orders that name none")),
  reissue: z
    .enum(["api", "portal", "ticket"])
    .optional()
    .meta(
      said(
        "How it is reissued, instead of the built-in way: by eNom's API, in the CA's portal, or by a ticket to eNom",
      ),
    ),
  lane: z.enum(["api", "portal", "ticket"]).optional().meta(said("Another word for reissue")),
  terms: z
    .array(z.int().min(1).max(5))
    .min(1)
    .optional()
    .meta(said("The terms that are sold, in years, if eNom's catalogue cannot be asked", [1, 2])),
  accounts: z
    .array(id)
    .optional()
    .meta(said("Buy it only on these accounts", ["main"])),
});

type ProductEntry = z.infer<typeof productEntry>;

/** Service codes are compared as eNom does, whatever their letters' case. */
export function findProductEntry(products: readonly ProductEntry[], service: string): ProductEntry | undefined {
  return products.find((each) => each.service.toLowerCase() === service.toLowerCase());
}

/** The product table, and what the operator says otherwise. Where nobody says what it is sold for, a year. */
export function productFor(
  products: readonly ProductEntry[],
  service: string,
): { reissue: Product["reissue"]; terms: readonly number[] } {
  const { reissue, lane = reissue, terms = [1] } = findProductEntry(products, service) ?? {};
  return { reissue: lane ?? getProduct(service).reissue, terms };
}
