// What is due is done once, whoever looks for it, how often, and wherever the looking stops.
import { expect, test, vi } from "vitest";
import { requestChange } from "../../../src/shared/certificate/operator-request.ts";
import { sweepDue } from "../../../src/workers/due/sweep.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import type { World } from "../../support/world.ts";
import {
  CUSTOMER,
  DEPARTMENT,
  dueAt,
  expirationDate,
  happened,
  mailsTo,
  now,
  opened,
  setTime,
  story,
  sweep,
  takeOn,
  untilDue,
  worker,
} from "./stories.ts";

const HOUR_MS = 3_600_000;

test("a certificate that is due is reissued once, though three machines look for it at the same moment", async () => {
  const w = await story();
  const first = await opened(w);
  await untilDue(w, first);

  await sweep(w, 3);
  const next = await takeOn(w, first.order.reference, ({ record }) => record.reissues === 1);
  await sweep(w, 3);

  expect(expirationDate(first)).toBe("2026-10-19");
  expect(expirationDate(next)).toBe("2027-04-27");
  expect(happened(await now(w, first), "reissue.requested")).toBe(1);
  expect(w.enom.asked("CertReissueCert")).toHaveLength(1);
  expect(w.enom.books.purchases()).toHaveLength(1);
});

test("nothing is done before its time, and looking does not change when that is", async () => {
  const w = await story();
  const first = await opened(w);
  const at = await dueAt(w, first);
  setTime(w, new Date((at?.getTime() ?? 0) - HOUR_MS));

  await sweep(w, 3);

  expect(at?.toISOString()).toMatch(/^2026-10-09T/);
  expect(await dueAt(w, first)).toEqual(at);
  expect(happened(await now(w, first), "reissue.requested")).toBe(0);
});

test("a certificate that is in the index by mistake is left alone, and put where it belongs", async () => {
  const w = await story();
  const first = await opened(w);
  const at = await dueAt(w, first);
  await sweep(w);
  await w.redis.zadd(w.keys.due, "0", first.order.reference);

  await sweep(w);

  expect(await dueAt(w, first)).toEqual(at);
  expect(happened(await now(w, first), "reissue.requested")).toBe(0);
});

test("a certificate that somebody changes at that very moment is dealt with in the same look", async () => {
  const w = await story();
  const first = await opened(w);
  await untilDue(w, first);
  const needs = worker(w);
  let changes = 1;
  const find: OrderNeeds["certificates"]["find"] = async (reference) => {
    const found = await needs.certificates.find(reference);
    if (found && changes-- > 0) await needs.certificates.save(found, w.time.now());
    return found;
  };
  await w.redis.set(w.keys.duePolicy, needs.policyDigest);

  await sweepDue({ ...needs, certificates: { ...needs.certificates, find } });

  expect(changes).toBeLessThan(0);
  expect(happened(await now(w, first), "reissue.requested")).toBe(1);
});

test("a reissue that came to nothing is not begun again by the policy", async () => {
  const w = await story();
  const first = await opened(w);
  await untilDue(w, first);
  await sweep(w);
  const begun = await now(w, first);
  const dropped = { ...begun.record, reissue: null, reissueRequest: null };
  await w.certificates.save({ ...begun, record: dropped }, w.time.now());
  await w.redis.zadd(w.keys.due, "0", first.order.reference);

  await sweep(w, 3);

  expect(await dueAt(w, first)).toBeUndefined();
  expect(happened(await now(w, first), "reissue.requested")).toBe(1);
  expect(w.enom.asked("CertReissueCert")).toHaveLength(0);
});

test("what became due while nobody looked for a week is reissued when somebody looks again, once", async () => {
  const w = await story();
  const all = await Promise.all([opened(w), opened(w), opened(w)]);
  for (const each of all) await untilDue(w, each, 7);

  await sweep(w, 3);
  await sweep(w);
  for (const { order } of all) await takeOn(w, order.reference, ({ record }) => record.reissues === 1);

  expect(w.enom.asked("CertReissueCert")).toHaveLength(3);
});

/** A process whose nth write of a record is its last, or the first that is lost; nothing else of it reaches Redis from then on. */
function dyingSweep(w: World, nth: number, last: "is its last" | "is lost"): OrderNeeds {
  const needs = worker(w);
  let writes = 0;
  const alive = (isThis = false): void => {
    if (writes >= nth && !isThis) throw new Error("the process died here");
  };
  return {
    ...needs,
    certificates: {
      ...needs.certificates,
      async save(certificate, at) {
        alive();
        writes += 1;
        alive(last === "is its last");
        const saved = await needs.certificates.save(certificate, at);
        alive();
        return saved;
      },
    },
    async enqueue(name, data) {
      alive();
      return needs.enqueue(name, data);
    },
  };
}

test.for([
  [1, "is lost", 0],
  [1, "is its last", 1],
  [3, "is lost", 2],
  [3, "is its last", 3],
  [5, "is its last", 5],
] as const)(
  "where a process dies whose write %i %s, the next one does the rest, and nothing is done twice",
  async ([nth, last, count]) => {
    const w = await story();
    const all = await Promise.all(Array.from({ length: 5 }, () => opened(w)));
    setTime(w, "2026-10-10T00:00:00Z");

    await sweepDue(dyingSweep(w, nth, last));
    const begun = await w.redis.zcard(w.keys.unfinished("reissue"));
    await sweep(w);
    const waiting = await w.redis.zrange(w.keys.unfinished("reissue"), "0", "-1"); // a lost doorbell is rung again from here
    for (const { order } of all) await takeOn(w, order.reference, ({ record }) => record.reissues === 1);

    expect(begun).toBe(count);
    expect(waiting.sort()).toEqual(all.map(({ order }) => order.reference).sort());
    expect(w.enom.asked("CertReissueCert")).toHaveLength(5);
    for (const each of all) expect(happened(await now(w, each), "reissue.requested")).toBe(1);
  },
);

test("a certificate whose record cannot be read stops none of the others", async () => {
  const w = await story();
  const [broken, whole] = await Promise.all([opened(w), opened(w)]);
  await sweep(w);
  await w.redis.hset(w.keys.certificate(broken.order.reference), "record", "{");
  await w.redis.zadd(w.keys.due, "0", "never-ordered");
  setTime(w, "2026-10-10T00:00:00Z");

  await sweep(w);

  expect(happened(await now(w, whole), "reissue.requested")).toBe(1);
  expect(await w.redis.zrange(w.keys.due, "0", "-1")).toEqual([broken.order.reference]);
});

test("nothing at all is done for an order that was cancelled", async () => {
  const w = await story();
  await w.work(["notify"]);
  const first = await opened(w);
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
  const over = await takeOn(w, first.order.reference, ({ state }) => state === "CANCELLED");
  const asked = w.enom.asked().length;
  const mails = (await mailsTo(w, CUSTOMER)).length;
  // One mail tells the department what becomes of the money.
  await vi.waitFor(async () => expect(await mailsTo(w, DEPARTMENT)).toHaveLength(1), { timeout: 10_000 });

  setTime(w, "2026-10-10T00:00:00Z");
  await sweep(w, 3);

  expect((await now(w, first)).record).toEqual(over.record);
  expect(w.enom.asked()).toHaveLength(asked);
  expect(await mailsTo(w, CUSTOMER)).toHaveLength(mails);
  expect(await mailsTo(w, DEPARTMENT)).toHaveLength(1);
});
