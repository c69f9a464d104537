// The eNom accounts as people and billing systems see them: balance, history, last check, and a poll on demand.

import { z } from "zod";
import { connectionCheck } from "../../../../shared/account/connection-check.ts";
import { type AccountRecord, accountAbout, balanceReading, idleMoney } from "../../../../shared/account/records.ts";
import { findAccountTroubles, findFleetTroubles, trouble } from "../../../../shared/account/troubles.ts";
import { ageSeconds as age } from "../../../../shared/base/dates.ts";
import { answers, json, locationOf } from "../../answers.ts";
import type { App, GatewayNeeds } from "../../needs.ts";
import { findRunway, type KeptPlan } from "../../spending-plan.ts";
import { jobLink, linkTo } from "../job-routes.ts";
import { getAccount, params } from "./catalogue-routes.ts";

const tags = ["Accounts"];
const time = z.string().meta({ format: "date-time" });
const amount = z.string().meta({ example: "120.00" });

const ageSeconds = z
  .int()
  .min(0)
  .meta({ description: "Seconds since the balance was read; a poll that fails changes nothing", example: 1800 });

const date = z.string().meta({ format: "date" });
const runway = z.object({
  reserved: amount.meta({ description: "The price of orders that are accepted and not bought yet" }),
  exhaustedOn: date.nullable().meta({
    description: "The day of the first planned purchase that would go below the minimum balance; null: all are covered",
  }),
  days: z.int().min(0).nullable().meta({ description: "Days from today until then", example: 41 }),
  until: date.meta({ description: "The plan ends on this day" }),
});

const { cause, ms, seenAddress, advice } = connectionCheck.shape;
const lastCheck = z.object({
  ok: z.boolean().meta({ description: "Whether eNom accepted login and address" }),
  cause: cause.unwrap().meta({
    description: "The cause of the failure, one of a fixed list; null when all is well",
    example: "address-not-permitted",
  }),
  message: z
    .string()
    .meta({ description: "What the check found, for people", example: "eNom accepts the login and this address." }),
  advice: advice.unwrap().meta({ description: "What to do about it", example: null }),
  seenAddress: seenAddress.unwrap().meta({
    description: "The address that eNom saw the request come from, when eNom names it",
    example: "198.51.100.7",
  }),
  at: time.meta({ description: "When it was made" }),
  ms: ms.unwrap().meta({ description: "How long it took, in milliseconds", example: 412 }),
});

const accountBody = z
  .object({
    ...accountAbout.shape,
    balance: balanceReading.extend({ ageSeconds }).nullable().meta({ description: "The last successful reading" }),
    runway: runway.nullable().meta({ description: "How long the money lasts; null while that is unknown" }),
    lastCheck: lastCheck.nullable().meta({ description: "The last check of login and address; null: none yet" }),
    troubles: z.array(trouble).meta({
      description:
        "What is wrong with it now, whether or not an order has met it: frozen ledger, purchases stopped, no connection, answers not understood",
    }),
    idle: idleMoney.nullable().meta({ description: "What is paid and serves nobody; null before the first count" }),
  })
  .meta({ id: "Account" });

export function accountRoutes(app: App, needs: GatewayNeeds, plan: KeptPlan): void {
  const { accounts } = needs;

  app.get(
    "/accounts",
    {
      config: { scope: "accounts:read" },
      schema: {
        tags,
        operationId: "listAccounts",
        summary: "List the eNom accounts",
        querystring: z.strictObject({
          login: z
            .string()
            .max(200)
            .optional()
            .meta({ description: "Only the account with this user name at eNom", example: "acme-hosting" }),
        }),
        response: answers(
          {
            200: json(
              "All accounts, in the order in which they are used",
              z.object({
                items: z.array(accountBody).meta({ description: "The accounts" }),
                troubles: z.array(trouble).meta({
                  description: "What is wrong with the whole fleet: every mail waits",
                }),
              }),
            ),
          },
          "invalid",
        ),
      },
    },
    async ({ query: { login } }) => {
      const hasLogin = (each: AccountRecord): boolean => each.login?.toLowerCase() === login?.toLowerCase();
      const known = (await accounts.all()).filter((each) => login === undefined || hasLogin(each));
      const [items, troubles] = await Promise.all([
        Promise.all(known.map((each) => bodyOf(each, needs, plan))),
        findFleetTroubles(needs),
      ]);
      return { items, troubles };
    },
  );

  app.get(
    "/accounts/:id",
    {
      config: { scope: "accounts:read" },
      schema: {
        tags,
        operationId: "showAccount",
        summary: "Show an account with its balance history",
        params,
        response: answers(
          {
            200: json(
              "The account, and its readings, newest first",
              z.object({
                ...accountBody.shape,
                history: z
                  .array(balanceReading)
                  .meta({ description: "Readings of the last 90 days, the last one of each hour" }),
              }),
            ),
          },
          "not-found",
        ),
      },
    },
    async (request) => {
      const account = await getAccount(request.params.id, needs);
      const [history, body] = await Promise.all([accounts.history(account.id), bodyOf(account, needs, plan)]);
      return { ...body, history };
    },
  );

  const asks = [
    { verb: "balance-poll", operationId: "pollBalance", summary: "Read the balance now", data: {} },
    {
      verb: "check",
      operationId: "checkAccount",
      summary: "Check login and address at eNom now",
      data: { check: true },
    },
  ] as const;
  for (const { verb, operationId, summary, data } of asks) {
    app.post(
      `/accounts/:id/${verb}`,
      {
        config: { scope: "operate", action: `account.${verb}` },
        schema: {
          tags,
          operationId,
          summary,
          params,
          response: answers(
            { 202: json("Queued", jobLink, locationOf("the job", "/v1/jobs/balance-poll/17")) },
            ...(["not-found", "malformed", "too-large", "unsupported-media-type"] as const),
          ),
        },
      },
      async (request, reply) => {
        const { id } = await getAccount((request.params as z.infer<typeof params>).id, needs);
        const link = linkTo(
          "balance-poll",
          await needs.queues.enqueue("balance-poll", { account: id, ...data }),
          needs,
        );
        reply.code(202).header("location", link.url);
        return link;
      },
    );
  }
}

async function bodyOf(
  account: AccountRecord,
  needs: GatewayNeeds,
  plan: KeptPlan,
): Promise<z.infer<typeof accountBody>> {
  const { balance: read } = account;
  const { clock } = needs;
  const [outlook, troubles] = await Promise.all([
    findRunway(account, clock, plan),
    findAccountTroubles(account, needs),
  ]);
  const balance = read && { ...read, ageSeconds: age(read.at, clock.now()) };
  const { idle = null } = account;
  return { ...account, idle, balance, runway: outlook, troubles };
}
