// How a domain is validated next: agreed on with its owner at any time, before anything is bought or reissued with it. And a
// look at eNom on demand, when the owner says that it is done.

import { z } from "zod";
import { actorText } from "../../../shared/authority/actor.ts";
import { emailAddress } from "../../../shared/base/email-address.ts";
import { agreeOnMethod } from "../../../shared/certificate/operator-request.ts";
import { reference } from "../../../shared/certificate/order.ts";
import { answers, bodyProblems, json, shownWith } from "../answers.ts";
import { bodyOf, certificateBody } from "../certificate-body.ts";
import { dropBlanks } from "../json-body.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { invalid, problem } from "../problems.ts";
import { change, enqueueFor, getCertificate, ringSweep } from "../saving.ts";

const body = z
  .strictObject({
    method: z.enum(["dns", "file", "email"]).meta({ description: "How the domain's owner will prove control of it" }),
    email: emailAddress.optional().meta({ description: "Who approves; for the method email only" }),
  })
  .superRefine(({ method, email }, context) => {
    if (method === "email" && email === undefined)
      context.addIssue({ code: "custom", path: ["email"], message: "is needed for the method email: who approves" });
    if (method !== "email" && email !== undefined)
      context.addIssue({
        code: "custom",
        path: ["email"],
        message: `is not used by the method ${method}: leave it out`,
      });
  });

export function validationRoutes(app: App, needs: GatewayNeeds): void {
  app.put(
    "/certificates/:reference/validation-method",
    {
      config: { scope: "certificates:write", action: "certificate.agree-method" },
      schema: {
        tags: ["Certificates"],
        operationId: "agreeOnValidationMethod",
        summary: "Agree on how the domain is validated next",
        description:
          "Possible for any certificate at any time. Used at the next validation: when the order or its next term is submitted, or when a reissue needs the domain's owner. What is at the certificate authority already is not changed. An order that waits for a usable method goes on at once.",
        params: z.object({ reference }),
        body: shownWith(body, {
          dns: { summary: "By a DNS record", value: { method: "dns" } },
          email: { summary: "By e-mail", value: { method: "email", email: "admin@example.com" } },
        }),
        response: answers({ 200: json("Agreed", certificateBody) }, "not-found", "not-now", ...bodyProblems),
      },
      preValidation: dropBlanks,
    },
    async (request) => {
      const { method, email = "" } = request.body;
      const agreed = method === "email" ? { method, email } : { method };
      const of = request.params.reference;
      const saved = await change(
        of,
        (certificate, now) => {
          const answer = agreeOnMethod(certificate, agreed, {
            who: actorText(request.caller.actor),
            now,
            rules: needs.intake,
          });
          if ("conflict" in answer) throw problem("not-now", answer.conflict);
          if ("faults" in answer) throw invalid(answer.faults);
          return answer.certificate;
        },
        needs,
      );
      await enqueueFor(saved.record.reissue ? "reissue" : "open", of, needs);
      await ringSweep(needs); // the next term may have waited for it
      return bodyOf(saved, needs);
    },
  );

  app.post(
    "/certificates/:reference/look",
    {
      config: { scope: "certificates:write", action: "certificate.look" },
      schema: {
        tags: ["Certificates"],
        operationId: "lookNow",
        summary: "Ask eNom now whether the certificate is there",
        description:
          "Otherwise eNom is asked in growing pauses. Useful when the owner says that the DNS record is published or the mail is answered. Changes nothing, and may be repeated.",
        params: z.object({ reference }),
        response: answers(
          { 202: json("A worker asks eNom next", certificateBody) },
          ...(["not-found", "not-now", "malformed", "too-large", "unsupported-media-type"] as const),
        ),
      },
    },
    async (request, reply) => {
      const certificate = await getCertificate(request.params.reference, needs);
      const { state, record, order } = certificate;
      if (state === "CANCELLED" || state === "REFUSED")
        throw problem("not-now", "The order is cancelled or refused: no certificate comes any more.");
      await enqueueFor(record.reissue ? "reissue" : "open", order.reference, needs);
      reply.code(202);
      return bodyOf(certificate, needs);
    },
  );
}
