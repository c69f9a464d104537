// Corrects the CSR of an order that is not issued: same slot, same money.

import { z } from "zod";
import { actorText } from "../../../shared/authority/actor.ts";
import { requestCsr } from "../../../shared/certificate/changes/csr-correction.ts";
import { orderBody, reference } from "../../../shared/certificate/order.ts";
import { answers, bodyProblems, json, shownWith } from "../answers.ts";
import { bodyOf, certificateBody } from "../certificate-body.ts";
import { EXAMPLE_CSR } from "../example-order.ts";
import { dropBlanks } from "../json-body.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { invalid, problem } from "../problems.ts";
import { change, enqueueFor } from "../saving.ts";

const { csr, approver } = orderBody.shape;
const reason = z
  .string()
  .trim()
  .min(1)
  .max(500)
  .meta({ description: "Why; kept in the timeline", example: "typo in the name" });

export function csrRoutes(app: App, needs: GatewayNeeds): void {
  app.put(
    "/certificates/:reference/csr",
    {
      config: { scope: "certificates:write", action: "certificate.correct-csr" },
      schema: {
        tags: ["Certificates"],
        operationId: "correctCsr",
        summary: "Correct the CSR of an order that is not issued",
        description:
          "Changes the CSR, and with it the name, until the certificate is issued: the slot and its money stay. The rules of an order hold, and a wildcard product stays with a wildcard. `approver` is needed where the present one does not fit the new name. What is at the certificate authority is called back first. The same CSR again changes nothing.",
        params: z.object({ reference }),
        body: shownWith(z.strictObject({ csr, reason, approver: approver.optional() }), {
          csr: { summary: "Another CSR", value: { csr: EXAMPLE_CSR, reason: "typo in the name" } },
        }),
        response: answers(
          { 202: json("Saved, or the order has this CSR already; a worker carries it out next", certificateBody) },
          ...(["not-found", "not-now", ...bodyProblems] as const),
        ),
      },
      preValidation: dropBlanks,
    },
    async (request, reply) => {
      const wanted = { ...request.body, who: actorText(request.caller.actor) };
      const saved = await change(
        request.params.reference,
        async (certificate, now) => {
          const answer = await requestCsr(certificate, wanted, now, needs.intake);
          if (answer.kind === "conflict") throw problem("not-now", answer.message);
          if (answer.kind === "wrong") throw invalid(answer.faults);
          return answer.kind === "requested" ? answer.certificate : undefined;
        },
        needs,
      );
      await enqueueFor("open", saved.order.reference, needs);
      reply.code(202);
      return bodyOf(saved, needs);
    },
  );
}
