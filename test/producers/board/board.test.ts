// Stories about the board: everybody who may see it looks, those who may operate retry, and the rest is for admins who
// asked for it.
import { createRequire } from "node:module";
import { describe, expect, test } from "vitest";
import { type JobName, queueNames } from "../../../src/shared/queue/jobs.ts";
import { world } from "../http/world.ts";

/** Every route that this version of Bull Board has, as it registers them. */
const { appRoutes } = createRequire(import.meta.url)("@bull-board/api/dist/routes.js") as {
  appRoutes: { api: { method: string; route: string }[]; entryPoint: { route: string[] } };
};
const LOGIN = { authorization: `Basic ${Buffer.from("ops:correct horse").toString("base64")}` };
type Method = "GET" | "POST" | "PATCH" | "PUT";

async function board(given: Parameters<typeof world>[0] = {}) {
  const w = await world({ board: { user: "ops", password: "correct horse" }, ...given });
  const ask = (method: Method, path: string, body?: object) => w.call(method, `/queues${path}`, body, LOGIN);
  const fail = async (name: JobName): Promise<string> => {
    const job = await w.queues.all[name].add("x", { v: 1, reference: "bill-1" });
    await w.redis.lrem(w.keys.ofQueue(name, "wait"), 0, job.id ?? "");
    await w.redis.zadd(w.keys.ofQueue(name, "failed"), "1", job.id ?? "");
    await w.redis.hset(w.keys.ofQueue(name, job.id ?? ""), {
      failedReason: "no",
      finishedOn: 1,
      processedOn: 1,
      attemptsMade: 1,
    });
    return job.id ?? "";
  };
  const actions = () => w.lines.map((line) => JSON.parse(line)).filter(({ event }) => event === "board.action");
  return { ...w, ask, fail, actions };
}

function filled(route: string, id: string): string {
  return route
    .replace(":queueName", "notify")
    .replace(":jobId", id)
    .replace(":queueStatus", "failed")
    .replace(":schedulerId", "due");
}

const RETRIES = ["/api/queues/:queueName/retry/:queueStatus", "/api/queues/:queueName/:jobId/retry"];
const reads = appRoutes.api.filter(({ method }) => method === "get");
const changes = appRoutes.api.filter(({ method, route }) => method !== "get" && !RETRIES.includes(route));

test("By default every route that changes anything but by a retry is refused with a sentence, and written down with the person.", async () => {
  const { ask, actions, queues, fail, redis, keys, audit } = await board();
  const id = await fail("notify");
  const before = [await redis.hgetall(keys.ofQueue("notify", id)), await redis.hgetall(keys.ofQueue("notify", "meta"))];
  expect(changes.length).toBeGreaterThan(15);

  for (const { method, route } of changes) {
    const body = { name: "x", data: { v: 1 }, concurrency: 1, max: 1, duration: 1, force: true, jobData: {}, every: 1 };
    const answer = await ask(method.toUpperCase() as Method, filled(route, id), body);
    expect([route, answer.status]).toEqual([route, 403]);
    expect(answer.body.detail).toMatch(
      /The board is for looking and retrying: "[\w.-]+" needs the role admin and the setting CERTFLEET_BOARD=full/,
    );
  }

  expect([
    await redis.hgetall(keys.ofQueue("notify", id)),
    await redis.hgetall(keys.ofQueue("notify", "meta")),
  ]).toEqual(before);
  expect(await queues.all.notify.getFailedCount()).toBe(1);
  expect(actions()).toHaveLength(changes.length);
  const { items } = await audit.list({ limit: 200 } as never);
  expect(items).toHaveLength(changes.length);
  for (const item of items)
    expect(item).toMatchObject({ who: { kind: "person", id: "ops" }, from: "127.0.0.1", outcome: "refused" });
  expect(items).toContainEqual(expect.objectContaining({ action: "board.obliterate", subject: "notify" }));
  for (const line of actions())
    expect(line).toMatchObject({ outcome: "refused", who: "person:ops", from: "127.0.0.1" });
  expect(actions().map(({ action }) => action)).toEqual(
    expect.arrayContaining(["add", "pause", "obliterate", "rate-limit-release"]),
  );
});

test("Everything that Bull Board only shows can be looked at, and leaves no line.", async () => {
  const { ask, actions, fail } = await board();
  const id = await fail("notify");

  for (const { route } of [...reads, ...appRoutes.entryPoint.route.map((route) => ({ route }))])
    expect([route, (await ask("GET", filled(route, id))).status]).toEqual([route, 200]);
  const page = await ask("GET", "/");
  const script = /static\/js\/[\w.-]+\.js/.exec(page.text)?.[0] ?? "";
  expect((await ask("GET", `/${script}`)).status).toBe(200);
  expect(actions()).toEqual([]);
});

test("A failed job is retried alone or with the others, which is written down with the person.", async () => {
  const { ask, fail, actions, queues, audit } = await board();
  const id = await fail("open");
  await fail("open");

  expect((await ask("PUT", `/api/queues/open/${id}/retry`)).status).toBe(204);
  expect((await ask("PUT", "/api/queues/open/retry/failed")).status).toBe(200);
  expect((await ask("PUT", "/api/queues/open/no-such-job/retry")).status).toBe(404);

  expect(await queues.all.open.getWaitingCount()).toBe(2);
  expect(actions()).toMatchObject([
    { action: "retry", queue: "open", job: id, outcome: "done", who: "person:ops" },
    { action: "retry", queue: "open", outcome: "done", who: "person:ops" },
    { action: "retry", queue: "open", outcome: "refused" },
  ]);
  expect((await audit.list()).items.map(({ action, subject, outcome }) => [action, subject, outcome])).toEqual([
    ["board.retry", "open/no-such-job", "refused"],
    ["board.retry", "open", "done"],
    ["board.retry", `open/${id}`, "done"],
  ]);
});

test("What a later version of Bull Board brings is refused before anybody has looked at it, reading included.", async () => {
  const { app, call } = await (async () => {
    const { judge } = await import("../../../src/producers/board/permitted.ts");
    const as = (method: string, url: string, mode: "look" | "full", scopes: string[]) =>
      judge({ method, routeOptions: { url: `/queues${url}` }, caller: { scopes } } as never, { path: "/queues", mode });
    return { app: as, call: as };
  })();
  for (const [method, url] of [
    ["GET", "/api/queues/:queueName/export"],
    ["DELETE", "/api/queues/:queueName"],
    ["PUT", "/api/queues"],
    ["POST", "/api/queues/:queueName/:jobId/retry"],
  ] as const) {
    expect(app(method, url, "look", ["admin"]).refusal).toContain("CERTFLEET_BOARD=full");
    expect(call(method, url, "full", ["operate"]).refusal).toContain("needs the role admin.");
    expect(app(method, url, "full", ["admin"]).refusal).toBeUndefined();
  }
  expect(app("PUT", "/api/queues/:queueName/:jobId/retry", "look", ["certificates:read"]).refusal).toContain(
    "operator",
  );
  expect(app("GET", "/api/queues", "look", []).refusal).toBeUndefined();
});

describe("with CERTFLEET_BOARD=full", () => {
  test("an admin pauses, limits, adds and empties, each written down", async () => {
    const { ask, actions, queues } = await board({ boardMode: "full" });

    expect((await ask("PUT", "/api/queues/notify/pause")).status).toBe(200);
    expect(await queues.all.notify.isPaused()).toBe(true);
    expect((await ask("PUT", "/api/queues/notify/concurrency", { concurrency: 1 })).status).toBe(200);
    expect((await ask("POST", "/api/queues/notify/add", { name: "x", data: { v: 1 }, options: {} })).status).toBe(200);
    expect((await ask("PUT", "/api/queues/notify/obliterate", { force: true })).status).toBe(200);

    expect(actions().map(({ action, queue, outcome }) => [action, queue, outcome])).toEqual([
      ["pause", "notify", "done"],
      ["concurrency", "notify", "done"],
      ["add", "notify", "done"],
      ["obliterate", "notify", "done"],
    ]);
  });

  test("job data, which is shown shortened, is saved only whole and as its queue takes it", async () => {
    const { ask, queues } = await board({ boardMode: "full" });
    const job = await queues.all.reissue.add("x", { v: 1, reference: "bill-1", reason: "leaked" });
    const edit = (jobData: object) => ask("PATCH", `/api/queues/reissue/${job.id}/update-data`, { jobData });

    expect((await edit({ v: 1, reference: "bill-1" })).body.detail).toContain("reason would be lost");
    expect((await edit({ v: 1, reference: "bill-1", reason: "", csr: 1 })).body.detail).toContain(
      "does not fit the queue reissue",
    );
    expect((await edit({ v: 1, reference: "bill-1", reason: "lost" })).status).toBe(200);
    expect((await queues.all.reissue.getJob(job.id ?? ""))?.data).toMatchObject({ reason: "lost" });
  });
});

test("Buttons are shown only where there is something to retry, and none to retry what is completed.", async () => {
  const { ask, fail } = await board();
  await fail("open");
  const shown = async (answer: ReturnType<typeof ask>) =>
    Object.fromEntries(
      (await answer).body.queues.map((each: Record<string, unknown>) => [
        each.name,
        [each.readOnlyMode, each.allowCompletedRetries],
      ]),
    );

  expect(await shown(ask("GET", "/api/queues?activeQueue=open&status=failed&page=1"))).toEqual({
    open: [false, false],
    reissue: [true, false],
    notify: [true, false],
    "balance-poll": [true, false],
    webhook: [true, false],
  });
  const full = await board({ boardMode: "full" });
  const all = await full.ask("GET", "/api/queues");
  expect(all.body.queues.map((each: Record<string, unknown>) => each.readOnlyMode)).toEqual(
    queueNames.map(() => false),
  );
});

test("A queue that is paused is told on the dashboard, in words and in the title.", async () => {
  const { queues, call } = await board();
  await queues.all.notify.pause();

  const { text } = await call("GET", "/", undefined, LOGIN);

  expect(text).toContain("The queue notify is paused. No mail is sent");
  expect(text).toContain("certfleet queue resume notify");
  expect(text).toContain("<title>(1) Overview · Certfleet</title>");
});

test("What the audit trail cannot keep is not done.", async () => {
  const audit = {
    begin: () => Promise.reject(new Error("no room")),
    record: () => Promise.reject(new Error("no room")),
  } as never;
  const { ask, fail, queues } = await board({ audit });
  const id = await fail("open");

  expect((await ask("PUT", `/api/queues/open/${id}/retry`)).status).toBe(503);
  expect((await ask("PUT", "/api/queues/open/pause")).status).toBe(403);
  expect(await queues.all.open.getFailedCount()).toBe(1);
});
