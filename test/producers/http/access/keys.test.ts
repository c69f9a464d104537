// Stories about API keys that are made, used, renewed and ended while the gateway runs.
import { expect, test, vi } from "vitest";
import { hashOf } from "../../../../src/shared/authority/keys/secret.ts";
import { keyStore } from "../../../../src/shared/authority/keys/store.ts";
import { SHOP } from "../../../support/order.ts";
import { anOrder, NOW, world } from "../world.ts";

const terms = { scopes: ["certificates:read" as const, "certificates:write" as const], from: [] };
const by = { by: SHOP, now: NOW };

const bearer = (secret: string) => ({ authorization: `Bearer ${secret}` });

/** A gateway, and a store of the same Redis as the command line has it. */
async function keyWorld(given: Parameters<typeof world>[0] = {}) {
  const w = await world(given);
  const store = keyStore(w.redis, w.keys);
  const make = async (id: string, more: object = {}): Promise<string> => {
    const made = await store.create(id, { ...terms, ...more }, by);
    if (!made) throw new Error(`no key ${id}`);
    return made.secret;
  };
  const status = async (secret: string, url = "/v1/certificates") =>
    (await w.call("GET", url, undefined, bearer(secret))).status;
  return { ...w, store, make, status };
}

const logged = (lines: readonly string[], event: string) =>
  lines.map((line) => JSON.parse(line)).filter((line) => line.event === event);

test("A key opens the API the moment it is made, and from then on the API wants one.", async () => {
  const { call, make, status } = await keyWorld({ env: "live" });
  expect((await call("GET", "/v1/certificates")).status).toBe(403);

  const secret = await make("shop");

  expect(secret).toMatch(/^cf_[\w-]{43}[0-9a-f]{8}$/);
  expect(await status(secret)).toBe(200);
  expect((await call("GET", "/v1/certificates")).status).toBe(401);
  expect(await status(`${secret.slice(0, -1)}${secret.endsWith("0") ? "1" : "0"}`)).toBe(401);
});

test("In the sandbox this machine needs no key, whatever keys were made; a wrong one that is shown is refused.", async () => {
  const { call, app, make, status } = await keyWorld({ env: "sandbox" });
  expect(await status("anything")).toBe(200);
  await make("shop");

  expect((await call("GET", "/v1/certificates")).status).toBe(200);
  expect(await status("anything")).toBe(401);
  expect((await app.inject({ url: "/v1/certificates", remoteAddress: "192.0.2.7" })).statusCode).toBe(403);
});

test("A revoked key opens nothing at once, also where it was the only one and this machine needs none.", async () => {
  const { make, status, store } = await keyWorld();
  const secret = await make("shop");
  expect(await status(secret)).toBe(200);

  await store.revoke("shop", by);

  expect(await status(secret)).toBe(401);
  expect((await store.list({ all: true })).map(({ id, revokedBy }) => [id, revokedBy])).toEqual([
    ["shop", "shop (API key)"],
  ]);
  expect(await store.list()).toEqual([]);
});

test("A rotated key has a new secret; the old one ends at once, or opens for as long as was said.", async () => {
  const { make, status, store, redis, keys } = await keyWorld();
  const first = await make("shop");

  const second = await store.rotate("shop", { overlapMs: 3_600_000, now: NOW });
  expect([await status(first), await status(second?.secret ?? "")]).toEqual([200, 200]);
  expect(await redis.pttl(keys.apiKey.secret(hashOf(first)))).toBeGreaterThan(3_000_000);
  const third = await store.rotate("shop", { overlapMs: 0, now: NOW });

  expect([await status(first), await status(second?.secret ?? ""), await status(third?.secret ?? "")]).toEqual([
    401, 401, 200,
  ]);
});

test("Of two who make, rotate or revoke one key at once, one does.", async () => {
  const { store } = await keyWorld();
  const made = await Promise.all([1, 2, 3].map(() => store.create("shop", terms, by)));
  expect(made.filter(Boolean)).toHaveLength(1);

  const turned = await Promise.allSettled([1, 2, 3].map(() => store.rotate("shop", { overlapMs: 0, now: NOW })));

  expect(turned.filter(({ status }) => status === "fulfilled")).toHaveLength(1);
});

test("Redis holds no secret, and neither does the log.", async () => {
  const { make, status, redis, keys, lines } = await keyWorld();
  const secret = await make("shop", { from: ["192.0.2.0/24"] });
  await status(secret);

  const names = await redis.keys(`${keys.prefix}:key:*`);
  const kept = await Promise.all(
    names.map(async (name) =>
      (await redis.type(name)) === "hash" ? JSON.stringify(await redis.hgetall(name)) : redis.get(name),
    ),
  );

  expect(names.length).toBeGreaterThan(1);
  expect(names.join() + kept.join() + lines.join("")).not.toContain(secret.slice(3, 40));
});

test("A key whose end has come is refused with 401 and the day; the log has its name and the address.", async () => {
  let now = NOW;
  const { make, call, lines } = await keyWorld({ clock: { now: () => now } });
  const secret = await make("shop", { expires: "2027-01-31T00:00:00.000Z" });
  now = new Date("2027-01-30T23:59:59Z");
  expect((await call("GET", "/v1/certificates", undefined, bearer(secret))).status).toBe(200);
  now = new Date("2027-01-31T00:00:00Z");

  const answer = await call("GET", "/v1/certificates", undefined, bearer(secret));

  expect([answer.status, answer.body.detail]).toEqual([401, expect.stringContaining("2027-01-31")]);
  expect(logged(lines, "key.refused")).toMatchObject([{ key: "shop", from: "127.0.0.1", why: "expired" }]);
});

test.each([
  ["192.0.2.7", 200],
  ["192.0.2.255", 200],
  ["192.0.3.1", 403],
  ["::ffff:192.0.2.7", 200],
  ["2001:db8::7", 200],
  ["2001:db9::7", 403],
  ["127.0.0.1", 403],
])("A key for two networks, shown from %s, is answered with %i.", async (remoteAddress, wanted) => {
  const { make, app, lines } = await keyWorld();
  const secret = await make("shop", { from: ["192.0.2.0/24", "2001:db8::/32"] });

  const answer = await app.inject({ url: "/v1/certificates", headers: bearer(secret), remoteAddress });

  expect(answer.statusCode).toBe(wanted);
  expect(logged(lines, "key.refused").map(({ why, key }) => [why, key])).toEqual(
    wanted === 200 ? [] : [["network", "shop"]],
  );
});

test("A wrong key leaves a line with the address it came from, and never what was shown.", async () => {
  const { make, app, lines } = await keyWorld();
  await make("shop");

  await app.inject({ url: "/v1/certificates", headers: bearer("wrong-Canary-key"), remoteAddress: "198.51.100.4" });

  expect(logged(lines, "key.refused")).toMatchObject([{ from: "198.51.100.4", why: "unknown", key: null }]);
  expect(logged(lines, "http.answered").at(-1)).toMatchObject({ status: 401, from: "198.51.100.4" });
  expect(lines.join("")).not.toContain("Canary");
});

test("What a key changed stands in the log with key and reference; reading does not say what was read.", async () => {
  const { make, call, lines } = await keyWorld();
  const secret = await make("shop");
  const order = await anOrder();

  await call("POST", "/v1/certificates", order, bearer(secret));
  await call("GET", `/v1/certificates/${order.reference}`, undefined, bearer(secret));
  await call("PATCH", `/v1/certificates/${order.reference}`, { brand: "Example" }, bearer(secret));

  expect(logged(lines, "http.answered").map(({ key, method, reference }) => [key, method, reference])).toEqual([
    ["shop", "POST", order.reference],
    ["shop", "GET", undefined],
    ["shop", "PATCH", order.reference],
  ]);
});

test("The last use of a key is kept with its address, at most once a minute.", async () => {
  let now = NOW;
  const { make, status, store } = await keyWorld({ clock: { now: () => now } });
  const secret = await make("shop");
  const lastUse = async () => (await store.list())[0]?.lastUse;
  expect(await lastUse()).toBeNull();

  await status(secret);
  await vi.waitFor(async () => expect(await lastUse()).toEqual({ at: NOW.toISOString(), from: "127.0.0.1" }));
  now = new Date(NOW.getTime() + 59_000);
  await status(secret);
  expect((await lastUse())?.at).toBe(NOW.toISOString());
  now = new Date(NOW.getTime() + 61_000);
  await status(secret);

  await vi.waitFor(async () => expect((await lastUse())?.at).toBe(now.toISOString()));
});

test("While Redis is away a made key gets 503 and not 401; a key of the file that needs no Redis is known.", async () => {
  const file = { id: "file", sha256: hashOf("a-key-of-the-file"), scopes: ["admin" as const] };
  const { make, call, redis, app } = await keyWorld({ apiKeys: [file] });
  const secret = await make("shop");
  redis.disconnect();
  await vi.waitFor(() => expect(redis.status).toBe("end"));

  const made = await call("GET", "/v1/certificates", undefined, bearer(secret));

  expect([made.status, made.headers["retry-after"]]).toEqual([503, "2"]);
  expect((await call("GET", "/v1/certificates", undefined, bearer("wrong"))).status).toBe(401);
  expect((await app.inject({ url: "/v1/certificates", headers: bearer("a-key-of-the-file") })).statusCode).toBe(503);
});
