// What is to come: reissues, validations, purchases and their cost, by the schedule that the workers run, on a clock of its own.
import { z } from "zod";
import { reference } from "../../../shared/certificate/order.ts";
import { forecastFleet } from "../../../shared/forecast/fleet-forecast.ts";
import { steps } from "../../../shared/forecast/tally.ts";
import { policyMode } from "../../../shared/subscription/policy.ts";
import { answers, json } from "../answers.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { problem } from "../problems.ts";
import type { KeptPlan } from "../spending-plan.ts";

/** Every certificate of the fleet lives its years meanwhile. */
const FORECAST_MS = 60_000;

const query = z.strictObject({
  reference: reference
    .optional()
    .meta({ description: "Only this certificate; without it all certificates", example: "bill-1001" }),
  years: z.coerce.number().int().min(1).max(10).default(5).meta({ description: "How many years ahead", example: 5 }),
  by: z.enum(steps).default("month").meta({ description: "One row per day, week or month" }),
  before: z.coerce.number().int().min(1).max(200).optional().meta({
    description:
      "Compare with this lead time in days, for every certificate whose order has no policy; with a reference, for that certificate",
    example: 30,
  }),
  mode: policyMode.optional().meta({ description: "Compare with this mode, for the same certificates" }),
});

const date = z.string().meta({ format: "date" });
const count = z.int().min(0);
const counts = {
  reissues: count.meta({ description: "Certificates that are reissued", example: 12 }),
  validations: count.meta({ description: "How often a domain's owner must act", example: 12 }),
  reminders: count.meta({
    description: "Mails to customers and departments, where the policy only reminds",
    example: 0,
  }),
  purchases: count.meta({ description: "Terms that are bought", example: 12 }),
  lapses: count.meta({ description: "Certificates that end within the paid term and are not replaced", example: 0 }),
  cost: z.record(z.string(), z.string()).meta({ description: "By currency", example: { USD: "119.40" } }),
};

const forecastBody = z
  .object({
    from: date.meta({ description: "The first day" }),
    to: date.meta({ description: "The last day" }),
    by: z.enum(steps).meta({ description: "What a row stands for" }),
    certificates: count.meta({ description: "Certificates that were played through", example: 12 }),
    leftOut: count.meta({
      description: "Cancelled or refused orders, and certificates that were taken in and are not adopted",
      example: 0,
    }),
    ownPolicy: count.meta({
      description: "Certificates whose order has a policy; a comparison does not change it",
      example: 0,
    }),
    unpriced: count.meta({
      description: "Certificates without a known price: their purchases are counted, their cost is not",
      example: 0,
    }),
    remainder: z
      .object({
        purchases: count.meta({ description: "Of the whole paid term, the last one included", example: 5 }),
        lastCoversDays: count.meta({
          description: "Days of the paid term that only the last purchase covers",
          example: 30,
        }),
        price: z.string().nullable().meta({ description: "Of the last purchase; null: unknown", example: "9.95" }),
      })
      .nullable()
      .optional()
      .meta({
        description: "Of the certificate that you asked for: its last purchase, if it covers only a part of its term",
      }),
    policies: z
      .array(
        z.object({
          label: z.string().meta({ description: "The policy in words", example: "as it is" }),
          mode: policyMode.optional().meta({ description: "The mode to compare with" }),
          beforeDays: count.optional().meta({ description: "The lead time to compare with", example: 30 }),
          totals: z.object(counts).meta({ description: "Of the whole time" }),
          rows: z
            .array(z.object({ from: date.meta({ description: "A week begins on Monday" }), ...counts }))
            .meta({ description: "Only those in which something happens" }),
        }),
      )
      .meta({ description: "The policy as it is, and the one to compare with, if you asked for one" }),
  })
  .meta({ id: "Forecast" });

export function forecastRoutes(app: App, needs: GatewayNeeds, { shared }: KeptPlan): void {
  app.get(
    "/forecast",
    {
      handlerTimeout: FORECAST_MS,
      config: { scope: "accounts:read" },
      schema: {
        tags: ["Forecast"],
        operationId: "showForecast",
        summary: "Forecast what the policy will do",
        description:
          "Plays every certificate through its paid term by the rules of the workers. A certificate that is not issued yet counts as issued now. Owners are assumed to answer at once. A forecast of all certificates is made once for all who ask for the same, one after the other, and kept for five times as long as it took, a minute at most; when five different ones are under way or wait, the next one is answered with 503 and Retry-After.",
        querystring: query,
        response: answers({ 200: json("The forecast", forecastBody) }, "not-found", "invalid"),
      },
    },
    async (request) => {
      const wanted = request.query;
      const make = (signal: AbortSignal) => forecastFleet(wanted, { ...needs, signal });
      const { reference, years, by, before, mode } = wanted;
      // One certificate is quickly done, and is not made to wait for all of them.
      const made =
        reference === undefined
          ? await shared.find(JSON.stringify([years, by, before, mode]), make, request.signal)
          : await make(request.signal);
      if (!made) throw problem("not-found", `There is no certificate ${request.query.reference}.`);
      return made;
    },
  );
}
