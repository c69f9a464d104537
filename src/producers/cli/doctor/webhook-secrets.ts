// What `doctor` says of the secrets of webhooks that lie in Redis: which anybody with a copy of Redis can sign with, and which
// nobody here can open.
import type { Finding } from "../../../shared/base/result.ts";
import { isSealed, openSealer } from "../../../shared/webhooks/sealing.ts";
import { webhookStore } from "../../../shared/webhooks/store.ts";
import type { Connection } from "../connection.ts";

const name = "Secrets of webhooks";
const SEE = "See docs/howto/webhooks.md#secrets-at-rest";

/** Nothing where no endpoint's secret lies in Redis. */
export async function examineWebhookSecrets(
  { redis, keys }: Pick<Connection, "redis" | "keys">,
  env: NodeJS.ProcessEnv,
): Promise<Finding[]> {
  const sealer = openSealer(env);
  const made = (await webhookStore(redis, keys).all()).filter(({ source }) => source === "api");
  const all = await Promise.all(
    made.map(async ({ id }) => ({ id, kept: (await redis.lrange(keys.hookSecret(id), 0, 1)).filter(Boolean) })),
  );
  const open = all.filter(({ kept }) => kept.some((each) => !isSealed(each))).map(({ id }) => id);
  const lost = all.filter(({ id, kept }) => kept[0] && sealer.open(id, kept[0]) === undefined).map(({ id }) => id);
  if (all.length > 0 && open.length + lost.length === 0)
    return [{ name, state: "ok", detail: "those that the API made are sealed in Redis" }];
  return [
    ...(lost.length === 0
      ? []
      : [
          {
            ...{ name, state: "ill" as const },
            detail: `CERTFLEET_WEBHOOK_KEY does not open those of ${lost.join(", ")}: nothing is sent there by a worker with this key`,
            remedy: `Give gateway, command line and webhook workers the key that sealed them, or: certfleet webhook rotate ID. ${SEE}`,
          },
        ]),
    ...(open.length === 0
      ? []
      : [
          {
            ...{ name, state: "warn" as const },
            detail: `those of ${open.join(", ")} lie in Redis as they are: whoever has a copy of Redis or a backup can sign as this fleet`,
            remedy: `${sealer.seals ? "Seal them anew: certfleet webhook rotate ID" : "Set CERTFLEET_WEBHOOK_KEY, then: certfleet webhook rotate ID"}. ${SEE}`,
          },
        ]),
  ];
}
