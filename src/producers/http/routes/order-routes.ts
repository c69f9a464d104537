// Orders in, certificates out: accept an order, show one certificate, or its PEM.

import { validatorCompiler } from "fastify-type-provider-zod";
import { z } from "zod";
import { Unavailable } from "../../../shared/base/errors.ts";
import { newCertificate } from "../../../shared/certificate/new-record.ts";
import { orderBody, reference } from "../../../shared/certificate/order.ts";
import { pathOf } from "../../../shared/gateway/public-url.ts";
import { acceptOrder } from "../../../shared/queue/accept-order.ts";
import { rehearseOrder } from "../../../shared/queue/rehearse-order.ts";
import { noteChanged } from "../access/audited.ts";
import { admission } from "../access/quota-guard.ts";
import { answers, bodyProblems, json, locationOf, shownWith, text } from "../answers.ts";
import { bodyOf, certificateBody } from "../certificate-body.ts";
import { EXAMPLE_PEM, exampleOrders } from "../example-order.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { acceptedBody, rehearsalBody } from "../order-answers.ts";
import { invalid, type ProblemError, problem } from "../problems.ts";
import { appliedHeader, preference } from "../repeats/prefer.ts";
import { isDecided, waitForOrder } from "../repeats/wait-for-order.ts";
import { logAbout } from "../request-log.ts";
import { enqueueFor, getCertificate } from "../saving.ts";

/** Many orders at once are taken one after the other: a caller who hears no by then would only come again. */
const BUSY_MS = 5_000;

const tags = ["Certificates"];
const params = z.object({ reference });
const where = { ...locationOf("the certificate", "/v1/certificates/bill-1001"), ...appliedHeader };

const placing = z.strictObject({
  dryRun: z
    .enum(["true", "false"])
    .optional()
    .meta({ description: "true: check everything, keep nothing, and answer with what would become of the order" }),
});

export function orderRoutes(app: App, needs: GatewayNeeds): void {
  const { certificates, accounts, clock } = needs;

  app.post(
    "/certificates",
    {
      config: { scope: "certificates:write", action: "certificate.order", answerMs: BUSY_MS },
      schema: {
        tags,
        operationId: "openCertificate",
        summary: "Order a certificate",
        description:
          "Accepts an order. Everything else happens in the background. The reference makes it safe to repeat: the same order again is answered with 200 and buys nothing. With `Prefer: wait=N` the answer comes when it is issued, refused or needs attention, at the latest after N seconds (30 at most): 200 with the issued certificate, else 202. With `dryRun=true` nothing is kept: the answer is what would become of the order, or the same problem that the order would meet.",
        querystring: placing,
        headers: preference,
        body: shownWith(orderBody, exampleOrders),
        response: answers(
          {
            200: json(
              "The same order was accepted before; or it is issued, where you waited; or what a dry run found",
              z.union([acceptedBody, rehearsalBody]),
              where,
            ),
            202: json("Accepted", acceptedBody, where),
          },
          ...(["reference-taken", "not-now", "quota-exceeded", ...bodyProblems] as const),
        ),
      },
      // acceptOrder checks the same schema, and the CSR and the product with it, so that all faults come at once.
      validatorCompiler: (route) =>
        route.httpPart === "body" ? (body: unknown) => ({ value: body }) : validatorCompiler(route as never),
    },
    async (request, reply) => {
      if (request.query.dryRun === "true") {
        const found = await rehearseOrder(request.body, {
          ...needs,
          admit: admission(request, needs, { tries: true }),
        });
        if ("faults" in found) throw invalid(found.faults, { valid: false });
        if ("conflict" in found) throw taken(found.conflict, { valid: false });
        return found.rehearsal;
      }
      const at = clock.now();
      const by = request.caller.actor;
      const accepted = await acceptOrder(
        request.body,
        { certificates, accounts, clock: { now: () => at }, intake: needs.intake, admit: admission(request, needs) },
        by,
      );
      if ("faults" in accepted) throw invalid(accepted.faults);
      const { order, answer, normalised, warnings } = accepted;
      logAbout(request, order.reference);
      if (answer === "conflict") throw taken(order.reference);
      const ringing = answer === "accepted" ? enqueueFor("open", order.reference, needs) : undefined;
      // What was just accepted is as it was written; its timeline begins at the same moment.
      const certificate =
        answer === "accepted" ? newCertificate(order, at, by) : await certificates.find(order.reference);
      // Redis was emptied in between: a 404 would say that the order was wrong.
      if (!certificate) throw new Unavailable(`Redis has lost ${order.reference} just now. Send the same again.`);
      noteChanged(request, certificate, ringing);
      const waiting = { request, reply, isOver: isDecided, known: certificate };
      const waited = await waitForOrder(waiting, { certificates, waiter: app.orderWaiter });
      const isOk = waited ? waited.record.issue !== null : answer === "same";
      reply.code(isOk ? 200 : 202).header("location", pathOf(needs.publicUrl, `/v1/certificates/${order.reference}`));
      return { ...bodyOf(waited ?? certificate, needs), normalised, warnings };
    },
  );

  app.get(
    "/certificates/:reference",
    {
      config: { scope: "certificates:read" },
      schema: {
        tags,
        operationId: "showCertificate",
        summary: "Show a certificate",
        params,
        response: answers({ 200: json("The certificate", certificateBody) }, "not-found"),
      },
    },
    async (request) => bodyOf(await getCertificate(request.params.reference, needs), needs),
  );

  app.get(
    "/certificates/:reference/pem",
    {
      config: { scope: "certificates:read" },
      schema: {
        tags,
        operationId: "downloadCertificate",
        summary: "Download the certificate",
        description: "The current certificate as PEM: the leaf first, then its chain.",
        params,
        response: answers(
          { 200: text("PEM", "application/x-pem-file", z.string(), EXAMPLE_PEM) },
          "not-found",
          "not-now",
        ),
      },
    },
    async (request, reply) => {
      const { record } = await getCertificate(request.params.reference, needs);
      if (!record.issue) throw problem("not-now", "The certificate is not issued yet.");
      return reply.type("application/x-pem-file").send(record.issue.pem);
    },
  );
}

function taken(reference: string, more: { valid?: false } = {}): ProblemError {
  const detail = `${reference} belongs to another order. Choose a new reference; it cannot be used again.`;
  return problem("reference-taken", detail, more);
}
