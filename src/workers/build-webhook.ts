// Composes the work of the `webhook` kind: the endpoints, their secrets, and what looks after them.
import { readSettings } from "../shared/base/read-settings.ts";
import { partSettings } from "../shared/config/part-settings.ts";
import { openSealer } from "../shared/webhooks/sealing.ts";
import { webhookStore } from "../shared/webhooks/store.ts";
import type { Base } from "./base.ts";
import type { Work } from "./runtime/run.ts";

export async function buildWebhook(base: Base): Promise<Work<"webhook">> {
  const { env, redis, keys, queues, live, clock, log, life } = base;
  const [
    { fileSecrets, publishEndpoints },
    { openSecrets },
    { startWebhookKeeper },
    { deliverTo },
    { resolveShared },
    { showDeliveries },
  ] = await Promise.all([
    import("./webhook/file-endpoints.ts"),
    import("./webhook/secrets.ts"),
    import("./webhook/keeper.ts"),
    import("./webhook/turn.ts"),
    import("./webhook/resolve.ts"),
    import("../shared/metrics/counts.ts"),
  ]);
  showDeliveries();
  const store = webhookStore(redis, keys);
  const ofFile = live.derive((file) => fileSecrets(file, env));
  const publish = (): Promise<void> => publishEndpoints(live.file, { store, now: clock.now() });
  await publish();
  live.onChange(
    () => void publish().catch((err: unknown) => log.warn({ event: "sweep.failed", queue: "webhook", err })),
  );
  const keeper = startWebhookKeeper({ redis, keys, enqueue: queues.enqueue, clock, log });
  life.addWork("webhook keeper", () => keeper.stop());
  const secretsOf = openSecrets({ redis, keys, clock, sealer: openSealer(env), ofFile });
  const needs = {
    redis,
    keys,
    store,
    secretsOf,
    resolve: resolveShared(),
    console: readSettings(partSettings.webhook, env).CERTFLEET_PUBLIC_URL,
    clock,
    log,
    isStopping: () => life.isStopping,
  };
  return (job) => deliverTo(job, needs);
}
