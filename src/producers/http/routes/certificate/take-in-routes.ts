// Takes a certificate that a person fetched from the CA's portal or eNom's panel.
import { z } from "zod";
import { actorText } from "../../../../shared/authority/actor.ts";
import type { Certificate } from "../../../../shared/certificate/certificate.ts";
import { MOST_PEM_CHARACTERS, requestTakeIn } from "../../../../shared/certificate/changes/take-in.ts";
import { reference } from "../../../../shared/certificate/order.ts";
import { answers, bodyProblems, json, shownWith } from "../../answers.ts";
import { bodyOf, certificateBody } from "../../certificate-body.ts";
import { EXAMPLE_PEM } from "../../example-order.ts";
import { dropBlanks } from "../../json-body.ts";
import type { App, GatewayNeeds } from "../../needs.ts";
import { invalid, problem } from "../../problems.ts";
import { appliedHeader, preference } from "../../repeats/prefer.ts";
import { WAITING_MS, waitForOrder } from "../../repeats/wait-for-order.ts";
import { change, enqueueFor } from "../../saving.ts";

const pem = z.string().min(1).max(MOST_PEM_CHARACTERS).meta({
  description: "The certificate and, where you have it, its chain: PEM blocks in any order",
  example: EXAMPLE_PEM,
});

export function takeInRoutes(app: App, needs: GatewayNeeds): void {
  app.put(
    "/certificates/:reference/certificate",
    {
      config: { scope: "certificates:write", action: "certificate.take-in" },
      handlerTimeout: WAITING_MS,
      schema: {
        tags: ["Certificates"],
        operationId: "takeInCertificate",
        summary: "Hand in a certificate that was fetched elsewhere",
        description:
          "For a certificate that was issued in the certificate authority's portal or eNom's panel, and that eNom's API does not show. It must carry the key of the order's CSR or of the reissue's, cover its names, be valid now, and be newer than the one there is; a 422 names what is wrong, and nothing is changed then. The order goes on as if eNom had shown it. Missing intermediate certificates are looked for. It never costs anything, and the same certificate again changes nothing. With `Prefer: wait=N` the answer comes when it is taken in (200), or refused (409).",
        params: z.object({ reference }),
        headers: preference,
        body: shownWith(z.strictObject({ pem }), {
          certificate: { summary: "A certificate and its chain", value: { pem: EXAMPLE_PEM } },
        }),
        response: answers(
          {
            200: json("Taken in, or the certificate is this one already", certificateBody, appliedHeader),
            202: json("Saved; a worker takes it in next", certificateBody, appliedHeader),
          },
          ...(["not-found", "not-now", ...bodyProblems] as const),
        ),
      },
      preValidation: dropBlanks,
    },
    async (request, reply) => {
      const given = { ...request.body, who: actorText(request.caller.actor) };
      const saved = await change(
        request.params.reference,
        async (certificate, now) => {
          const answer = await requestTakeIn(certificate, given, now);
          if (answer.kind === "conflict") throw problem("not-now", answer.message);
          if (answer.kind === "wrong") throw invalid(answer.faults);
          return answer.kind === "requested" ? answer.certificate : undefined;
        },
        needs,
      );
      if (!isPending(saved)) {
        reply.code(200);
        return bodyOf(saved, needs);
      }
      await enqueueFor("open", saved.order.reference, needs);
      const waiting = { request, reply, isOver: (each: Certificate) => !isPending(each), known: saved };
      const after =
        (await waitForOrder(waiting, { certificates: needs.certificates, waiter: app.orderWaiter })) ?? saved;
      const refusal = isPending(after) ? undefined : refusalIn(after, saved.record.timeline.length);
      if (refusal) throw problem("not-now", refusal);
      reply.code(isPending(after) ? 202 : 200);
      return bodyOf(after, needs);
    },
  );
}

function isPending({ record }: Certificate): boolean {
  return record.wish?.kind === "take-in";
}

/** What the worker said, where it took nothing in. */
function refusalIn({ record }: Certificate, from: number): string | undefined {
  const answer = record.timeline
    .slice(from)
    .find(({ event }) => /^(decision\.refused|certificate\.taken-in)$/.test(event));
  return answer?.event === "decision.refused" ? answer.detail : undefined;
}
