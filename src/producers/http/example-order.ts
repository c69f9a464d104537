// The orders that the API's page shows: they can be sent as they are, and the approver is right for the CSR.
import type { Example } from "./answers.ts";

/** Made for shop.example.com; its key is lost. */
export const EXAMPLE_CSR = [
  "-----BEGIN CERTIFICATE REQUEST-----",
  "MIIBHDCBxAIBADBiMQswCQYDVQQGEwJOTDEQMA4GA1UECAwHVXRyZWNodDEQMA4G",
  "A1UEBwwHVXRyZWNodDEUMBIGA1UECgwLRXhhbXBsZSBMdGQxGTAXBgNVBAMMEHNo",
  "b3AuZXhhbXBsZS5jb20wWTATBgcqhkjOPQIBBggqhkjOPQMBBwNCAATTGs5Dim18",
  "LyvxWwPXXoynSLTgYHBqLA0rxt3hx0ceEZFwsY0axVotHuqI9IvxgycFAkA132OF",
  "3lv+eaEZFNlkoAAwCgYIKoZIzj0EAwIDRwAwRAIgfnGt0cmqDOrZkFqA0wp/w7P0",
  "tL9MOdBTehhIifNBxDECIEeJveHoyKDVCjmXdbOA1AI8QThMCDgRMhUu50+PCOji",
  "-----END CERTIFICATE REQUEST-----",
  "",
].join("\n");

/** Of an answer that is no JSON. */
export const EXAMPLE_PEM = "-----BEGIN CERTIFICATE-----\nMIIFJTCCBA2gAwIBAgIQ…\n-----END CERTIFICATE-----\n";

export const exampleOrder = {
  reference: "bill-1001",
  product: "Certificate-RapidSSL-RapidSSL",
  years: 1,
  csr: EXAMPLE_CSR,
  approver: { method: "email", email: "admin@example.com" },
  contacts: {
    admin: {
      firstName: "Ada",
      lastName: "Example",
      organization: "Example Ltd",
      jobTitle: "Engineer",
      address1: "Main Street 1",
      city: "Utrecht",
      state: "Utrecht",
      postalCode: "3511AA",
      country: "NL",
      phone: "+31.300000000",
      email: "ada@example.com",
    },
  },
  customer: { email: "client@example.net", name: "Ada Example", language: "en" },
};

export const exampleOrders: Readonly<Record<string, Example>> = {
  email: { summary: "One year, validated by e-mail", value: exampleOrder },
  dns: {
    summary: "Two years, validated by a DNS record, with a policy of its own",
    value: {
      ...exampleOrder,
      reference: "bill-1002",
      product: "Certificate-RapidSSL-RapidSSL",
      years: 2,
      approver: { method: "dns" },
      tenant: "customer-17",
      brand: "Example Hosting",
      policy: { mode: "auto", beforeDays: 30 },
    },
  },
};
