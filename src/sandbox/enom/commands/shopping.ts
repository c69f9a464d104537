// What can be bought and buying it: PurchaseServices, GetCerts, PE_GetProductPrice.
import { centsOf, dollars, plain } from "../books/amounts.ts";
import { catalogue, findCatalogueProduct } from "../books/catalogue.ts";
import type { Slot } from "../books/slot.ts";
import type { Refusal } from "../wire/answer.ts";
import { group, leaf } from "../wire/elements.ts";
import { insufficientFunds, refusal, unknownService } from "../wire/refusals.ts";
import type { Office, Run } from "./office.ts";

/** Buys an empty slot and takes its price at once. (eNom API, PurchaseServices) */
export const purchaseServices: Run = ({ service = "", numyears = "1" }, office) => {
  const sold = sell(service, numyears, office);
  if ("texts" in sold) return sold;
  const { certId, orderId } = sold;
  return office.settings.variants.upperCaseIds
    ? [leaf("CertID", certId), leaf("OrderID", orderId)]
    : [leaf("certid", certId), leaf("orderid", orderId)];
};

/** One slot for the account's money, or why not; `numYears` as a caller writes it. */
export function sell(service: string, numYears: string, { books, settings }: Office): Slot | Refusal {
  if (service === "") return refusal("301220", "Service is missing");
  const product = findCatalogueProduct(service);
  if (product === undefined) return unknownService(settings);
  if (!product.enabled || settings.disabledServices.has(service.toLowerCase())) {
    return refusal("712220", "This service is disabled for your account");
  }
  if (!product.years.some((years) => String(years) === numYears)) {
    return refusal("303197", `NumYears must be one of ${product.years.join(", ")}`);
  }
  const years = Number(numYears);
  if (product.priceCents * years > centsOf(books.balance())) return insufficientFunds(settings);
  return books.buy(product, years);
}

/** The catalogue with this reseller's prices. (eNom API, GetCerts) */
export const getCerts: Run = (_parameters, { settings }) => {
  const certs = catalogue.map((product, index) => {
    const service = product.service.toLowerCase();
    return group(`Cert${index + 1}`, [
      leaf("ProdCode", service),
      leaf("ProdType", product.prodType),
      leaf("ProdDesc", product.description),
      leaf("QtyDesc", "Year(s)"),
      leaf("RetailPrice", dollars(product.retailCents)),
      leaf("ResellerPrice", dollars(product.priceCents)),
      leaf("Enabled", product.enabled && !settings.disabledServices.has(service) ? "True" : "False"),
      ...product.years.map((years) => leaf("Years", years)),
    ]);
  });
  return [leaf("Reseller", "True"), group("GetCerts", [group("Certs", certs), leaf("CertCount", certs.length)])];
};

/** (eNom API, PE_GetProductPrice) */
export const getProductPrice: Run = ({ producttype = "" }) => {
  const product = findCatalogueProduct(Number(producttype));
  if (product === undefined) return refusal("316182", "The product type is not known");
  return [
    group("productprice", [
      leaf("price", plain(product.priceCents)),
      leaf("productenabled", product.enabled ? "True" : "False"),
    ]),
  ];
};
