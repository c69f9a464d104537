// E-mail stops validating domains on 15 March 2028: departments hear in time which certificates need another way.
import { expect, test } from "vitest";
import { agreeOnMethod, requestChange } from "../../../src/shared/certificate/operator-request.ts";
import type { OrderChanges } from "../../support/order.ts";
import type { World } from "../../support/world.ts";
import { DEPARTMENT, ESSENTIAL, mailsTo, now, opened, setTime, story, sweep, takeOn } from "./stories.ts";

const none = { mode: "none", beforeDays: 10 } as const;

/** A certificate that is valid all the while, as one that is reissued is. */
async function living(w: World, changes: OrderChanges) {
  const certificate = await opened(w, changes);
  const { issue } = certificate.record;
  if (!issue) throw new Error("no certificate");
  const record = { ...certificate.record, issue: { ...issue, notAfter: "2029-04-02T12:00:00Z" } };
  return w.certificates.save({ ...certificate, record }, w.time.now());
}

/** The department's mails about the end of validation by e-mail. */
async function told(w: World) {
  return (await mailsTo(w, DEPARTMENT)).filter(({ subject }) => subject.includes("another validation method"));
}

/** How many there are in all after each of these days, on each of which three processes looked. */
async function toldBy(w: World, days: readonly string[]): Promise<number[]> {
  const counts: number[] = [];
  for (const day of days) {
    setTime(w, `${day}Z`);
    await sweep(w, 3);
    counts.push((await told(w)).length);
  }
  return counts;
}

test("the department hears of it a year, half a year and a month before, once each", async () => {
  const w = await story();
  await w.work(["notify"]);
  await living(w, { policy: none });

  const counts = await toldBy(w, [
    "2027-03-14T23:59:58",
    "2027-03-15T00:00:00",
    "2027-09-14T23:59:58",
    "2027-09-15T00:00:00",
    "2028-02-14T23:59:58",
    "2028-02-15T00:00:00",
    "2028-03-15T00:00:00",
  ]);

  expect(counts).toEqual([0, 1, 1, 2, 2, 3, 3]);
  const noted = (await w.redis.hkeys(w.keys.notices)).filter((field) => field.startsWith("email-validation-ending"));
  expect(noted).toHaveLength(3); // looked for once a stage, too
  const subjects = (await told(w)).map(({ subject }) => subject.split(":")[0]);
  expect(subjects).toEqual(["A year left", "Half a year left", "A month left"]);
});

test("where nobody looked for a year, the department hears what is true now, once, and nothing after the end", async () => {
  const late = await story();
  await late.work(["notify"]);
  await living(late, { policy: none });
  const tooLate = await story();
  await tooLate.work(["notify"]);
  await living(tooLate, { policy: none });

  expect(await toldBy(late, ["2028-02-20T00:00:00", "2028-02-21T00:00:00"])).toEqual([1, 1]);
  expect((await told(late))[0]?.subject).toMatch(/^A month left/);
  expect(await toldBy(tooLate, ["2028-03-15T00:00:00"])).toEqual([0]);
});

test("only certificates that are validated by e-mail and paid beyond the day are listed, each with what can be done", async () => {
  const w = await story();
  await w.work(["notify"]);
  const policy = none;
  const crossing = await living(w, { policy });
  const stuck = await living(w, { policy, product: ESSENTIAL, years: 3, cn: "www.example.net" });
  const others = [
    await living(w, { policy, years: 1, cn: "www.example.org" }),
    await living(w, { policy, approver: { method: "dns" }, cn: "www.example.com" }),
    await opened(w, { policy, cn: "shop.example.org" }),
    await agreed(w),
    await cancelled(w),
  ];

  await toldBy(w, ["2027-03-15T00:00:00"]);

  const [mail] = await told(w);
  expect(mail?.subject).toContain("2 certificates of main");
  const text = mail?.text.replace(/\s+/g, " ") ?? "";
  const call = `certfleet certificate validation-method ${crossing.order.reference} --method dns`;
  expect(text).toMatch(new RegExp(`${crossing.order.reference}.*2028-04-02.*dns or file.*${call}`));
  expect(text).toMatch(new RegExp(`${stuck.order.reference}.*2029-04-02.*offers no other method`));
  for (const { order } of others) expect(text).not.toContain(order.reference);
});

async function agreed(w: World) {
  const first = await living(w, { policy: none, cn: "shop.example.net" });
  const made = agreeOnMethod(first, { method: "file" }, { who: "ops", now: w.time.now() });
  if (!("certificate" in made)) throw new Error("not agreed");
  return w.certificates.save(made.certificate, w.time.now());
}

async function cancelled(w: World) {
  const first = await living(w, { policy: none, cn: "www.example.net" });
  const wish = {
    kind: "cancel",
    reason: "the customer left",
    confirmed: true,
    who: "ops",
    at: w.time.now().toISOString(),
  } as const;
  const made = requestChange(await now(w, first), wish, w.time.now());
  if (!("certificate" in made)) throw new Error(made.conflict);
  await w.certificates.save(made.certificate, w.time.now());
  return takeOn(w, first.order.reference, ({ state }) => state === "CANCELLED");
}

test("a process that dies before it noted that all were told has nobody told twice", async () => {
  const w = await story();
  await w.work(["notify"]);
  await living(w, { policy: none });
  await toldBy(w, ["2027-03-15T00:00:00"]);

  await w.redis.del(w.keys.notices);
  const counts = await toldBy(w, ["2027-03-15T01:00:00"]);

  expect(counts).toEqual([1]);
});

test("of a great many certificates those that are paid for shortest are listed, and the rest is counted", async () => {
  const w = await story();
  await w.work(["notify"]);
  const all = await Promise.all(Array.from({ length: 63 }, () => w.accept({ years: 5, policy: none })));
  for (const [i, reference] of all.entries()) {
    const at = new Date(Date.UTC(2026, 3, 2) + i * 86_400_000).toISOString();
    const purchases = JSON.stringify([{ certId: i + 1, orderId: i + 1, at, years: 5 }]);
    await w.redis.hset(w.keys.certificate(reference), { account: "main", purchases });
  }

  await toldBy(w, ["2027-03-15T00:00:00"]);

  const [mail] = await told(w);
  expect(mail?.subject).toContain("63 certificates of main");
  const listed = all.filter((reference) => mail?.text.includes(reference));
  expect(listed.length).toBeGreaterThan(30);
  expect(listed).toEqual(all.slice(0, listed.length));
  expect(mail?.text).toContain(`${63 - listed.length} more did not fit`);
});
