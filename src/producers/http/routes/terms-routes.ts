// What may change after an order was accepted: its policy and people, and how long it is paid for.
import { z } from "zod";
import { utcDate } from "../../../shared/base/dates.ts";
import { termsOf } from "../../../shared/certificate/certificate.ts";
import { brand, contacts, customer, reference } from "../../../shared/certificate/order.ts";
import { getProduct } from "../../../shared/certificate/products.ts";
import { withEvent } from "../../../shared/certificate/record.ts";
import { contactFaults } from "../../../shared/intake/contact-level.ts";
import { policy, remainder } from "../../../shared/subscription/policy.ts";
import { paidEnd as endOfTerm } from "../../../shared/subscription/term.ts";
import { answers, bodyProblems, json } from "../answers.ts";
import { bodyOf, certificateBody } from "../certificate-body.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { invalid, problem } from "../problems.ts";
import { change, idempotencyKey } from "../saving.ts";

const tags = ["Certificates"];
const params = z.object({ reference });
/** The longest term that is sold. */
const MOST_YEARS = 5;

const changes = z
  .strictObject({
    policy: policy.optional(),
    customer: customer.optional(),
    brand: brand.nullable().optional(),
    contacts: contacts.optional(),
    remainder: remainder.optional(),
  })
  .refine(
    (given) => Object.keys(given).length > 0,
    "must name at least one of policy, customer, brand, contacts and remainder",
  );

export function termsRoutes(app: App, needs: GatewayNeeds): void {
  app.patch(
    "/certificates/:reference",
    {
      schema: {
        tags,
        operationId: "changeCertificate",
        summary: "Change policy, customer, brand, contacts or remainder",
        description:
          "Each part that you send is replaced as a whole. The others stay as they are. `brand: null` removes the brand.",
        params,
        body: changes,
        response: answers({ 200: json("Changed", certificateBody) }, "not-found", ...bodyProblems),
      },
    },
    async (request) => {
      const given = request.body;
      const detail = `${Object.keys(given).sort().join(", ")} by ${request.caller}`;
      const saved = await change(
        request.params.reference,
        (certificate, now) => {
          const { terms } = certificate.record;
          const faults = given.contacts ? contactFaults(getProduct(certificate.order.product), given.contacts) : [];
          if (faults.length > 0) throw invalid(faults);
          const {
            policy: wanted = terms.policy,
            customer: buyer = terms.customer,
            brand: named = terms.brand,
            contacts: people = terms.contacts,
            remainder: rest = terms.remainder,
          } = given;
          const who = { customer: buyer, brand: named ?? undefined, contacts: people };
          const changed = { ...terms, ...who, policy: wanted, remainder: rest };
          const record = { ...certificate.record, terms: changed };
          return { ...certificate, record: withEvent(record, now, "certificate.changed", detail) };
        },
        needs,
      );
      return bodyOf(saved, needs);
    },
  );

  app.post(
    "/certificates/:reference/extend",
    {
      schema: {
        tags,
        operationId: "extendCertificate",
        summary: "Add paid years",
        description: `Moves \`paidUntil\`, up to ${MOST_YEARS} years in total. The certificate is then reissued within the longer term. What eNom has not sold yet is bought when it is due. Send an Idempotency-Key, so that you can repeat the call safely.`,
        params,
        headers: idempotencyKey,
        body: z.strictObject({ years: z.int().min(1).max(MOST_YEARS) }),
        response: answers({ 202: json("Extended", certificateBody) }, "not-found", "not-now", ...bodyProblems),
      },
    },
    async (request, reply) => {
      const id = request.headers["idempotency-key"];
      const saved = await change(
        request.params.reference,
        (certificate, now) => {
          const { record, state } = certificate;
          if (id !== undefined && record.extension === id) return undefined;
          if (state === "CANCELLED" || state === "REFUSED")
            throw problem("not-now", "The order is cancelled or failed.");
          const years = record.terms.years + request.body.years;
          if (years > MOST_YEARS) {
            throw problem(
              "not-now",
              `That would be ${years} years in total. At most ${MOST_YEARS} are possible, and ${record.terms.years} are already paid.`,
            );
          }
          const ends = endOfTerm(termsOf(certificate), years);
          if (ends && ends <= now)
            throw problem(
              "not-now",
              `The extended term would already have ended on ${utcDate(ends)}. Place a new order.`,
            );
          const extended = { ...record, extension: id ?? null, terms: { ...record.terms, years } };
          const detail = `${years} years in all, by ${request.caller}`;
          return { ...certificate, record: withEvent(extended, now, "certificate.extended", detail) };
        },
        needs,
      );
      reply.code(202);
      return bodyOf(saved, needs);
    },
  );
}
