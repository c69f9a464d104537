// What the mail to a department asks for that lists whose validation by e-mail comes to its end within the paid term.
import { z } from "zod";
import { account, day, domain, LONG_DOMAIN, oneLine, productName, reference, template } from "./template.ts";

/**
 * E-mail to an approver stops validating domains (CA/Browser Forum, Baseline Requirements 3.2.2.4): whose method must
 * change.
 */
export const emailValidationEnding = template({
  to: "department",
  when: "a year, half a year and a month before e-mail stops validating domains",
  values: z.strictObject({
    account,
    endsOn: day.describe("The first day on which it validates nothing"),
    stage: z.enum(["year", "half-year", "month"]),
    certificates: z
      .array(
        z.strictObject({
          reference,
          domain,
          product: productName,
          paidUntil: day,
          remedy: oneLine,
          methods: z
            .array(z.enum(["dns", "file"]))
            .nullable()
            .default(null)
            .describe("The other methods of the product; null: only the remedy names them"),
        }),
      )
      .min(1),
    more: z.int().nonnegative().describe("How many more are not listed"),
  }),
  example: {
    account: "main",
    endsOn: "2028-03-15",
    stage: "year",
    certificates: [
      {
        reference: "bill-1001",
        domain: "shop.example.com",
        product: "RapidSSL Certificate",
        paidUntil: "2031-04-02",
        remedy:
          "Agree on dns or file with the owner. It is used at the next validation, once you write it down: certfleet certificate validation-method bill-1001 --method dns",
        methods: ["dns", "file"],
      },
      {
        reference: "bill-1002",
        domain: "*.example.net",
        product: "Comodo Essential Wildcard",
        paidUntil: "2029-11-30",
        remedy:
          "eNom offers no other method for this product. Agree with the owner on a product that is validated by dns or file.",
        methods: [],
      },
    ],
    more: 0,
  },
  faces: {
    "half-year": { stage: "half-year", more: 12 },
    month: {
      stage: "month",
      certificates: [
        {
          reference: "bill-1003",
          domain: LONG_DOMAIN,
          product: "Comodo Essential Wildcard",
          paidUntil: "2029-11-30",
          remedy:
            "Agree on dns with the owner. It is used at the next validation, once you write it down: certfleet certificate validation-method bill-1003 --method dns",
          methods: ["dns"],
        },
      ],
    },
    "not-foreseen": {
      certificates: [
        {
          reference: "bill-1003",
          domain: "shop.example.com",
          product: "RapidSSL Certificate",
          paidUntil: "2031-04-02",
          remedy: "Agree with the owner on a method that a newer release offers.",
        },
      ],
    },
  },
});
