// Where an order stands, in plain words: what `certificate explain` says, for those who have no shell at the fleet.
import { z } from "zod";
import { reference } from "../../../../shared/certificate/order.ts";
import { readWaiting } from "../../../../shared/queue/waiting.ts";
import { explainOrder } from "../../../cli/explain/explain-order.ts";
import { answers, json } from "../../answers.ts";
import type { App, GatewayNeeds } from "../../needs.ts";
import { getCertificate } from "../../saving.ts";

const explanationBody = z
  .object({
    reference,
    explanation: z.string().meta({
      description: "One paragraph: what happened, what comes next, who must act",
      example: "bill-1001 (shop.example.com) waits for the owner to approve.",
    }),
    facts: z
      .array(z.string())
      .meta({ description: "Of the ledger, a line each, for people", example: ["attempts: 1"] }),
    ledger: z
      .object({
        state: z.string().meta({ description: "The ledger's state", example: "CONFIGURED" }),
        attempts: z.int().min(0).meta({ description: "How often a purchase was tried", example: 1 }),
        certId: z
          .int()
          .min(0)
          .nullable()
          .meta({ description: "eNom's number of the slot that it holds", example: 900123 }),
      })
      .meta({ description: "What the ledger of purchases has of it" }),
    troubles: z
      .array(
        z.looseObject({
          code: z.string().meta({ description: "What it is, for programs", example: "purchases-stopped" }),
          message: z.string().meta({ description: "What it is, for people", example: "Purchases are switched off." }),
        }),
      )
      .meta({ description: "What its next step meets: of its account, of the fleet" }),
  })
  .meta({ id: "Explanation" });

export function explainRoutes(app: App, needs: GatewayNeeds): void {
  const { redis, keys, queues, clock } = needs;
  app.get(
    "/certificates/:reference/explanation",
    {
      config: { scope: "certificates:read" },
      schema: {
        tags: ["Certificates"],
        operationId: "explainCertificate",
        summary: "Explain where an order stands",
        description:
          "In plain words, for people. Programs read `status`, `nextAction` and `attention` of the certificate.",
        params: z.object({ reference }),
        response: answers({ 200: json("The explanation", explanationBody) }, "not-found"),
      },
    },
    async (request) => {
      const certificate = await getCertificate(request.params.reference, needs);
      const explained = await explainOrder(certificate, {
        ...needs,
        waitingIn: (name) => readWaiting(name, { redis, keys, queue: queues.all[name], now: clock.now() }),
      });
      return { ...explained, troubles: explained.troubles as z.infer<typeof explanationBody>["troubles"] };
    },
  );
}
