// Reads the audit trail over the API: who did what, newest first.
import { z } from "zod";
import { auditEntry } from "../../../shared/authority/audit/entry.ts";
import { answers, json } from "../answers.ts";
import { pageLimit, pageOf } from "../lists.ts";
import type { App, GatewayNeeds } from "../needs.ts";

const query = z.strictObject({
  who: z.string().max(200).optional().meta({
    description: "Only what this one did: an id, or kind and id",
    example: "key:shop",
  }),
  action: z.string().max(100).optional().meta({
    description: "Only this action, or all of one noun",
    example: "certificate",
  }),
  subject: z.string().max(200).optional().meta({ description: "Only what was done on this", example: "bill-1001" }),
  outcome: auditEntry.shape.outcome.optional().meta({ description: "Only actions that ended so" }),
  since: z.iso
    .datetime({ offset: true })
    .optional()
    .meta({ description: "Only what happened since this time", example: "2026-11-01T00:00:00Z" }),
  limit: pageLimit,
  cursor: z
    .string()
    .regex(/^[1-9]\d{0,14}$/, "must be the nextCursor of the page before")
    .optional()
    .meta({ description: "The nextCursor of the page before; without it the first page", example: "17" }),
});

export function auditRoutes(app: App, { audit }: Pick<GatewayNeeds, "audit">): void {
  app.get(
    "/audit",
    {
      config: { scope: "admin" },
      schema: {
        tags: ["Operation"],
        operationId: "listAudit",
        summary: "Read the audit trail",
        description:
          "Who ordered, asked, decided, signed in or was refused, newest first. A page looks at 5,000 lines at most: it may be short and still have a `nextCursor`.",
        querystring: query,
        response: answers({ 200: json("One page", pageOf(auditEntry)) }, "invalid"),
      },
    },
    async ({ query: { since, ...wanted } }) => audit.list({ ...wanted, ...(since && { since: new Date(since) }) }),
  );
}
