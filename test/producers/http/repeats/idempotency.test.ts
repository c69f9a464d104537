// Stories of callers who ask again: under an Idempotency-Key nothing is done twice, and the answer is the one that was kept.
import { expect, test } from "vitest";
import { buildGateway } from "../../../../src/producers/gateway.ts";
import { forgetAnswersOf } from "../../../../src/shared/gateway/kept-answers.ts";
import { anIssue, anOrder, world } from "../world.ts";

const withKey = (key: string, more: Record<string, string> = {}) => ({ "idempotency-key": key, ...more });
const typeOf = (answer: { body: { type?: string } }) => answer.body.type;

test("the same request under its key gets the answer that was kept, whatever became of the order since", async () => {
  const { call, work, redis, keys } = await world();
  const order = await anOrder({ reference: "bill-1" });

  const first = await call("POST", "/v1/certificates", order, withKey("a"));
  await work("bill-1", { issue: anIssue });
  const again = await call("POST", "/v1/certificates", order, withKey("a"));

  expect(first).toMatchObject({ status: 202, headers: { location: "/v1/certificates/bill-1" } });
  expect([again.status, again.text]).toEqual([202, first.text]);
  expect(again.headers).toMatchObject({ location: "/v1/certificates/bill-1", "idempotency-replayed": "true" });
  expect(again.headers["content-type"]).toBe(first.headers["content-type"]);
  expect((await call("POST", "/v1/certificates", order)).status).toBe(200);
  expect((await redis.xrange(keys.events, "-", "+")).filter(([, e]) => e.includes("certificate.ordered"))).toHaveLength(
    1,
  );
});

test("the key with another body, method or address is refused; a dry run has no use for it", async () => {
  const { call } = await world();
  const order = await anOrder({ reference: "bill-1" });
  await call("POST", "/v1/certificates?dryRun=true", order, withKey("a"));
  await call("POST", "/v1/certificates", order, withKey("a"));

  const others = [
    await call("POST", "/v1/certificates", { ...order, years: 2 }, withKey("a")),
    await call("POST", "/v1/certificates", JSON.stringify(order, null, 1), withKey("a")),
    await call("POST", "/v1/certificates/bill-1/cancel", { reason: "no" }, withKey("a")),
    await call("PATCH", "/v1/certificates/bill-1", { brand: "Other" }, withKey("a")),
  ];
  expect(others.map(({ status }) => status)).toEqual([422, 422, 422, 422]);
  expect(new Set(others.map(typeOf))).toEqual(new Set(["/docs/problems/idempotency-key-reused"]));

  const patched = await call("PATCH", "/v1/certificates/bill-1", { brand: "Other" }, withKey("b"));
  await call("PATCH", "/v1/certificates/bill-1", { brand: "Third" });
  const repeated = await call("PATCH", "/v1/certificates/bill-1", { brand: "Other" }, withKey("b"));
  expect([repeated.status, repeated.text]).toEqual([200, patched.text]);
  expect((await call("GET", "/v1/certificates/bill-1")).body.brand).toBe("Third");
  expect((await call("POST", "/v1/certificates", order, withKey("with space"))).body.errors).toMatchObject([
    { field: "idempotency-key" },
  ]);
});

test("of two gateways one carries a request out; the other says that it is running, and has the answer afterwards", async () => {
  const first = await world();
  const second = await buildGateway(first);
  const order = await anOrder({ reference: "bill-1" });
  const send = (app: typeof second, key: string) =>
    app.inject({ method: "POST", url: "/v1/certificates", payload: order, headers: withKey(key) });

  const answers = await Promise.all(Array.from({ length: 20 }, (_, i) => send(i % 2 ? second : first.app, "a")));
  const statuses = answers.map(({ statusCode }) => statusCode);
  expect(statuses.filter((status) => status === 202).length).toBeGreaterThan(0);
  expect(statuses.every((status) => status === 202 || status === 409)).toBe(true);
  expect(new Set(answers.filter(({ statusCode }) => statusCode === 202).map(({ body }) => body)).size).toBe(1);
  const refused = answers.find(({ statusCode }) => statusCode === 409);
  if (refused) expect(refused).toMatchObject({ headers: { "retry-after": "1" } });
  expect((await send(second, "a")).statusCode).toBe(202);
  await second.close();
});

test("a key is its caller's own, is kept as long as the order or two days, and goes with the person", async () => {
  const { call, redis, keys } = await world();
  const order = await anOrder({ reference: "bill-1" });
  await call("POST", "/v1/certificates", order, withKey("a"));
  const bounced = await call("PUT", "/v1/nothing", {}, withKey("c"));
  const refused = await call("POST", "/v1/certificates", { reference: "x" }, withKey("b"));

  expect([bounced.status, refused.status]).toEqual([404, 422]);
  const kept = (await redis.keys(`${keys.prefix}:answer:*`)).sort();
  const ttls = await Promise.all(kept.map((key) => redis.pttl(key)));
  expect(ttls.sort((a, b) => a - b)).toEqual([-1, expect.closeTo(48 * 3_600_000, -6)]);
  expect((await redis.smembers(keys.answersOf("bill-1"))).map(keys.answer)).toEqual([kept[ttls.indexOf(-1)]]);

  await forgetAnswersOf("bill-1", { redis, keys });
  expect(await redis.keys(`${keys.prefix}:answer*`)).toHaveLength(1);
  expect((await call("POST", "/v1/certificates", order, withKey("a"))).status).toBe(200);
});

test("what went wrong here is not kept; a gateway that died leaves the key free after a while", async () => {
  const { call, redis, keys, certificates, ...needs } = await world();
  const order = await anOrder({ reference: "bill-1" });
  let isBroken = true;
  const accept: typeof certificates.accept = (...given) => {
    if (isBroken) throw new Error("a fault of ours");
    return certificates.accept(...given);
  };
  const app = await buildGateway({ ...needs, redis, keys, certificates: { ...certificates, accept } });
  const send = () => app.inject({ method: "POST", url: "/v1/certificates", payload: order, headers: withKey("a") });

  expect((await send()).statusCode).toBe(500);
  expect(await redis.keys(`${keys.prefix}:answer:*`)).toEqual([]);
  isBroken = false;
  expect((await send()).statusCode).toBe(202);

  // As a gateway leaves it that dies.
  const [left] = await redis.keys(`${keys.prefix}:answer:*`);
  await redis.hdel(left ?? "", "status");
  await redis.hset(left ?? "", "owner", "dead");
  expect((await call("POST", "/v1/certificates", order, withKey("a"))).status).toBe(409);
  await redis.del(left ?? "");
  expect((await call("POST", "/v1/certificates", order, withKey("a"))).status).toBe(200);
  const [again] = await redis.keys(`${keys.prefix}:answer:*`);
  expect(await redis.hget(again ?? "", "status")).toBe("200");
  await app.close();
});
