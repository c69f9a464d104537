// Whatever Redis does, callers get a 503 that says what to do: never a 500, and soon.
import { expect, onTestFinished, test, vi } from "vitest";
import { connected, startServer } from "../../shared/redis/connection/server.ts";
import { orderBody } from "../../support/order.ts";
import { world } from "./world.ts";

const UNKNOWN = /(Nothing is known to have happened|so nothing was done)\..* send the same (request )?again\.$/i;
const PAGES = ["/", "/queues/api/queues?page=1", "/sign-in", "/metrics", "/v1/certificates", "/readyz"];

test("stopped, demoted or full, Redis makes a 503 with Retry-After of every page and call, and readiness knows", async () => {
  const server = await startServer();
  const { call, redis, app } = await world({ redisUrl: server.url });
  const admin = await connected(server.url, "once");
  const post = async () => call("POST", "/v1/certificates", await orderBody());
  const body = await orderBody();
  expect((await call("GET", "/readyz")).status).toBe(200);

  await admin.call("CONFIG", "SET", "maxmemory", "1");
  expect((await call("GET", "/readyz")).body).toMatchObject({
    status: 503,
    detail: expect.stringMatching(/memory is full/),
  });
  expect(await post()).toMatchObject({ status: 503, body: { detail: expect.stringMatching(UNKNOWN) } });
  await admin.call("CONFIG", "SET", "maxmemory", "0");

  await admin.call("CONFIG", "SET", "min-replicas-to-write", "1");
  expect(await post()).toMatchObject({ status: 503, headers: { "retry-after": "2" } });
  expect((await call("GET", "/readyz")).body.detail).toMatch(/too few of its replicas/);
  await admin.call("CONFIG", "SET", "min-replicas-to-write", "0");
  expect((await post()).status).toBe(202);

  await admin.call("REPLICAOF", "127.0.0.1", "1");
  expect(await post()).toMatchObject({ status: 503, body: { detail: expect.stringMatching(UNKNOWN) } });
  expect((await call("GET", "/readyz")).status).toBe(503);
  await admin.call("REPLICAOF", "NO", "ONE");
  await vi.waitFor(async () => expect((await call("GET", "/readyz")).status).toBe(200), 10_000);

  server.stop("SIGSTOP");
  onTestFinished(() => server.stop("SIGCONT"));
  const began = performance.now();
  expect(await call("POST", "/v1/certificates", body)).toMatchObject({
    status: 503,
    headers: { "retry-after": "2" },
    body: { detail: expect.stringMatching(UNKNOWN) },
  });
  expect(performance.now() - began).toBeLessThan(1_000);
  const answers = await Promise.all(PAGES.map((url) => call("GET", url, undefined, { accept: "text/html" })));
  expect(Object.fromEntries(PAGES.map((url, i) => [url, answers[i]?.status]))).toEqual(
    Object.fromEntries(PAGES.map((url) => [url, 503])),
  );
  await vi.waitFor(() => expect(redis.status).not.toBe("ready"), 10_000);
  expect((await app.inject({ method: "GET", url: "/queues/api/queues?page=1" })).statusCode).toBe(503);

  server.stop("SIGCONT");
  const again = await vi.waitFor(async () => {
    const answer = await call("POST", "/v1/certificates", body);
    expect(answer.status).toBeLessThan(300);
    return answer;
  }, 15_000);
  expect([200, 202]).toContain(again.status);
}, 60_000);

test("a Redis that is slow, and says something all the while, keeps an order waiting and loses none", async () => {
  const server = await startServer();
  const { call } = await world({ redisUrl: server.url });
  let isOver = false;
  const stalls = (async () => {
    while (!isOver) {
      server.stop("SIGSTOP");
      await new Promise((resolve) => setTimeout(resolve, 150));
      server.stop("SIGCONT");
      await new Promise((resolve) => setTimeout(resolve, 20));
    }
  })();
  onTestFinished(() => server.stop("SIGCONT"));

  const answers = await Promise.all([1, 2, 3].map(async () => call("POST", "/v1/certificates", await orderBody())));
  isOver = true;
  await stalls;

  expect(answers.map(({ status }) => status)).toEqual([202, 202, 202]);
}, 30_000);
