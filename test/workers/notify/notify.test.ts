// Promise: one mail an event; rather twice than never, and then recognisable as the same mail.
import { expect, onTestFinished, test, vi } from "vitest";
import { Refused, Uncertain } from "../../../src/shared/base/errors.ts";
import { notify } from "../../../src/workers/notify/notify.ts";
import { world as fleet } from "../../support/world.ts";
import { aNotification, world } from "./world.ts";

test("a mail reaches its one recipient, with the certificate attached, and says that a machine wrote it", async () => {
  const { catcher, needs } = await world();

  const outcome = await notify(aNotification(), needs);

  expect(outcome).toBe("done");
  const [mail, ...others] = catcher.mails();
  expect(others).toEqual([]);
  expect(mail?.envelope).toEqual({ from: "ssl@provider.example", to: ["client@example.net"] });
  expect(mail?.subject).toBe("Your certificate for shop.example.com is ready to install");
  expect(mail?.from).toMatchObject({ name: "Provider", address: "ssl@provider.example" });
  expect(mail?.to).toMatchObject([{ name: "Ada Example", address: "client@example.net" }]);
  expect(mail?.messageId).toMatch(/^<[0-9a-f]{32}@provider\.example>$/);
  expect(mail?.date).toBe("2026-04-02T10:00:00.000Z");
  const headers = Object.fromEntries(mail?.headers.map(({ key, value }) => [key, value]) ?? []);
  expect(headers).toMatchObject({ "auto-submitted": "auto-generated", "x-auto-response-suppress": "All" });
  expect(mail?.attachments).toMatchObject([
    { filename: "shop.example.com.pem", mimeType: "application/x-pem-file", disposition: "attachment" },
  ]);
});

test("the same key is sent once, however often it is asked for", async () => {
  const { catcher, needs } = await world();

  const outcomes = [await notify(aNotification(), needs), await notify(aNotification(), needs)];

  expect(outcomes).toEqual(["done", "done"]);
  expect(catcher.mails()).toHaveLength(1);
});

test("a job that is delivered twice at once sends one mail: the second worker waits for the first", async () => {
  const { catcher, needs } = await world();

  const outcomes = await Promise.all(Array.from({ length: 8 }, () => notify(aNotification(), needs)));

  const waits = outcomes.filter((it) => it !== "done");
  expect(waits.length).toBeGreaterThan(0);
  for (const wait of waits) expect(wait.because).toBe("another worker is sending this mail");
  expect(await notify(aNotification(), needs)).toBe("done");
  expect(catcher.mails()).toHaveLength(1);
});

test("two keys are two mails, even to one person about one certificate", async () => {
  const { catcher, needs } = await world();

  await notify(aNotification({ key: "bill-1001:issued:1" }), needs);
  await notify(aNotification({ key: "bill-1001:issued:2" }), needs);

  const ids = catcher.mails().map((mail) => mail.messageId);
  expect(new Set(ids).size).toBe(2);
});

test("a mail whose acceptance was lost on the way is sent again with the same Message-ID and the same bytes", async () => {
  const { catcher, clock, mails, needs } = await world();
  catcher.answer({ after: "dot", kept: true, line: "cut" });

  const first = await notify(aNotification(), needs);
  clock.passHours(1);
  const second = await notify(
    aNotification({ values: { ...aNotification().values, product: "changed meanwhile" } }),
    needs,
  );

  expect(first).toMatchObject({ waitSeconds: 60, because: expect.stringContaining("disconnected before it answered") });
  expect(second).toBe("done");
  const [one, two] = catcher.mails();
  expect(two?.messageId).toBe(one?.messageId);
  expect(two?.raw.equals(one?.raw ?? Buffer.alloc(0))).toBe(true);
  expect(await mails.find("bill-1001:issued:1")).toMatchObject({ state: "ACCEPTED", attempts: 2, lost: 1 });
});

test("an answer that is lost three times is a question for a person, and no fourth mail is sent", async () => {
  const { catcher, needs, mails } = await world();
  const lost = { after: "dot", kept: true, line: "cut" } as const;
  catcher.answer(lost, lost, lost);

  expect(await notify(aNotification(), needs)).toMatchObject({ waitSeconds: 60 });
  expect(await notify(aNotification(), needs)).toMatchObject({ waitSeconds: 300 });
  await expect(notify(aNotification(), needs)).rejects.toThrow(Uncertain);
  await expect(notify(aNotification(), needs)).rejects.toThrow(/client@example\.net got mail <[0-9a-f]{32}@/);

  expect(catcher.mails()).toHaveLength(3);
  expect(await mails.find("bill-1001:issued:1")).toMatchObject({ state: "UNKNOWN", lost: 3 });
});

const laters = (["MAIL", "RCPT", "DATA"] as const).flatMap((at) => [421, 450, 451].map((code) => ({ at, code })));

test.each(laters)("a relay that says 'later' ($code at $at) gets the mail later, once", async ({ at, code }) => {
  const { catcher, mails, needs } = await world();
  catcher.answer({ at, code, text: "greylisted" });

  const first = await notify(aNotification(), needs);
  const deferred = await mails.find("bill-1001:issued:1");
  const second = await notify(aNotification(), needs);

  expect(first).toMatchObject({ waitSeconds: 60, because: expect.stringMatching(`${code} .*greylisted`) });
  expect(deferred).toMatchObject({ state: "DEFERRED", attempts: 1, lost: 0 });
  expect(second).toBe("done");
  expect(catcher.mails()).toHaveLength(1);
});

test("a relay that is away is tried after 1, 5, 30 minutes, 1, 2, 4 hours, then every 6, a last time after two days, and then a person hears of it", async () => {
  const { catcher, clock, needs } = await world();
  await catcher.close();

  const waits: number[] = [];
  let ended: unknown;
  while (!ended) {
    const outcome = await notify(aNotification(), needs).catch((error: unknown) => {
      ended = error;
    });
    if (typeof outcome !== "object") break;
    waits.push(outcome.waitSeconds);
    clock.passHours(outcome.waitSeconds / 3_600);
  }

  expect(waits.slice(0, 8)).toEqual([60, 300, 1800, 3600, 7200, 14_400, 21_600, 21_600]);
  expect(waits.reduce((sum, wait) => sum + wait)).toBe(48 * 3_600);
  expect(ended).toBeInstanceOf(Refused);
  expect(String(ended)).toContain(`abandoned after two days and ${waits.length + 1} attempts`);
  await expect(notify(aNotification(), needs)).rejects.toThrow(Refused);
});

test.each(["MAIL", "RCPT", "DATA"] as const)("a mail refused for good at %s is never tried again", async (at) => {
  const { catcher, mails, needs } = await world();
  catcher.answer({ at, code: 550, text: "no such user here" });

  await expect(notify(aNotification(), needs)).rejects.toThrow(/550 .*no such user here/);
  await expect(notify(aNotification(), needs)).rejects.toThrow(Refused);

  expect(catcher.mails()).toEqual([]);
  expect(await mails.find("bill-1001:issued:1")).toMatchObject({ state: "REJECTED", attempts: 1, raw: "" });
});

test("a worker that dies between sending and writing it down has the same mail sent again, not another and not none", async () => {
  const { catcher, needs, mails } = await world({ leaseMs: 30 });
  const dying = { ...mails, settle: () => Promise.reject(new Error("the process is gone")) };

  await expect(notify(aNotification(), { ...needs, mails: dying })).rejects.toThrow("the process is gone");
  await expect.poll(() => notify(aNotification(), needs), { interval: 10, timeout: 5_000 }).toBe("done");

  const [one, two, ...others] = catcher.mails();
  expect(others).toEqual([]);
  expect(two?.raw.equals(one?.raw ?? Buffer.alloc(0))).toBe(true);
  expect(await mails.find("bill-1001:issued:1")).toMatchObject({ state: "ACCEPTED", attempts: 2, lost: 1 });
});

test("a worker that is slow, not dead, keeps its mail to itself", async () => {
  const leaseMs = 1_000;
  const { catcher, needs } = await world({ leaseMs });
  catcher.answer({ after: "dot", kept: true, line: "silent" });
  const giveUp = new AbortController();
  const slow = notify(aNotification(), needs, giveUp.signal);
  onTestFinished(() => void slow.catch(() => {}));
  await catcher.waitFor(() => true, 5_000);

  const leaseIsOver = performance.now() + 1.5 * leaseMs;
  await vi.waitUntil(
    async () => {
      const other = await notify(aNotification(), needs);
      expect(other).toMatchObject({ because: "another worker is sending this mail" });
      return performance.now() > leaseIsOver;
    },
    { interval: 50, timeout: 10_000 },
  );
  giveUp.abort();

  expect(await slow).toMatchObject({
    waitSeconds: 60,
    because: expect.stringContaining("disconnected before it answered"),
  });
  expect(catcher.mails()).toHaveLength(1);
});

test("a mail with a value missing is refused before the relay or the book hears of it", async () => {
  const { catcher, needs, mails } = await world();
  const { domain: _, ...values } = aNotification().values;

  await expect(notify(aNotification({ values }), needs)).rejects.toThrow(/certificate-issued: domain/);

  expect(catcher.mails()).toEqual([]);
  expect(await mails.find("bill-1001:issued:1")).toBeUndefined();
});

test("the book forgets a mail's words when it is accepted, and the mail itself after 90 days", async () => {
  const { needs, redis, prefix, mails } = await world();

  await notify(aNotification(), needs);

  const [key = ""] = await redis.keys(`${prefix}:mail:*`);
  expect(await redis.ttl(key)).toBeGreaterThan(90 * 86_400 - 60);
  expect(await mails.find("bill-1001:issued:1")).toMatchObject({
    state: "ACCEPTED",
    raw: "",
    to: "client@example.net",
  });
});

test("CERTFLEET_KEEP_MAILS_DAYS says how long the book knows of a mail: 30 days at least.", async () => {
  const w = await fleet();
  await expect(w.work(["notify"], { ...w.env, CERTFLEET_KEEP_MAILS_DAYS: "29" })).rejects.toThrow("KEEP_MAILS_DAYS");

  await w.queues.enqueue("notify", aNotification());
  await w.work(["notify"], { ...w.env, CERTFLEET_KEEP_MAILS_DAYS: "45" });
  await vi.waitFor(() => expect(w.mail.mails()).toHaveLength(1), { timeout: 15_000, interval: 50 });

  const [key = ""] = await w.redis.keys(`${w.keys.prefix}:mail:*`);
  expect(Math.round((await w.redis.ttl(key)) / 86_400)).toBe(45);
});

test("All workers of the queue together hand the relay no more mails in a second than they may.", async () => {
  const w = await fleet();
  const env = { ...w.env, CERTFLEET_MAILS_PER_SECOND: "3" };
  for (let count = 0; count < 7; count += 1) await w.queues.enqueue("notify", aNotification({ key: `mail-${count}` }));

  await w.work(["notify"], env);
  await w.work(["notify"], env);
  await vi.waitFor(() => expect(w.mail.mails()).toHaveLength(7), { timeout: 15_000, interval: 50 });

  const times = w.mail.mails().map(({ receivedAt }) => receivedAt.getTime());
  // Three begin at once, three a second later, the seventh in the third second.
  expect((times.at(-1) ?? 0) - (times[0] ?? 0)).toBeGreaterThan(1_500);
});
