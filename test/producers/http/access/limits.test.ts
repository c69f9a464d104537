// Stories about how much a caller may ask for: counted for all gateways together, said in every answer.
import { expect, test, vi } from "vitest";
import { buildGateway } from "../../../../src/producers/gateway.ts";
import { countTries } from "../../../../src/producers/http/access/failed-tries.ts";
import type { Rate } from "../../../../src/shared/authority/keys/key.ts";
import { hashOf } from "../../../../src/shared/authority/keys/secret.ts";
import { world } from "../world.ts";

const SECRET = "a-key-with-a-rate";
const OTHER = "a-key-of-another-panel";
const headers = { authorization: `Bearer ${SECRET}` };
const keyWith = (rate?: Rate) => [
  { id: "shop", sha256: hashOf(SECRET), scopes: ["admin" as const], ...(rate && { rate }) },
];

/** A minute in which nothing comes back, so that the story does not depend on how long it takes. */
const slow: Rate = { requests: 3, seconds: 3_600 };

test("A key with three requests an hour gets three answers, which count down, and then 429 with Retry-After.", async () => {
  const { call, lines } = await world({ apiKeys: keyWith(slow) });

  const answers = [];
  for (let i = 0; i < 5; i++) answers.push(await call("GET", "/v1/certificates", undefined, headers));

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 429, 429]);
  expect(answers.map((each) => each.headers.ratelimit)).toEqual([
    expect.stringMatching(/^"requests";r=2;t=1200$/),
    expect.stringMatching(/^"requests";r=1;t=2400$/),
    expect.stringMatching(/^"requests";r=0;t=3600$/),
    expect.stringMatching(/^"requests";r=0;t=(3600|3599)$/),
    expect.stringMatching(/^"requests";r=0;t=(3600|3599)$/),
  ]);
  expect(new Set(answers.map((each) => each.headers["ratelimit-policy"]))).toEqual(new Set(['"requests";q=3;w=3600']));
  expect(answers[3]?.body).toMatchObject({ type: "/docs/problems/too-many-requests", status: 429 });
  expect(Number(answers[3]?.headers["retry-after"])).toBeGreaterThan(1_100);
  expect(lines.filter((line) => line.includes('"limit.reached"'))).toHaveLength(1);
});

test("Several gateways count together, and a refused order is not kept.", async () => {
  const first = await world({ apiKeys: keyWith(slow) });
  const { app: second } = { app: await buildGateway(first) };

  const asked = { url: "/v1/accounts", headers };
  const before = [await first.app.inject(asked), await second.inject(asked), await first.app.inject(asked)];
  const order = { url: "/v1/certificates", method: "POST" as const, headers, payload: {} };

  expect(before.map(({ statusCode }) => statusCode)).toEqual([200, 200, 200]);
  expect((await second.inject(order)).statusCode).toBe(429);
  await second.close();
});

test("Who has used up everything costs no call to Redis until there is room again.", async () => {
  const { call, redis } = await world({ apiKeys: keyWith({ requests: 1, seconds: 3_600 }) });
  await call("GET", "/v1/certificates", undefined, headers);
  expect((await call("GET", "/v1/certificates", undefined, headers)).status).toBe(429);
  const asked = vi.spyOn(redis, "sendCommand");

  for (let i = 0; i < 50; i++) expect((await call("GET", "/v1/certificates", undefined, headers)).status).toBe(429);

  expect(asked).not.toHaveBeenCalled();
});

test("A clock of Redis that was put back locks nobody out.", async () => {
  const { call, redis, keys } = await world({ apiKeys: keyWith() });
  await call("GET", "/v1/certificates", undefined, headers);
  await redis.set(keys.requests("shop"), `${(Date.now() + 900_000) * 1_000}`);

  const answers = [];
  for (let i = 0; i < 3; i++) answers.push(await call("GET", "/v1/certificates", undefined, headers));

  expect(answers.map(({ status }) => status)).toEqual([200, 200, 200]);
});

test("Requests come back evenly: a bucket, not a window.", async () => {
  const { call } = await world({ apiKeys: keyWith({ requests: 20, seconds: 1 }) });
  const statuses = await Promise.all(
    Array.from({ length: 60 }, async () => (await call("GET", "/v1/certificates", undefined, headers)).status),
  );
  expect(statuses.filter((status) => status === 200).length).toBeGreaterThanOrEqual(20);
  expect(statuses).toContain(429);

  await vi.waitFor(async () => expect((await call("GET", "/v1/certificates", undefined, headers)).status).toBe(200));
});

test("Without an own rate it is 1,000 at once and 100 a second; with limits off nobody counts.", async () => {
  const limited = await world({ apiKeys: keyWith() });
  const free = await world({ apiKeys: keyWith(), limits: "off" });

  const answer = await limited.call("GET", "/v1/certificates", undefined, headers);
  const other = await free.call("GET", "/v1/certificates", undefined, headers);

  expect([answer.headers["ratelimit-policy"], answer.headers.ratelimit]).toEqual([
    '"requests";q=1000;w=10',
    '"requests";r=999;t=1',
  ]);
  expect([other.status, other.headers.ratelimit]).toEqual([200, undefined]);
});

test("A console user is counted, too; this machine itself and the probes are not.", async () => {
  const { call } = await world({ board: { user: "ops", password: "correct horse" } });
  const login = { authorization: `Basic ${Buffer.from("ops:correct horse").toString("base64")}` };

  expect((await call("GET", "/", undefined, login)).headers.ratelimit).toMatch(/^"requests";r=\d+;t=\d+$/);
  expect((await call("GET", "/v1/certificates")).headers.ratelimit).toBeUndefined();
  expect((await call("GET", "/healthz")).headers.ratelimit).toBeUndefined();
});

test("Wrong keys of one address are throttled, right ones of another address are not; made keys always open.", async () => {
  const { app, lines } = await world({ apiKeys: keyWith() });
  const from = (remoteAddress: string, secret: string) =>
    app.inject({ url: "/v1/certificates", headers: { authorization: `Bearer ${secret}` }, remoteAddress });

  const statuses = [];
  for (let i = 0; i < 130; i++) statuses.push((await from("198.51.100.4", `guess-${i}`)).statusCode);
  const guessed = await from("198.51.100.4", SECRET);

  expect(statuses.slice(0, 100)).toEqual(Array(100).fill(401));
  expect(statuses.filter((status) => status === 429).length).toBeGreaterThan(10);
  expect([guessed.statusCode, Number(guessed.headers["retry-after"])]).toEqual([429, 1]);
  expect((await from("198.51.100.5", SECRET)).statusCode).toBe(200);
  const told = lines.filter((line) => line.includes('"key.refused"'));
  expect(told.length).toBeLessThan(125);
  expect(told[0]).toContain("198.51.100.4");
});

test("A key that opened from an address goes on there, whatever others behind the same proxy guess.", async () => {
  const { app } = await world({
    apiKeys: [...keyWith(), { id: "panel", sha256: hashOf(OTHER), scopes: ["admin" as const] }],
  });
  const ask = async (secret: string) =>
    (await app.inject({ url: "/v1/certificates", headers: { authorization: `Bearer ${secret}` } })).statusCode;
  expect(await ask(SECRET)).toBe(200);

  for (let i = 0; i < 130; i++) await ask(`guess-${i}`);

  expect(await ask("guess-more")).toBe(429);
  expect(await ask(SECRET)).toBe(200);
  expect(await ask(OTHER)).toBe(429); // never seen from there: it may be a guess
});

test("An address that is refused is forgiven evenly; a whole IPv6 network counts as one; memory has an end.", () => {
  let now = 0;
  const tries = countTries({ tries: 3, withinMs: 3_000 }, () => now);
  for (let i = 0; i < 5; i++) tries.count(`2001:db8::${i}`);
  expect(tries.wait("2001:db8::ffff")).toBe(1_000);
  expect(tries.wait("2001:db8:0:1::1")).toBe(0);
  expect(tries.wait("192.0.2.1")).toBe(0);

  now = 1_000;
  expect(tries.wait("2001:db8::1")).toBe(0);
  for (let i = 0; i < 30_000; i++) tries.count(`10.${i >> 16}.${(i >> 8) & 255}.${i & 255}`);
  for (let i = 0; i < 3; i++) tries.count(null);
  expect(tries.wait(null)).toBe(1_000);
});

test("Wrong keys of one address are counted together, whatever they are shown to: API, metrics, documents, nothing.", async () => {
  const { call } = await world({ env: "live", apiKeys: keyWith() });
  const wrong = { authorization: "Bearer a-key-that-nobody-has" };
  const places = ["/v1/certificates", "/metrics", "/openapi.json", "/v1/nowhere", "/nowhere"];
  const statuses: number[] = [];
  for (let i = 0; i < 150; i++)
    statuses.push((await call("GET", places[i % places.length] ?? "", undefined, wrong)).status);

  // One a second comes back meanwhile.
  expect(statuses.filter((status) => status === 401).length).toBeLessThan(120);
  expect(statuses.at(-1)).toBe(429);
});
