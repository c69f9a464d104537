// Webhook endpoints at a gateway: the same verbs, which say the same.
import { setTimeout as pause } from "node:timers/promises";
import { failure, type Result } from "../../../shared/base/result.ts";
import type { Delivery, Endpoint } from "../../../shared/webhooks/endpoint.ts";
import type { About } from "../../../shared/webhooks/store.ts";
import type { Call } from "../port/http-call.ts";
import { isResult } from "../port/orders.ts";
import {
  addedResult,
  deliveriesResult,
  disabledResult,
  enabledResult,
  endpointsResult,
  isState,
  removedResult,
  replayedResult,
  rotatedResult,
  type ShownEndpoint,
  TEST_MS,
  triedResult,
  type Wanted,
  wrongState,
} from "./said.ts";

export type WebhooksAfar = ReturnType<typeof webhooksAfar>;

const LOOK_MS = 500;

export function webhooksAfar(call: Call) {
  const got = async <T>(work: (body: T) => Result | Promise<Result>, ...asked: Parameters<Call>): Promise<Result> => {
    const answer = await call(...asked);
    return isResult(answer) ? answer : work(answer.body as T);
  };
  const of = (id: string, more = ""): string => `/webhooks/${encodeURIComponent(id)}${more}`;

  return {
    list: () =>
      got<{ items: Endpoint[] }>(
        async ({ items }) => {
          // What waits for each is told of each alone.
          const all = await Promise.all(items.map(({ id }) => call("GET", of(id))));
          const refused = all.find(isResult);
          if (refused) return refused;
          return endpointsResult(all.map((each) => (each as { body: unknown }).body as ShownEndpoint));
        },
        "GET",
        "/webhooks",
      ),
    add: (about: About) =>
      got<About & { id: string; secret: string | null }>(
        ({ secret, ...made }) => (secret === null ? lost(made.id) : addedResult({ ...made, secret })),
        "POST",
        "/webhooks",
        { body: about },
      ),
    remove: (id: string) => got(() => removedResult(id), "DELETE", of(id)),
    enable: (id: string, fromNow: boolean) =>
      got(() => enabledResult(id, fromNow), "PATCH", of(id), { body: { enabled: true, ...(fromNow && { fromNow }) } }),
    disable: (id: string) => got(() => disabledResult(id), "PATCH", of(id), { body: { enabled: false } }),
    rotate: (id: string, keepOldHours: number) =>
      got<{ id: string; secret: string | null; oldSecretUntil: string }>(
        ({ secret, ...made }) => (secret === null ? lost(id) : rotatedResult({ ...made, secret }, keepOldHours)),
        "POST",
        of(id, "/rotate-secret"),
        { body: { keepOldHours } },
      ),
    deliveries(id: string, { state, limit }: Wanted): Promise<Result> | Result {
      if (!isState(state)) return wrongState();
      const query = { limit, state };
      return got<{ items: Delivery[] }>(({ items }) => deliveriesResult(items), "GET", of(id, "/deliveries"), {
        query,
      });
    },
    replay: (id: string, event: string) =>
      got<{ subject?: string }>(
        ({ subject }) => replayedResult(id, event, subject),
        "POST",
        of(id, `/deliveries/${encodeURIComponent(event)}/replay`),
      ),
    /** Waits for the answer of the receiver. */
    tryOut: (id: string) =>
      got<{ id: string }>(
        async ({ id: test }) => {
          for (const end = performance.now() + TEST_MS; performance.now() < end; await pause(LOOK_MS)) {
            const found = await call("GET", of(id, `/deliveries/${test}`));
            if (!isResult(found)) return triedResult(test, found.body as Delivery);
            if (found.ending !== "not-found") return found;
          }
          return triedResult(test, undefined);
        },
        "POST",
        of(id, "/test"),
      ),
  };
}

/** The first answer was lost on the way, and the gateway keeps no secret to say it again. */
function lost(id: string): Result {
  const remedy = `Make it another one: certfleet webhook rotate ${id} --keep-old 0`;
  return failure("unknown", `It was done, but the answer with the secret of ${id} was lost. ${remedy}`);
}
