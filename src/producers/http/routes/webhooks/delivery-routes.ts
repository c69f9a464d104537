// The log of a webhook endpoint's deliveries over HTTP: what arrived, what did not and why, once more, and a try.
import { randomBytes } from "node:crypto";
import { z } from "zod";
import { delivery, deliveryStates } from "../../../../shared/webhooks/endpoint.ts";
import { webhookStore } from "../../../../shared/webhooks/store.ts";
import { answers, json } from "../../answers.ts";
import type { App, GatewayNeeds } from "../../needs.ts";
import { problem } from "../../problems.ts";
import { webhookParams } from "./webhook-bodies.ts";
import { find } from "./webhook-routes.ts";

const tags = ["Webhooks"];
const params = webhookParams.extend({
  delivery: z
    .string()
    .min(1)
    .max(64)
    .meta({ description: "The id of the event; of a test it begins with test_", example: "1793000000000-0" }),
});
const body = delivery.meta({ id: "Delivery" });
const queued = z.object({
  id: z.string().meta({ description: "The delivery", example: "test_5c0a8c9f2e4b7d6a1f3e9b20" }),
  url: z.string().meta({
    description: "Where it is found once it was tried",
    example: "/v1/webhooks/wh_5c0a8c9f2e4b7d6a1f3e9b20/deliveries/test_5c0a8c9f2e4b7d6a1f3e9b20",
  }),
});

const replayed = queued.extend({
  subject: z.string().meta({ description: "The order or account that it tells of", example: "bill-1001" }),
});

export function deliveryRoutes(app: App, { redis, keys, clock, queues }: GatewayNeeds): void {
  const store = webhookStore(redis, keys);
  const answer = (endpoint: string, id: string) => ({ id, url: `/v1/webhooks/${endpoint}/deliveries/${id}` });

  app.get(
    "/webhooks/:id/deliveries",
    {
      config: { scope: "webhooks:read" },
      schema: {
        tags,
        operationId: "listDeliveries",
        summary: "List what was delivered to an endpoint, and what was not",
        description: "One line for each event, its newest try. The newest 1,000 of the last 7 days are kept.",
        params: webhookParams,
        querystring: z.strictObject({
          state: z
            .enum(deliveryStates)
            .optional()
            .meta({ description: "Only those that stand so", example: "gave-up" }),
          limit: z.coerce.number().int().min(1).max(1_000).default(100).meta({ description: "At most so many" }),
        }),
        response: answers(
          {
            200: json(
              "The newest first",
              z.object({ items: z.array(body).meta({ description: "The newest try of each event" }) }),
            ),
          },
          "not-found",
          "invalid",
        ),
      },
    },
    async (request) => {
      const { id } = await find(request.params.id, store);
      return { items: await store.deliveries(id, request.query) };
    },
  );

  app.get(
    "/webhooks/:id/deliveries/:delivery",
    {
      config: { scope: "webhooks:read" },
      schema: {
        tags,
        operationId: "showDelivery",
        summary: "Show one delivery",
        params,
        response: answers({ 200: json("Its newest try", body) }, "not-found"),
      },
    },
    async (request) => {
      const { id } = await find(request.params.id, store);
      const found = await store.findDelivery(id, request.params.delivery);
      if (!found) throw problem("not-found", "This delivery was not tried yet, or is no longer in the log.");
      return found;
    },
  );

  app.post(
    "/webhooks/:id/deliveries/:delivery/replay",
    {
      config: { scope: "webhooks:write", action: "webhook.replay" },
      schema: {
        tags,
        operationId: "replayDelivery",
        summary: "Deliver an event once more",
        description:
          "Any event that is kept, whether or not it was tried: behind what waits of its order, with the same `webhook-id`.",
        params,
        response: answers({ 202: json("It is delivered next", replayed) }, "not-found"),
      },
    },
    async (request, reply) => {
      const { id } = await find(request.params.id, store);
      const event = request.params.delivery;
      const isEvent = /^\d{1,20}-\d{1,20}$/.test(event);
      const subject = isEvent ? await store.replay(id, event, clock.now()) : undefined;
      if (subject === undefined) throw problem("not-found", "There is no event with this id, or it is no longer kept.");
      await queues.enqueue("webhook", { endpoint: id });
      reply.code(202);
      return { ...answer(id, event), subject };
    },
  );

  app.post(
    "/webhooks/:id/test",
    {
      config: { scope: "webhooks:write", action: "webhook.test" },
      schema: {
        tags,
        operationId: "testWebhook",
        summary: "Send a test to an endpoint",
        description: "An event `webhook.test`, once, whatever the endpoint's state. What came of it is in the log.",
        params: webhookParams,
        response: answers({ 202: json("It is sent next", queued) }, "not-found"),
      },
    },
    async (request, reply) => {
      const { id } = await find(request.params.id, store);
      const test = `test_${randomBytes(12).toString("hex")}`;
      await queues.enqueue("webhook", { endpoint: id, test });
      reply.code(202);
      return answer(id, test);
    },
  );
}
