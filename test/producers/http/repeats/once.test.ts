// Must hold: whoever sends an order ten times at once, to whichever gateway, gets one certificate, and pays once.
import { expect, inject, onTestFinished, test, vi } from "vitest";
import { buildGateway, type GatewayNeeds } from "../../../../src/producers/gateway.ts";
import { accountRecords } from "../../../../src/shared/account/records.ts";
import { openHide } from "../../../../src/shared/authority/audit/hide.ts";
import { auditTrail } from "../../../../src/shared/authority/audit/trail.ts";
import { systemClock } from "../../../../src/shared/base/clock.ts";
import { createLog } from "../../../../src/shared/base/log.ts";
import { openQueues } from "../../../../src/shared/queue/queues.ts";
import { connectRedis, untilReady } from "../../../../src/shared/redis/client.ts";
import { orderBody } from "../../../support/order.ts";
import { defaultPolicy } from "../../../support/policy.ts";
import { world } from "../../../support/world.ts";

const ORDERS = 50;
const TIMES = 10;

test("500 concurrent POSTs with 50 references over two gateways: 50 certificates, 50 purchases, 50 events", async () => {
  const w = await world();
  const gateways = await Promise.all(
    [1, 2].map(async () => {
      const redis = connectRedis(inject("redisUrl"), "fail-fast", () => undefined);
      await untilReady(redis, 10_000);
      const queues = openQueues(redis, w.keys.prefix, () => undefined);
      const { keys, certificates } = w;
      const needs: GatewayNeeds = {
        ...{ redis, keys, queues, certificates, clock: systemClock, policyFor: defaultPolicy },
        accounts: accountRecords(redis, keys),
        audit: auditTrail({ redis, keys, clock: systemClock }),
        hide: await openHide({ redis, keys }),
        log: createLog("silent", "gateway"),
        ...{ apiKeys: [], board: null, env: "sandbox" },
      };
      const app = await buildGateway(needs);
      onTestFinished(async () => {
        await app.close();
        await queues.close();
        redis.disconnect();
      });
      return app;
    }),
  );
  await w.work(["open", "notify"]);
  const template = await orderBody();
  const names = Array.from({ length: ORDERS }, (_, i) => `order-${i}`);
  /** A client that asks again where nobody knows. */
  const send = async (reference: string, i: number): Promise<number> => {
    for (let pause = 100; ; pause *= 2) {
      const app = gateways[i % 2];
      const headers = i % 3 === 0 ? { "idempotency-key": `pay-${reference}` } : {};
      const payload = { ...template, reference };
      const answer = await app?.inject({ method: "POST", url: "/v1/certificates", payload, headers });
      if (answer && answer.statusCode < 300) return answer.statusCode;
      expect([503, 409], answer?.body).toContain(answer?.statusCode);
      await new Promise((resolve) => setTimeout(resolve, pause * (1 + Math.random())));
    }
  };

  const statuses = await Promise.all(names.flatMap((name) => Array.from({ length: TIMES }, (_, i) => send(name, i))));

  expect(statuses).toHaveLength(ORDERS * TIMES);
  await vi.waitFor(
    async () => {
      const found = await Promise.all(names.map((name) => w.certificates.find(name)));
      expect(found.filter((each) => each?.record.issue)).toHaveLength(ORDERS);
      expect(new Set(found.map((each) => each?.certId)).size).toBe(ORDERS);
    },
    { timeout: 90_000, interval: 500 },
  );
  expect(w.enom.asked("PurchaseServices")).toHaveLength(ORDERS);
  expect(await w.redis.zcard(w.keys.byAcceptance)).toBe(ORDERS);
  const events = await w.redis.xrange(w.keys.events, "-", "+");
  expect(events.filter(([, fields]) => fields.includes("certificate.ordered"))).toHaveLength(ORDERS);
}, 120_000);
