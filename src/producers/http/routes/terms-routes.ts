// What may change after an order was accepted: its policy and people, and how long it is paid for.

import { validatorCompiler } from "fastify-type-provider-zod";
import { z } from "zod";
import { actorText } from "../../../shared/authority/actor.ts";
import {
  changeTerms,
  extendTerm,
  MOST_YEARS,
  readTermsChange,
  termsChange,
} from "../../../shared/certificate/changes/terms-change.ts";
import { reference } from "../../../shared/certificate/order.ts";
import type { Normalised } from "../../../shared/panel/contact.ts";
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
const longer = z.strictObject({ years: z.int().min(1).max(MOST_YEARS).meta({ description: "How many years more" }) });

/** What costs more than the quotas of the key allow. */
const costly = ["not-now", "quota-exceeded"] as const;

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
        body: shownWith(termsChange, {
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
      // readTermsChange checks the same schema, behind what panels leave blank.
      validatorCompiler: (route) =>
        route.httpPart === "body" ? (value: unknown) => ({ value }) : validatorCompiler(route as never),
    },
    async (request) => {
      const given = readTermsChange(request.body);
      if ("faults" in given) throw invalid(given.faults);
      let normalised: Normalised[] = [];
      const saved = await change(
        request.params.reference,
        async (certificate, now) => {
          const made = changeTerms(certificate, given, { now, who: actorText(request.caller.actor) });
          if ("faults" in made) throw invalid(made.faults);
          normalised = made.normalised;
          await admitChange(request, { before: certificate, after: made.certificate }, needs);
          return made.certificate;
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
          const asked = { now, who: actorText(request.caller.actor) };
          const made = extendTerm(certificate, { years: request.body.years, id }, asked);
          if (made === "same") return undefined;
          if ("conflict" in made) throw problem("not-now", made.conflict);
          await admitChange(request, { before: certificate, after: made.certificate }, needs);
          return made.certificate;
        },
        needs,
      );
      reply.code(202);
      return bodyOf(saved, needs);
    },
  );
}
