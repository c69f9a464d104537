// Orders in, certificates out: accept an order, show one certificate, its PEM, or a list.

import { validatorCompiler } from "fastify-type-provider-zod";
import { z } from "zod";
import { Unavailable } from "../../../shared/base/errors.ts";
import { statuses } from "../../../shared/certificate/certificate.ts";
import { isCursor } from "../../../shared/certificate/list.ts";
import { orderBody, reference } from "../../../shared/certificate/order.ts";
import { pathOf } from "../../../shared/gateway/public-url.ts";
import { acceptOrder } from "../../../shared/queue/accept-order.ts";
import { rehearseOrder } from "../../../shared/queue/rehearse-order.ts";
import { admission } from "../access/quota-guard.ts";
import { answers, bodyProblems, json, locationOf, shownWith, text } from "../answers.ts";
import { bodyOf, certificateBody } from "../certificate-body.ts";
import { EXAMPLE_PEM, exampleOrders } from "../example-order.ts";
import { pageLimit, pageOf } from "../lists.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { acceptedBody, rehearsalBody } from "../order-answers.ts";
import { invalid, type ProblemError, problem } from "../problems.ts";
import { logAbout } from "../request-log.ts";
import { enqueueFor, getCertificate } from "../saving.ts";

const tags = ["Certificates"];
const params = z.object({ reference });
const where = locationOf("the certificate", "/v1/certificates/bill-1001");

const query = z.strictObject({
  status: z.enum(statuses).optional().meta({ description: "Only certificates with this status", example: "issued" }),
  domain: z
    .string()
    .max(100)
    .toLowerCase()
    .optional()
    .meta({ description: "Only certificates for this domain; the whole name", example: "shop.example.com" }),
  expires_before: z
    .union([z.iso.date(), z.iso.datetime({ offset: true })], "must be a date such as 2027-01-31, or an RFC 3339 time")
    .optional()
    .meta({
      description: "Only certificates that expire before this time; the list is then sorted by expiry",
      example: "2030-01-01",
    }),
  attention: z.literal("true").optional().meta({ description: "Only certificates that need attention" }),
  limit: pageLimit,
  cursor: z.string().max(200).refine(isCursor, "must be the nextCursor of the page before").optional().meta({
    description: "The nextCursor of the page before; without it the first page",
    example: "MTc5NTM0ODgwMDAwMApiaWxsLTEwMDA",
  }),
});

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
      config: { scope: "certificates:write", action: "certificate.order" },
      schema: {
        tags,
        operationId: "openCertificate",
        summary: "Order a certificate",
        description:
          "Accepts an order. Everything else happens in the background. The reference makes it safe to repeat: the same order again is answered with 200 and buys nothing. With `dryRun=true` nothing is kept: the answer is what would become of the order, or the same problem that the order would meet.",
        querystring: placing,
        body: shownWith(orderBody, exampleOrders),
        response: answers(
          {
            200: json(
              "The same order was accepted before; or what a dry run found",
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
      const accepted = await acceptOrder(
        request.body,
        { certificates, accounts, clock, intake: needs.intake, admit: admission(request, needs) },
        request.caller.actor,
      );
      if ("faults" in accepted) throw invalid(accepted.faults);
      const { order, answer, normalised, warnings } = accepted;
      logAbout(request, order.reference);
      if (answer === "conflict") throw taken(order.reference);
      if (answer === "accepted") await enqueueFor("open", order.reference, needs);
      const certificate = await certificates.find(order.reference);
      // Redis was emptied in between: a 404 would say that the order was wrong.
      if (!certificate) throw new Unavailable(`Redis has lost ${order.reference} just now. Send the same again.`);
      reply
        .code(answer === "accepted" ? 202 : 200)
        .header("location", pathOf(needs.publicUrl, `/v1/certificates/${order.reference}`));
      return { ...bodyOf(certificate, needs), normalised, warnings };
    },
  );

  app.get(
    "/certificates",
    {
      config: { scope: "certificates:read" },
      schema: {
        tags,
        operationId: "listCertificates",
        summary: "List certificates",
        description:
          "Sorted by acceptance, page by page; where expiry is asked for, by expiry. All filters can be combined, and a page is quick whatever they are. Only a nextCursor of null says that a page is the last one: for a while after an update a page may hold fewer than limit.",
        querystring: query,
        response: answers({ 200: json("One page", pageOf(certificateBody)) }, "invalid"),
      },
    },
    async (request) => {
      const { limit, cursor, attention, expires_before: before, ...exact } = request.query;
      const wanted = {
        ...exact,
        attention: attention === "true",
        expiresBefore: before ? new Date(before) : undefined,
      };
      const page = await certificates.list(wanted, { limit, cursor, signal: request.signal }, clock.now());
      return { items: page.certificates.map((each) => bodyOf(each, needs)), nextCursor: page.cursor };
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
