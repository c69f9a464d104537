// Workers that are killed in the middle of their deliveries lose nothing.
import { expect, test, vi } from "vitest";
import { openQueues } from "../../../src/shared/queue/queues.ts";
import { webhookStore } from "../../../src/shared/webhooks/store.ts";
import { runProgram } from "../../support/process.ts";
import { world } from "../../support/world.ts";
import { tell } from "./fleet.ts";
import { ill, receiver, well } from "./receiver.ts";

test("each event arrives at least once and in order of a certificate, over kill -9 of the only worker and an emptied queue", {
  timeout: 90_000,
}, async () => {
  const w = await world();
  const secrets: string[] = [];
  const r = await receiver(() => secrets);
  const store = webhookStore(w.redis, w.keys);
  secrets.push((await store.create({ url: r.url, events: ["*"], allowPrivate: true }, new Date())).secret);
  const { REDIS_URL, CERTFLEET_PREFIX } = w.env;
  const env = { REDIS_URL, CERTFLEET_PREFIX, CERTFLEET_LOCK_SECONDS: "1", LOG_LEVEL: "silent" };
  r.respond((answer, got, count) =>
    count % 3 === 0 ? ill(500)(answer, got, count) : setTimeout(() => well(answer, got, count), 20),
  );
  const told: string[] = [];
  const first = runProgram(["worker", "webhook"], env);
  for (let number = 0; number < 60; number++) told.push(await tell(w.redis, w.keys, `bill-${number % 12}`, number));

  await vi.waitFor(() => expect(r.got.length).toBeGreaterThan(10), { timeout: 40_000, interval: 5 });
  first.child.kill("SIGKILL");
  const queues = openQueues(w.redis, w.keys.prefix, () => undefined);
  await queues.all.webhook.obliterate({ force: true });
  await queues.close();
  expect(new Set(r.taken.map(({ id }) => id)).size).toBeLessThan(60);
  for (let number = 60; number < 72; number++) told.push(await tell(w.redis, w.keys, `bill-${number % 12}`, number));
  r.respond(well);
  await w.work(["webhook"], env);

  await vi.waitFor(() => expect(new Set(r.taken.map(({ id }) => id))).toEqual(new Set(told)), {
    timeout: 40_000,
    interval: 50,
  });
  const seen = new Map<string, number>();
  for (const { data } of r.taken) {
    const before = seen.get(data.reference ?? "") ?? -1;
    expect(data.number).toBeGreaterThanOrEqual(before); // the one that was under way may come twice
    seen.set(data.reference ?? "", data.number ?? 0);
  }
});
