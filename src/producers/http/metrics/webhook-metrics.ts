// Webhooks for Prometheus: how many endpoints are well, and how long the oldest event has waited. No label names a receiver.
import type { Sheet } from "../../../shared/metrics/exposition.ts";
import { webhookStore } from "../../../shared/webhooks/store.ts";
import type { GatewayNeeds } from "../needs.ts";

export async function webhookMetrics(values: Sheet, { redis, keys, clock }: GatewayNeeds): Promise<void> {
  const store = webhookStore(redis, keys);
  const all = await store.all();
  for (const state of ["on", "failing", "off"] as const)
    values.set("certfleet_webhook_endpoints", { state }, all.filter((each) => each.state === state).length);
  // What failed is due again later, and has waited since it failed first.
  const since = await Promise.all(
    all.map(async ({ id, state, failingSince }) => {
      if (state === "off") return Number.POSITIVE_INFINITY;
      const { dueSince } = await store.waiting(id);
      if (dueSince === null) return Number.POSITIVE_INFINITY;
      return Math.min(dueSince === 0 ? Number.POSITIVE_INFINITY : dueSince, Date.parse(failingSince ?? "") || dueSince);
    }),
  );
  const now = clock.now().getTime();
  const oldest = Math.min(now, ...since);
  values.set("certfleet_webhook_oldest_due_seconds", {}, Math.max(0, now - oldest) / 1_000);
}
