// What may change after an order was accepted: its policy and people, and how long it is paid for.

import { validatorCompiler } from "fastify-type-provider-zod";
import { z } from "zod";
import { actorText } from "../../../shared/authority/actor.ts";
import { utcDate } from "../../../shared/base/dates.ts";
import { faultsOf } from "../../../shared/base/fault.ts";
import { type Certificate, csrOf, termsOf } from "../../../shared/certificate/certificate.ts";
import { brand, customer, readContactsFor, reference } from "../../../shared/certificate/order.ts";
import { getProduct } from "../../../shared/certificate/products.ts";
import { withEvent } from "../../../shared/certificate/record.ts";
import { type ContactsGiven, contactsGiven, type Normalised } from "../../../shared/panel/contact.ts";
import type { ContactsRead } from "../../../shared/panel/contacts.ts";
import { readForms } from "../../../shared/panel/panel-forms.ts";
import { readShownNames } from "../../../shared/panel/shown-names.ts";
import { ownPolicy, remainder } from "../../../shared/subscription/policy.ts";
import { paidEnd as endOfTerm } from "../../../shared/subscription/term.ts";
import { admitChange } from "../access/quota-guard.ts";
import { answers, bodyProblems, json, shownWith } from "../answers.ts";
import { bodyOf, certificateBody, takenCertificateBody } from "../certificate-body.ts";
import { exampleOrder } from "../example-order.ts";
import { dropBlanks } from "../json-body.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { invalid, problem } from "../problems.ts";
import { change, idempotencyKey } from "../saving.ts";

const tags = ["Certificates"];
const params = z.object({ reference });
/** The longest term that is sold. */
const MOST_YEARS = 5;

const longer = z.strictObject({ years: z.int().min(1).max(MOST_YEARS).meta({ description: "How many years more" }) });

/** What costs more than the quotas of the key allow. */
const costly = ["not-now", "quota-exceeded"] as const;

const changes = z
  .strictObject({
    policy: ownPolicy.optional().meta({ description: "What happens before the certificate ends" }),
    customer: customer.optional().meta({ description: "Who gets the mails about the order" }),
    brand: brand.nullable().optional(),
    contacts: contactsGiven.optional().meta({ description: "Who is named to the certificate authority" }),
    remainder: remainder.optional().meta({
      description: "What becomes of the last days of the paid term that only one more purchase would cover",
      example: "buy",
    }),
  })
  .refine(
    (given) => Object.keys(given).length > 0,
    "must name at least one of policy, customer, brand, contacts and remainder",
  );

export function termsRoutes(app: App, needs: GatewayNeeds): void {
  app.patch(
    "/certificates/:reference",
    {
      config: { scope: "certificates:write", action: "certificate.change" },
      schema: {
        tags,
        operationId: "changeCertificate",
        summary: "Change policy, customer, brand, contacts or remainder",
        description:
          "Each part that you send is replaced as a whole. The others stay as they are. `brand: null` removes the brand. Contacts are checked and normalised as in an order.",
        params,
        body: shownWith(changes, {
          policy: { summary: "Another policy", value: { policy: { mode: "manual", beforeDays: 30 } } },
          customer: {
            summary: "Another customer",
            value: { customer: { email: "client@example.net", name: "Ada Example", language: "en" } },
          },
          contacts: { summary: "Other contacts", value: { contacts: exampleOrder.contacts } },
          remainder: { summary: "Buy the last days of the term, too", value: { remainder: "buy" } },
        }),
        response: answers({ 200: json("Changed", takenCertificateBody) }, "not-found", ...costly, ...bodyProblems),
      },
      // readChange checks the same schema, behind what panels leave blank.
      validatorCompiler: (route) =>
        route.httpPart === "body" ? (value: unknown) => ({ value }) : validatorCompiler(route as never),
    },
    async (request) => {
      const given = readChange(request.body);
      let normalised: Normalised[] = [];
      const detail = `${Object.keys(given.change).sort().join(", ")} by ${actorText(request.caller.actor)}`;
      const saved = await change(
        request.params.reference,
        async (certificate, now) => {
          const { terms } = certificate.record;
          const { policy = terms.policy, customer = terms.customer, brand = terms.brand } = given.change;
          const { remainder = terms.remainder } = given.change;
          const people = given.change.contacts && takeContacts(given.change.contacts, certificate);
          normalised = [...given.normalised, ...(people?.normalised ?? [])];
          const { contacts, originals } = people ?? terms;
          const who = { customer, brand: brand ?? undefined, contacts, originals };
          const changed = { ...terms, ...who, policy, remainder };
          const record = { ...certificate.record, terms: changed };
          const after = { ...certificate, record: withEvent(record, now, "certificate.changed", detail) };
          await admitChange(request, { before: certificate, after }, needs);
          return after;
        },
        needs,
      );
      return { ...bodyOf(saved, needs), normalised };
    },
  );

  app.post(
    "/certificates/:reference/extend",
    {
      config: { scope: "money:decide", action: "certificate.extend" },
      schema: {
        tags,
        operationId: "extendCertificate",
        summary: "Add paid years",
        description: `Moves \`paidUntil\`, up to ${MOST_YEARS} years in total. The certificate is then reissued within the longer term. What eNom has not sold yet is bought when it is due. Send an Idempotency-Key, so that you can repeat the call safely.`,
        params,
        headers: idempotencyKey,
        body: shownWith(longer, { year: { summary: "One more year", value: { years: 1 } } }),
        response: answers({ 202: json("Extended", certificateBody) }, "not-found", ...costly, ...bodyProblems),
      },
      preValidation: dropBlanks,
    },
    async (request, reply) => {
      const id = request.headers["idempotency-key"];
      const saved = await change(
        request.params.reference,
        async (certificate, now) => {
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
          const detail = `${years} years in all, by ${actorText(request.caller.actor)}`;
          const after = { ...certificate, record: withEvent(extended, now, "certificate.extended", detail) };
          await admitChange(request, { before: certificate, after }, needs);
          return after;
        },
        needs,
      );
      reply.code(202);
      return bodyOf(saved, needs);
    },
  );
}

/** What is to change, in the forms that are kept; contacts are read against the certificate. @throws the problem `invalid` */
function readChange(body: unknown): { change: z.infer<typeof changes>; normalised: Normalised[] } {
  const forms = readForms(body, ["brand"]);
  const shape = changes.safeParse(forms.body);
  if (!shape.success) throw invalid(faultsOf(shape.error));
  const { names, lateFaults, normalised } = readShownNames(shape.data);
  if (lateFaults.length > 0) throw invalid(lateFaults);
  return { change: names, normalised: [...forms.normalised, ...normalised] };
}

/** Held against the product and the CSR as in an order. @throws the problem `invalid` */
function takeContacts(given: ContactsGiven, certificate: Certificate): ContactsRead {
  const { wish } = certificate.record;
  const read = readContactsFor(given, {
    product: getProduct(certificate.order.product),
    // A correction that a worker carries out next is what these contacts will stand beside.
    csr: wish?.kind === "csr" ? wish.csr : csrOf(certificate),
  });
  const faults = [...read.faults, ...read.lateFaults];
  if (faults.length > 0) throw invalid(faults);
  return read;
}
