// What workers read at eNom for an account: its catalogue beside the product table, and answers that nobody understood.

import { z } from "zod";
import { compareCatalogue, comparedProduct } from "../../../../shared/account/compare-catalogue.ts";
import { keptAnswer } from "../../../../shared/account/not-understood.ts";
import type { AccountRecord } from "../../../../shared/account/records.ts";
import { answers, json } from "../../answers.ts";
import type { App, GatewayNeeds } from "../../needs.ts";
import { problem } from "../../problems.ts";

const tags = ["Accounts"];
const time = z.string().meta({ format: "date-time" });

export const params = z.object({
  id: z
    .string()
    .regex(/^[A-Za-z0-9._-]{1,64}$/)
    .meta({ description: "The account's id", example: "main" }),
});

const standingBody = z
  .object({
    message: z
      .string()
      .meta({ description: "Which row of eNom's list cannot be read", example: "Row 3 of eNom's list has no CertID." }),
    since: time.meta({ description: "Since when" }),
  })
  .nullable()
  .meta({ description: "Why the account buys nothing until eNom's list is understood; null: it is" });

/** The gateway has no login at eNom of its own. */
export function catalogueRoutes(app: App, needs: GatewayNeeds): void {
  const { accounts } = needs;
  app.get(
    "/accounts/:id/answers",
    {
      config: { scope: "accounts:read" },
      schema: {
        tags,
        operationId: "listAnswers",
        summary: "Show what eNom answered and nobody understood",
        description: "One of each kind, at most fifty, masked: a value that could name somebody is shown as its form.",
        params,
        response: answers(
          {
            200: json(
              "The answers, newest first",
              z.object({
                standing: standingBody,
                items: z.array(keptAnswer).meta({ description: "One of each kind" }),
              }),
            ),
          },
          "not-found",
        ),
      },
    },
    async (request) => {
      const { id } = await getAccount(request.params.id, needs);
      return { standing: (await accounts.standing(id)) ?? null, items: await accounts.answers(id) };
    },
  );

  app.get(
    "/accounts/:id/products",
    {
      config: { scope: "accounts:read" },
      schema: {
        tags,
        operationId: "listProducts",
        summary: "Show eNom's catalogue beside the product table",
        params,
        response: answers(
          {
            200: json(
              "What can be ordered, what the table lacks, and what eNom does not sell to this account",
              z.object({
                readAt: time.nullable().meta({ description: "When a worker read the catalogue; null: not yet" }),
                items: z.array(comparedProduct).meta({ description: "Every product that eNom or the table knows" }),
              }),
            ),
          },
          "not-found",
        ),
      },
    },
    async (request) => {
      const { id } = await getAccount(request.params.id, needs);
      const offers = await accounts.catalogue(id);
      const readAt = await accounts.catalogueReadAt(id);
      return { readAt, items: offers.length > 0 ? compareCatalogue(offers) : [] };
    },
  );
}

/** @throws the problem `not-found` */
export async function getAccount(id: string, { accounts }: Pick<GatewayNeeds, "accounts">): Promise<AccountRecord> {
  const account = await accounts.find(id);
  if (!account)
    throw problem("not-found", `There is no account ${id}. Workers publish their accounts when they start.`);
  return account;
}
