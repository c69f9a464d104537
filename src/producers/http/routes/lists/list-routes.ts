// Certificates page by page, and how many there are in all.
import { z } from "zod";
import { answers, json } from "../../answers.ts";
import { bodyOf, certificateBody } from "../../certificate-body.ts";
import { pageOf } from "../../lists.ts";
import type { App, GatewayNeeds } from "../../needs.ts";
import { invalid } from "../../problems.ts";
import { countQuery, listQuery, queryOf } from "./list-query.ts";

const tags = ["Certificates"];

/** Where only some fields were asked for. */
const certificatePart = certificateBody
  .partial()
  .meta({ id: "CertificatePart", description: "The fields that were asked for", additionalProperties: true });

export function listRoutes(app: App, needs: GatewayNeeds): void {
  const { certificates, clock } = needs;

  app.get(
    "/certificates",
    {
      config: { scope: "certificates:read" },
      schema: {
        tags,
        operationId: "listCertificates",
        summary: "List certificates",
        description:
          "Sorted by acceptance, page by page; where expiry is asked for, by expiry; with updated_since by the last change. All filters can be combined, and a page is quick whatever they are. Whatever is ordered meanwhile, each certificate is on one page; in a list by the last change one that changes comes again. Only a nextCursor of null says that a page is the last one: with updated_since and other filters, and for a while after an update, a page may hold fewer than limit.",
        querystring: listQuery,
        response: answers(
          {
            200: json("One page", pageOf(z.union([certificateBody, certificatePart]))),
          },
          "invalid",
        ),
      },
    },
    async (request) => {
      const { limit, cursor, fields, ...given } = request.query;
      const page = await certificates.list(queryOf(given), { limit, cursor, signal: request.signal }, clock.now());
      const items = page.certificates.map((each) => bodyOf(each, needs));
      return { items: fields ? items.map((each) => partOf(each, fields)) : items, nextCursor: page.cursor };
    },
  );

  app.get(
    "/certificates/count",
    {
      config: { scope: "certificates:read" },
      schema: {
        tags,
        operationId: "countCertificates",
        summary: "Count certificates",
        description: "How many certificates a list with these filters has on all its pages.",
        querystring: countQuery,
        response: answers(
          {
            200: json(
              "How many",
              z.object({ count: z.int().min(0).meta({ description: "How many there are", example: 1024 }) }),
            ),
          },
          "invalid",
        ),
      },
    },
    async (request) => {
      const count = await certificates.count(queryOf(request.query), clock.now());
      if (typeof count === "number") return { count };
      const message = `covers ${count.changes} changes, which is too many to look through for the other filters. Choose a later time, or leave them out.`;
      throw invalid([{ field: "updated_since", message }]);
    },
  );
}

function partOf<T extends object>(whole: T, fields: readonly (keyof T)[]): Partial<T> {
  return Object.fromEntries(fields.map((name) => [name, whole[name]])) as Partial<T>;
}
