// A delivery that a person asks for, to see whether the receiver takes it: once, whatever the endpoint's state, and
// without a second try.
import type { Clock } from "../../shared/base/clock.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import type { Delivery, Endpoint } from "../../shared/webhooks/endpoint.ts";
import type { Sender } from "./send.ts";

const TYPE = "webhook.test";

interface TestNeeds {
  redis: RedisClient;
  keys: Pick<Keys, "hook">;
  clock: Clock;
}

/** A test is no event of the fleet: it is in the log of its endpoint, and in no feed. */
export async function deliverTest(
  { endpoint, sender, id }: { endpoint: Endpoint; sender: Sender; id: string },
  { redis, keys, clock }: TestNeeds,
): Promise<"done"> {
  const timestamp = clock.now().toISOString();
  const body = JSON.stringify({ id, type: TYPE, timestamp, data: { webhook: endpoint.id } });
  const { isDelivered, status, ms, error, answer } = await sender.send({ id, body });
  const entry: Delivery = {
    ...{ id, type: TYPE, subject: "fleet", state: isDelivered ? "delivered" : "gave-up", tries: 1 },
    ...{ firstAt: timestamp, at: timestamp, nextAt: null, status, ms, error, answer },
  };
  await redis
    .multi()
    .hset(keys.hook(endpoint.id, "log"), id, JSON.stringify(entry))
    .zadd(keys.hook(endpoint.id, "logged"), Date.parse(timestamp), id)
    .exec();
  return "done";
}
