// Stories about webhook endpoints over HTTP.
import { expect, test } from "vitest";
import { world } from "../../world.ts";

test("An endpoint is added with a secret that is shown once, listed without it, changed, switched off and on, rotated and removed.", async () => {
  const { call, queues, redis, keys } = await world();
  const made = await call("POST", "/v1/webhooks", { url: "https://192.0.43.8/hook?k=1", events: ["certificate.*"] });
  expect(made.status).toBe(201);
  const { id, secret } = made.body;
  expect(secret).toMatch(/^whsec_[A-Za-z0-9+/]{43}=$/);
  expect(made.headers.location).toBe(`/v1/webhooks/${id}`);

  const list = await call("GET", "/v1/webhooks");
  expect(list.body.items).toMatchObject([
    {
      id,
      url: "https://192.0.43.8/hook?k=1",
      events: ["certificate.*"],
      state: "on",
      disabledAt: null,
      lastDelivery: null,
    },
  ]);
  expect(list.text).not.toContain("whsec_");
  expect((await call("GET", `/v1/webhooks/${id}`)).body.waiting).toEqual({ lanes: 0, dueSince: null });

  const off = await call("PATCH", `/v1/webhooks/${id}`, { events: ["*"], enabled: false });
  expect(off.body).toMatchObject({ events: ["*"], state: "off", disabledBecause: "by-hand" });
  expect((await call("PATCH", `/v1/webhooks/${id}`, { enabled: true })).body).toMatchObject({
    state: "on",
    disabledAt: null,
  });

  const rotated = await call("POST", `/v1/webhooks/${id}/rotate-secret`, { keepOldHours: 1 });
  expect(rotated.body.secret).not.toBe(secret);
  expect(await redis.lrange(keys.hookSecret(id), 0, -1)).toEqual([rotated.body.secret, secret]);

  const tried = await call("POST", `/v1/webhooks/${id}/test`);
  expect([tried.status, (await queues.all.webhook.getJobs())[0]?.data]).toEqual([
    202,
    { v: 1, endpoint: id, test: tried.body.id },
  ]);
  expect((await call("GET", tried.body.url)).status).toBe(404);
  expect((await call("POST", `/v1/webhooks/${id}/deliveries/1-0/replay`)).status).toBe(404);

  expect((await call("DELETE", `/v1/webhooks/${id}`)).body).toEqual({ removed: id });
  expect((await call("GET", `/v1/webhooks/${id}`)).status).toBe(404);
  expect(await redis.keys(`${keys.hook(id)}*`)).toEqual([]);
  expect(await redis.exists(keys.hookSecret(id))).toBe(0);
  const audit = (await call("GET", "/v1/audit")).text;
  expect(audit).toContain('"webhook.add"');
  expect(audit).toContain("192.0.43.8");
  expect(audit).not.toMatch(/k=1|whsec_/);
});

const REFUSED: readonly (readonly [url: string, why: string])[] = [
  ["https://127.0.0.1/x", "is not public"],
  ["https://localhost/x", "is not public: localhost has the address"],
  ["https://[::ffff:169.254.169.254]/", "is not public"],
  ["https://[64:ff9b::a9fe:a9fe]/", "is not public"],
  ["https://2852039166/latest/meta-data", "is not public"], // 169.254.169.254 in one number
  ["https://100.64.0.1/", "is not public"],
  ["https://[fd00:ec2::254]/", "is not public"],
  ["https://168.63.129.16/", "is not public"],
  ["http://billing.example/x", "must be https"],
  ["https://a:b@billing.example/x", "must hold no login"],
  ["ftp://billing.example/x", "must be an address"],
];

test("What is not public, and http, is for allowPrivate only; a login and other schemes are for nobody.", async () => {
  const { call } = await world();
  for (const [url, why] of REFUSED) {
    const answer = await call("POST", "/v1/webhooks", { url, events: ["*"] });
    const allowed = await call("POST", "/v1/webhooks", { url, events: ["*"], allowPrivate: true });
    expect([url, answer.status, answer.body.errors?.[0], allowed.status]).toEqual([
      ...[url, 422, { field: "url", message: expect.stringContaining(why) }],
      /login|an address/.test(why) ? 422 : 201,
    ]);
  }
});

test("Unknown types are refused, and an endpoint of the file is changed in the file.", async () => {
  const { call, redis, keys } = await world();
  expect((await call("POST", "/v1/webhooks", { url: "https://192.0.43.8/", events: ["order.done"] })).status).toBe(422);
  const { id } = (await call("POST", "/v1/webhooks", { url: "https://192.0.43.8/" })).body;
  await redis.hset(keys.hook(id), "source", "file");
  expect((await call("PATCH", `/v1/webhooks/${id}`, { events: ["*"] })).status).toBe(409);
  expect((await call("POST", `/v1/webhooks/${id}/rotate-secret`, {})).status).toBe(409);
  expect((await call("DELETE", `/v1/webhooks/${id}`)).status).toBe(409);
  expect((await call("PATCH", `/v1/webhooks/${id}`, { enabled: false })).status).toBe(200);
});
