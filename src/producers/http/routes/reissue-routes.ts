// Asks for a reissue, with the old key or a new CSR.

import { randomUUID } from "node:crypto";
import { z } from "zod";
import { actorText } from "../../../shared/authority/actor.ts";
import type { Certificate } from "../../../shared/certificate/certificate.ts";
import { requestReissue } from "../../../shared/certificate/changes/reissue-request.ts";
import { reference } from "../../../shared/certificate/order.ts";
import { reissueRequest } from "../../../shared/queue/jobs.ts";
import { answers, bodyProblems, json, shownWith } from "../answers.ts";
import { bodyOf, certificateBody } from "../certificate-body.ts";
import { EXAMPLE_CSR } from "../example-order.ts";
import { dropBlanks } from "../json-body.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { invalid, problem } from "../problems.ts";
import { appliedHeader, preference } from "../repeats/prefer.ts";
import { WAITING_MS, waitForOrder } from "../repeats/wait-for-order.ts";
import { change, enqueueFor } from "../saving.ts";

const { csr, reason } = reissueRequest.shape;

export function reissueRoutes(app: App, needs: GatewayNeeds): void {
  app.post(
    "/certificates/:reference/reissues",
    {
      config: { scope: "certificates:write", action: "certificate.reissue" },
      handlerTimeout: WAITING_MS,
      schema: {
        tags: ["Certificates"],
        operationId: "reissueCertificate",
        summary: "Reissue a certificate",
        description:
          "Without a CSR the last one is used again. Send an Idempotency-Key, so that you can repeat the call safely. With `Prefer: wait=N` the answer comes when the new certificate is issued or something needs attention, at the latest after N seconds (30 at most): 200 with the new certificate, else 202.",
        params: z.object({ reference }),
        headers: preference,
        body: shownWith(z.strictObject({ csr, reason }), {
          sameKey: { summary: "With the last CSR", value: { reason: "the server was moved" } },
          newKey: { summary: "With another CSR", value: { csr: EXAMPLE_CSR, reason: "the key was lost" } },
        }),
        response: answers(
          {
            200: json("Reissued, where you waited for it", certificateBody, appliedHeader),
            202: json("Requested, or the same request was accepted before", certificateBody, appliedHeader),
          },
          ...(["not-found", "not-now", ...bodyProblems] as const),
        ),
      },
      preValidation: dropBlanks,
    },
    async (request, reply) => {
      const id = `http:${request.headers["idempotency-key"] ?? randomUUID()}`;
      const wanted = { ...request.body, id, who: actorText(request.caller.actor) };
      let isRepeated = false;
      const saved = await change(
        request.params.reference,
        async (certificate, now) => {
          const answer = await requestReissue(certificate, wanted, now, needs.intake);
          if (answer.kind === "conflict") throw problem("not-now", answer.message);
          if (answer.kind === "wrong") throw invalid(answer.faults);
          isRepeated = answer.kind === "same";
          return answer.kind === "requested" ? answer.certificate : undefined;
        },
        needs,
      );
      await enqueueFor("reissue", saved.order.reference, needs);
      const waiting = { request, reply, isOver: isReissueDecided, known: saved };
      const waited = await waitForOrder(waiting, { certificates: needs.certificates, waiter: app.orderWaiter });
      const serial = saved.record.issue?.serialNumber;
      const isNew = waited?.record.reissue === null && (waited.record.issue?.serialNumber !== serial || isRepeated);
      reply.code(isNew ? 200 : 202);
      return bodyOf(waited ?? saved, needs);
    },
  );
}

/** The new certificate is there, none will come, or somebody must act first. */
function isReissueDecided({ state, record }: Certificate): boolean {
  return record.reissue === null || record.attention !== null || state === "CANCELLED";
}
