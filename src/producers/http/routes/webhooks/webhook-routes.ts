// Webhook endpoints over HTTP: made, listed, changed, switched on, given another secret, removed.
import { z } from "zod";
import { plusSeconds } from "../../../../shared/base/dates.ts";
import { pathOf } from "../../../../shared/gateway/public-url.ts";
import type { Endpoint } from "../../../../shared/webhooks/endpoint.ts";
import { MOST_ENDPOINTS, type WebhookStore, webhookStore } from "../../../../shared/webhooks/store.ts";
import { type Target, targetFault } from "../../../../shared/webhooks/target.ts";
import { answers, bodyProblems, json, locationOf, shownWith } from "../../answers.ts";
import type { App, GatewayNeeds } from "../../needs.ts";
import { invalid, problem } from "../../problems.ts";
import {
  addedBody,
  detailedBody,
  EXAMPLE_URL,
  FULL_DAY_HOURS,
  newWebhook,
  rotatedBody,
  webhookBody,
  webhookChanges,
  webhookParams,
  webhookRotation,
} from "./webhook-bodies.ts";

const tags = ["Webhooks"];
const newHome = locationOf("the endpoint", "/v1/webhooks/wh_5c0a8c9f2e4b7d6a1f3e9b20");

export function webhookRoutes(app: App, needs: GatewayNeeds): void {
  const { redis, keys, clock } = needs;
  const store = webhookStore(redis, keys, needs.sealer);

  app.get(
    "/webhooks",
    {
      config: { scope: "webhooks:read" },
      schema: {
        tags,
        operationId: "listWebhooks",
        summary: "List the webhook endpoints",
        description: "Those of `certfleet.yaml`, too, once a worker of `webhook` knows them. Never with a secret.",
        response: answers({
          200: json(
            "The oldest first",
            z.object({ items: z.array(webhookBody).meta({ description: "All endpoints" }) }),
          ),
        }),
      },
    },
    async () => ({ items: await store.all() }),
  );

  app.post(
    "/webhooks",
    {
      config: { scope: "webhooks:write", action: "webhook.add" },
      schema: {
        tags,
        operationId: "addWebhook",
        summary: "Add a webhook endpoint",
        description:
          "It is told what happens from now on. Its name is looked up: addresses that are not public are refused without `allowPrivate`, here and at each delivery.",
        body: shownWith(newWebhook, {
          some: {
            summary: "What is issued, and what needs somebody",
            value: { url: EXAMPLE_URL, events: ["certificate.issued", "certificate.attention"] },
          },
          all: { summary: "Everything", value: { url: EXAMPLE_URL } },
        }),
        response: answers(
          {
            201: json("Added; the secret is shown this once", addedBody, newHome),
          },
          ...(["not-now", ...bodyProblems] as const),
        ),
      },
    },
    async (request, reply) => {
      await mustBeAllowed(request.body);
      if ((await store.count()) >= MOST_ENDPOINTS)
        throw problem("not-now", `There are ${MOST_ENDPOINTS} endpoints already. Remove those that are not needed.`);
      const made = await store.create(request.body, clock.now());
      reply.code(201).header("location", pathOf(needs.publicUrl, `/v1/webhooks/${made.id}`));
      return { ...(await find(made.id, store)), secret: made.secret };
    },
  );

  app.get(
    "/webhooks/:id",
    {
      config: { scope: "webhooks:read" },
      schema: {
        tags,
        operationId: "showWebhook",
        summary: "Show a webhook endpoint, and what waits for it",
        params: webhookParams,
        response: answers({ 200: json("The endpoint", detailedBody) }, "not-found"),
      },
    },
    async (request) => {
      const found = await find(request.params.id, store);
      const { lanes, dueSince } = await store.waiting(found.id);
      return { ...found, waiting: { lanes, dueSince: dueSince === null ? null : new Date(dueSince).toISOString() } };
    },
  );

  app.patch(
    "/webhooks/:id",
    {
      config: { scope: "webhooks:write", action: "webhook.change" },
      schema: {
        tags,
        operationId: "changeWebhook",
        summary: "Change a webhook endpoint, or switch it on or off",
        description:
          "Switched on, it goes on with what it has not got, as long as that is kept (30 days); with `fromNow` it begins with what happens next.",
        params: webhookParams,
        body: shownWith(webhookChanges, {
          events: { summary: "Other events", value: { events: ["certificate.*"] } },
          off: { summary: "Switch it off", value: { enabled: false } },
          on: { summary: "Switch it on, from now", value: { enabled: true, fromNow: true } },
        }),
        response: answers(
          { 200: json("Changed", webhookBody) },
          ...(["not-found", "not-now", ...bodyProblems] as const),
        ),
      },
    },
    async (request) => {
      const { enabled, fromNow = false, ...about } = request.body;
      const found = await find(request.params.id, store);
      const isChanged = Object.keys(about).length > 0;
      if (isChanged) {
        mustBeOfApi(found);
        await mustBeAllowed({ url: about.url ?? found.url, allowPrivate: about.allowPrivate ?? found.allowPrivate });
        await store.change(found.id, about);
      }
      if (enabled === true) await store.switchOn(found.id, clock.now(), { fromNow });
      if (enabled === false && found.state !== "off") await store.switchOff(found.id, "by-hand", clock.now());
      return find(found.id, store);
    },
  );

  app.delete(
    "/webhooks/:id",
    {
      config: { scope: "webhooks:write", action: "webhook.remove" },
      schema: {
        tags,
        operationId: "removeWebhook",
        summary: "Remove a webhook endpoint, with its log and all that waits for it",
        params: webhookParams,
        response: answers(
          { 200: json("Removed", z.object({ removed: webhookParams.shape.id })) },
          "not-found",
          "not-now",
        ),
      },
    },
    async (request) => {
      const found = await find(request.params.id, store);
      if (found.disabledBecause !== "removed") mustBeOfApi(found);
      await store.remove(found.id);
      return { removed: found.id };
    },
  );

  app.post(
    "/webhooks/:id/rotate-secret",
    {
      config: { scope: "webhooks:write", action: "webhook.rotate-secret" },
      schema: {
        tags,
        operationId: "rotateWebhookSecret",
        summary: "Give a webhook endpoint another secret",
        description: "For a while deliveries bear two signatures, one by each secret.",
        params: webhookParams,
        body: shownWith(webhookRotation, {
          day: { summary: "The old one signs for another day", value: { keepOldHours: FULL_DAY_HOURS } },
          now: { summary: "The old one signs nothing any more", value: { keepOldHours: 0 } },
        }),
        response: answers(
          {
            200: json("Shown this once", rotatedBody),
          },
          ...(["not-found", "not-now", ...bodyProblems] as const),
        ),
      },
    },
    async (request) => {
      const { id } = mustBeOfApi(await find(request.params.id, store));
      const until = plusSeconds(clock.now(), request.body.keepOldHours * 3_600);
      return { id, secret: await store.rotate(id, until), oldSecretUntil: until.toISOString() };
    },
  );
}

export async function find(id: string, store: WebhookStore): Promise<Endpoint> {
  const found = await store.find(id);
  if (!found) throw problem("not-found", `There is no webhook endpoint ${id}.`);
  return found;
}

function mustBeOfApi(found: Endpoint): Endpoint {
  if (found.source === "api") return found;
  throw problem("not-now", `The endpoint ${found.id} stands in certfleet.yaml: change it there.`);
}

async function mustBeAllowed(target: Target): Promise<void> {
  const fault = await targetFault(target);
  if (fault !== undefined) throw invalid([{ field: "url", message: fault }]);
}
