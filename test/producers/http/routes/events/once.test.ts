// The story of many callers who send the same orders at once: each is kept once, and told once.
import { expect, onTestFinished, test } from "vitest";
import { buildGateway } from "../../../../../src/producers/gateway.ts";
import { accountRecords } from "../../../../../src/shared/account/records.ts";
import { openHide } from "../../../../../src/shared/authority/audit/hide.ts";
import { auditTrail } from "../../../../../src/shared/authority/audit/trail.ts";
import { systemClock } from "../../../../../src/shared/base/clock.ts";
import { createLog } from "../../../../../src/shared/base/log.ts";
import { BEFORE_ALL, readEvents } from "../../../../../src/shared/events/read.ts";
import { orderBody } from "../../../../support/order.ts";
import { defaultPolicy } from "../../../../support/policy.ts";
import { world } from "../../../../support/world.ts";

test("250 calls with 25 references over two gateways are 25 certificates and 25 events", async () => {
  const w = await world();
  const { redis, keys, queues, certificates } = w;
  const needs = {
    ...{ redis, keys, queues, certificates, policyFor: defaultPolicy, clock: systemClock },
    ...{ accounts: accountRecords(redis, keys), audit: auditTrail({ redis, keys, clock: systemClock }) },
    ...{ hide: await openHide({ redis, keys }), log: createLog("silent" as never, "gateway") },
    ...{ apiKeys: [], board: null, env: "sandbox" },
  };
  const gateways = await Promise.all([1, 2].map(() => buildGateway(needs)));
  onTestFinished(async () => void (await Promise.all(gateways.map((each) => each.close()))));
  const bodies = await Promise.all(Array.from({ length: 25 }, (_, i) => orderBody({ reference: `many-${i}` })));
  const send = async (nth: number): Promise<number> => {
    const gateway = gateways[nth % 2];
    const answer = await gateway?.inject({ method: "POST", url: "/v1/certificates", payload: bodies[nth % 25] ?? {} });
    // Nobody knows what became of it: sent again, as the guide says.
    return answer?.statusCode === 503 ? send(nth) : (answer?.statusCode ?? 0);
  };

  const answers = await Promise.all(Array.from({ length: 250 }, (_, nth) => send(nth)));

  expect(answers.filter((status) => status !== 200 && status !== 202)).toEqual([]);
  const { events } = await readEvents(redis, keys, BEFORE_ALL, 10_000);
  const told = events.map(({ type, data }) => `${type} ${data.reference}`);
  expect(told.sort()).toEqual(bodies.map(({ reference }) => `certificate.ordered ${reference}`).sort());
  expect(await redis.zcard(keys.byAcceptance)).toBe(25);
}, 90_000);
