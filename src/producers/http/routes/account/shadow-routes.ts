// What the fleet would have done for an account that observes, beside what was done there.
import { z } from "zod";
import { observedSince } from "../../../../shared/account/shadow/observed.ts";
import {
  difference,
  differencesSoFar,
  shadowReport,
  shadowReports,
} from "../../../../shared/account/shadow/reports.ts";
import { answers, json } from "../../answers.ts";
import type { App, GatewayNeeds } from "../../needs.ts";
import { getAccount, params } from "./catalogue-routes.ts";

const shadowBody = z
  .object({
    account: z.string().meta({ description: "The account", example: "main" }),
    mode: z.string().meta({ description: "Its mode in certfleet.yaml", example: "observe" }),
    observes: z.boolean().meta({
      description: "Nothing is bought, changed or mailed; also behind another mode that nobody has confirmed yet",
    }),
    since: z.string().nullable().meta({ format: "date-time", description: "Since when; null: it does not" }),
    differences: z
      .array(difference)
      .meta({ description: "Over all reports: purchases and reissues that only one of the two did" }),
    reports: z.array(shadowReport).meta({ description: "One a day, the newest first, at most ninety" }),
  })
  .meta({ id: "Shadow" });

export function shadowRoutes(app: App, needs: GatewayNeeds): void {
  app.get(
    "/accounts/:id/shadow",
    {
      config: { scope: "accounts:read" },
      schema: {
        tags: ["Accounts"],
        operationId: "showShadow",
        summary: "Show what the fleet would have done for an account that observes",
        description:
          "An account with `mode: observe` is read and planned for, and nothing else. Each day a report holds what the fleet would have done against what was done at eNom.",
        params,
        response: answers({ 200: json("The reports, and the differences over all of them", shadowBody) }, "not-found"),
      },
    },
    async (request) => {
      const { id, mode } = await getAccount(request.params.id, needs);
      const [since, reports] = await Promise.all([observedSince(needs, id), shadowReports(needs, id)]);
      const observes = mode === "observe" || since !== null;
      return { account: id, mode, observes, since, differences: differencesSoFar(reports), reports };
    },
  );
}
