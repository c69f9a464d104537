// Stories about mails whose job is gone: each that was asked for and has not ended is asked for again, and sent once.
import { Queue } from "bullmq";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { readShare } from "../../../src/shared/authority/share.ts";
import { Refused } from "../../../src/shared/base/errors.ts";
import type { Notification } from "../../../src/shared/mail/notification.ts";
import { askedMails } from "../../../src/shared/queue/asked-mails.ts";
import type { JobInput } from "../../../src/shared/queue/jobs.ts";
import { askForLostMails, notedUntilEnded } from "../../../src/workers/notify/lost-mails.ts";
import { type World, world } from "../../support/world.ts";

const log = pino({ level: "silent" });

function aMail(key: string, domain = "shop.example.com"): JobInput<"notify"> {
  const values = { reference: "bill-1", domain, product: "RapidSSL", reason: null };
  return { key, template: "certificate-failed", to: { address: "client@example.net" }, values };
}

/** As if half a minute had passed. */
async function look({ redis, keys, queues }: World): Promise<number> {
  for (const key of await redis.zrange(keys.askedMails, "0", "-1")) await redis.zadd(keys.askedMails, "XX", "0", key);
  return askForLostMails({ redis, keys, enqueue: queues.enqueue, seal: queues.seal, log });
}

const LOSSES: [how: string, (w: World) => Promise<unknown>][] = [
  [
    "obliterated",
    async ({ queues: { all } }) => {
      await all.notify.pause();
      await all.notify.obliterate({ force: true });
    },
  ],
  ["drained", ({ queues: { all } }) => all.notify.drain(true)],
  ["cleaned", ({ queues: { all } }) => all.notify.clean(0, 100, "wait")],
  [
    "removed one by one",
    async ({ queues: { all } }) => {
      for (const job of await all.notify.getJobs()) await job.remove();
    },
  ],
  [
    "deleted in Redis",
    async ({ redis, keys }) => {
      for (const key of await redis.keys(`${keys.prefix}:notify:*`)) await redis.del(key);
    },
  ],
];

test.each(LOSSES)("Mails whose queue was %s are sent, each once, whoever they are to.", async (_how, lose) => {
  const w = await world();
  const asked = ["bill-1:certificate-failed", "main:low-balance:1", "digest:main:2026-11-22"];
  for (const key of asked) await w.queues.enqueue("notify", aMail(key));

  await lose(w);
  const again = await look(w);
  await w.queues.enqueue("notify", aMail("another"));
  const twice = await look(w);
  await w.work(["notify"]);

  expect(again).toBe(3);
  expect(twice).toBe(0);
  await vi.waitFor(() => expect(w.mail.mails()).toHaveLength(4), { timeout: 10_000 });
  await vi.waitFor(async () => expect(await w.redis.zcard(w.keys.askedMails)).toBe(0));
  expect(await look(w)).toBe(0);
});

test("A job number that begins anew in an emptied queue belongs to another mail: the lost one is found all the same.", async () => {
  const w = await world();
  const first = await w.queues.enqueue("notify", aMail("first"));
  await LOSSES[0]?.[1](w);
  expect(await w.queues.enqueue("notify", aMail("second"))).toBe(first);

  expect(await look(w)).toBe(1);
});

const FORGED: [what: string, forge: (mail: Notification) => object][] = [
  ["without a seal", ({ seal: _seal, ...mail }) => mail],
  ["with a seal of its own", (mail) => ({ ...mail, seal: "00".repeat(32) })],
  ["with our seal and another recipient", (mail) => ({ ...mail, to: { address: "eve@example.org" } })],
  ["with a seal that is no text", (mail) => ({ ...mail, seal: null })],
];

test.each(FORGED)(
  "A job of somebody else's under our key, %s, does not stand for the mail that was lost.",
  async (_what, forge) => {
    const w = await world();
    const bare = new Queue("notify", { connection: w.redis, prefix: w.keys.prefix });
    onTestFinished(() => bare.close());
    const id = await w.queues.enqueue("notify", aMail("main:low-balance:1"));
    const { data } = (await bare.getJob(id)) ?? {};
    await LOSSES[0]?.[1](w);
    await w.queues.all.notify.resume();
    expect((await bare.add("x", forge(data))).id).toBe(id);

    expect(await look(w)).toBe(1);
  },
);

test("A mail that is asked for again has its turn as before: those that others ask for do not go first.", async () => {
  const w = await world();
  const share = { by: "key:shop", of: "owner" };
  await w.queues.enqueue("notify", aMail("bill-1:certificate-failed"), { share });
  await LOSSES[0]?.[1](w);

  await look(w);

  const [job] = await w.queues.all.notify.getJobs();
  expect(readShare((job?.opts as { share?: unknown } | undefined)?.share)).toEqual(share);
});

test("A mail that waits, runs, was put off, or failed without an answer is left alone; so is one that has ended.", async () => {
  const w = await world();
  await w.queues.enqueue("notify", aMail("waits"));
  const failed = await w.queues.all.notify.getJob(await w.queues.enqueue("notify", aMail("failed")));
  await w.redis.lrem(w.keys.ofQueue("notify", "wait"), 0, failed?.id ?? "");
  await w.redis.zadd(w.keys.ofQueue("notify", "failed"), "1", failed?.id ?? "");
  await w.redis.del(w.keys.ofQueue("notify", "de", "failed"));

  expect(await look(w)).toBe(0);
});

test("What was sent or refused is no longer noted; what broke is, with the first words of its key, and a mail of another system as well.", async () => {
  const w = await world();
  const asked = askedMails(w.redis, w.keys);
  const needs = { redis: w.redis, keys: w.keys };
  const ends = (end: () => Promise<"done" | { waitSeconds: number; because: string }>) => notedUntilEnded(end, needs);
  const mail = aMail("k") as never;
  const job = { id: "1", isScheduled: false, signal: undefined };

  await ends(async () => ({ waitSeconds: 1, because: "later" }))(mail, job);
  expect(await asked.find("k")).toMatchObject({ job: "1", data: { values: { domain: "shop.example.com" } } });
  await ends(async () => {
    throw new Error("a bug");
  })(aMail("k", "other.example.com") as never, job).catch(() => undefined);
  expect(await asked.find("k")).toMatchObject({ data: { values: { domain: "shop.example.com" } } });
  await ends(async () => {
    throw new Refused("no");
  })(mail, job).catch(() => undefined);
  expect(await asked.find("k")).toBeUndefined();
  await asked.note(mail, { job: "1" });
  await ends(async () => "done")(mail, job);
  expect(await asked.find("k")).toBeUndefined();
  expect(await look(w)).toBe(0);
});

test("Killed between the note and the job, a mail is asked for; killed between its end and the note's, it is asked for once more and not sent again.", async () => {
  const w = await world();
  const asked = askedMails(w.redis, w.keys);
  await asked.note(aMail("never-enqueued"));
  expect(await look(w)).toBe(1);
  await w.work(["notify"]);
  await vi.waitFor(() => expect(w.mail.mails()).toHaveLength(1), { timeout: 10_000 });
  await vi.waitFor(async () => expect(await w.redis.zcard(w.keys.askedMails)).toBe(0));

  await asked.note(aMail("never-enqueued"));
  expect(await look(w)).toBe(1);
  await vi.waitFor(async () => expect(await w.redis.zcard(w.keys.askedMails)).toBe(0));

  expect(w.mail.mails()).toHaveLength(1);
});

test("A job of another system that is removed while its mail is put off is asked for again.", async () => {
  const w = await world();
  const bare = new Queue("notify", { connection: w.redis, prefix: w.keys.prefix });
  onTestFinished(() => bare.close());
  await w.mail.close();
  const reference = await w.accept({});
  await bare.add("x", { ...aMail("foreign"), reference, values: { ...aMail("foreign").values, reference } });
  const workers = await w.work(["notify"]);
  await vi.waitFor(async () => expect(await bare.getDelayedCount()).toBe(1), { timeout: 10_000 });
  await workers.stop();

  await bare.pause();
  await bare.obliterate({ force: true });

  expect(await look(w)).toBe(1);
});

test("However many mails wait, one turn looks for a thousand; those that are too old are forgotten.", async () => {
  const w = await world();
  const { redis, keys } = w;
  const many = Array.from({ length: 2_500 }, (_each, i) => [`0`, `old-${i}`]).flat();
  await redis.zadd(keys.askedMails, ...many);

  await askForLostMails({ redis, keys, enqueue: w.queues.enqueue, seal: w.queues.seal, log });
  expect(await redis.zcard(keys.askedMails)).toBe(1_500);
});
