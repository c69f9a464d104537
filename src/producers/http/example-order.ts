// The order that the API's page shows: it can be sent as it is, and its approver is right for its CSR.

const CSR = [
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

export const exampleOrder = {
  reference: "bill-1001",
  product: "Certificate-RapidSSL-RapidSSL",
  years: 1,
  csr: CSR,
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
