// Deliveries to receivers that are down, slow, wrong or gone.
import { expect, test } from "vitest";
import { webhookFleet } from "./fleet.ts";
import { ill, receiver, well } from "./receiver.ts";

const HOUR = 3_600_000;

test("a receiver that is down for a day, then answers 500 to every third request, then is well, hears each event at least once and in order of a certificate", async () => {
  const f = await webhookFleet();
  const secrets: string[] = [];
  const r = await receiver(() => secrets);
  const { id, secret } = await f.store.create({ url: r.url, events: ["*"], allowPrivate: true }, f.clock.now());
  secrets.push(secret);
  r.respond((answer) => answer.destroy());

  const told: string[] = [];
  for (let number = 0; number < 40; number++) told.push(await f.tell(`bill-${number % 7}`, number));
  for (let hour = 0; hour < 24; hour++) {
    told.push(await f.tell(`bill-${hour % 3}`, 40 + hour));
    await f.pass(HOUR);
  }
  expect(r.taken).toEqual([]);
  expect(r.got.length).toBeLessThan(300); // not one request for each event and try
  expect(await f.store.find(id)).toMatchObject({ state: "failing", disabledAt: null });

  r.respond((answer, _got, count) => (count % 3 === 0 ? ill(500) : well)(answer, _got, count));
  for (let number = 64; number < 84; number++) told.push(await f.tell(`bill-${number % 7}`, number));
  await f.pass(7 * HOUR);
  r.respond(well);
  await f.pass(HOUR);

  expect(new Set(r.taken.map((each) => each.id))).toEqual(new Set(told));
  for (const reference of new Set(r.taken.map(({ data }) => data.reference))) {
    const numbers = r.taken.filter(({ data }) => data.reference === reference).map(({ data }) => data.number ?? 0);
    expect(numbers).toEqual(numbers.toSorted((a, b) => a - b));
  }
  expect(await f.store.find(id)).toMatchObject({ state: "on", lastDelivery: { state: "delivered", status: 200 } });
  expect(await f.store.waiting(id)).toEqual({ lanes: 0, dueSince: null });
  const [first] = r.taken;
  expect(first?.headers["webhook-id"]).toBe(first?.id);
  expect(Object.keys(JSON.parse(first?.raw ?? "{}") as object)).toEqual(["id", "type", "timestamp", "data"]);
}, 60_000);

test("the first retry comes after five seconds, then at growing pauses; a receiver that asks for a longer one has it", async () => {
  const f = await webhookFleet();
  const secrets: string[] = [];
  const r = await receiver(() => secrets);
  const { id, secret } = await f.store.create({ url: r.url, events: ["*"], allowPrivate: true }, f.clock.now());
  secrets.push(secret);
  r.respond(ill(503, { "retry-after": "1" }));
  await f.tell("bill-1", 1);
  const next = async () => {
    await f.look();
    const [{ at, nextAt, tries, error } = { at: "", nextAt: "", tries: 0, error: "" }] = await f.store.deliveries(id, {
      limit: 1,
    });
    const seconds = (Date.parse(nextAt ?? "") - Date.parse(at)) / 1_000;
    f.jump(seconds * 1_000 - 1);
    await f.look();
    expect(r.got.length).toBe(tries); // not a moment too early
    f.jump(1);
    await f.look();
    return [seconds, tries, error];
  };

  expect(await next()).toEqual([5, 1, "the receiver answered 503"]);
  expect(await next()).toEqual([30, 2, "the receiver answered 503"]);
  expect(await next()).toEqual([120, 3, "the receiver answered 503"]);
  expect(await next()).toEqual([600, 4, "the receiver answered 503"]);
  r.respond(ill(429, { "retry-after": "7200" }));
  f.jump(1_800_000);
  await f.look();
  expect((await next())[0]).toBe(7_200);
  r.respond(well);
  await f.pass(8 * HOUR);
  expect(r.taken.length).toBe(1);
});

test("after three days without success it is switched off, with attention; switched on, it goes on from there", async () => {
  const f = await webhookFleet();
  const secrets: string[] = [];
  const r = await receiver(() => secrets);
  const { id, secret } = await f.store.create(
    { url: r.url, events: ["certificate.*"], allowPrivate: true },
    f.clock.now(),
  );
  secrets.push(secret);
  r.respond(ill(302, { location: "http://127.0.0.1:1/" }));
  await f.tell("bill-1", 1);
  await f.tell("bill-2", 1, "mail.requested");
  await f.pass(80 * HOUR);

  expect(await f.store.find(id)).toMatchObject({ state: "off", disabledBecause: "failing" });
  expect(await f.troubles()).toMatchObject([
    { code: "webhook-dead", about: id, next: expect.stringContaining(`enable ${id}`) },
  ]);
  expect((await f.troubles())[0]?.message).not.toContain("t0p");
  await f.tell("bill-1", 2);
  f.jump(10 * 24 * HOUR);
  await f.look();
  r.respond(well);
  await f.store.switchOn(id, f.clock.now());
  await f.pass(60_000);

  expect(r.taken.map(({ data }) => data)).toEqual([
    { reference: "bill-1", number: 1 },
    { reference: "bill-1", number: 2 },
  ]);
  expect(await f.troubles()).toEqual([]);
});

test("410 switches off at once; one order that the receiver refuses holds no other and is given up after three days, and can be replayed", async () => {
  const f = await webhookFleet();
  const secrets: string[] = [];
  const r = await receiver(() => secrets);
  const { id, secret } = await f.store.create({ url: r.url, events: ["*"], allowPrivate: true }, f.clock.now());
  secrets.push(secret);
  r.respond((answer, got, count) => (got.data.number === 13 ? ill(400) : well)(answer, got, count));
  const bad = await f.tell("bill-bad", 13);
  await f.pass(HOUR);
  await f.tell("bill-good", 1);
  await f.look(); // the other order waits for nothing of it
  expect(r.taken.map(({ data }) => data.reference)).toEqual(["bill-good"]);
  for (let day = 0; day < 4; day++) {
    await f.tell("bill-good", 2 + day);
    await f.pass(24 * HOUR);
  }
  expect(await f.store.findDelivery(id, bad)).toMatchObject({ state: "gave-up", status: 400, answer: null });
  expect(r.taken.length).toBe(5);

  r.respond(well);
  expect(await f.store.replay(id, bad, f.clock.now())).toBe("certificate/bill-bad");
  await f.look();
  expect(r.taken.at(-1)?.id).toBe(bad);

  r.respond(ill(410));
  await f.tell("bill-3", 1);
  await f.look();
  expect(await f.store.find(id)).toMatchObject({ state: "off", disabledBecause: "gone" });
});

test("while a secret is rotated both sign; afterwards the old one does not", async () => {
  const f = await webhookFleet();
  const secrets: string[] = [];
  const r = await receiver(() => secrets);
  const { id, secret } = await f.store.create({ url: r.url, events: ["*"], allowPrivate: true }, f.clock.now());
  const fresh = await f.store.rotate(id, new Date(f.clock.now().getTime() + HOUR));
  for (const only of [secret, fresh]) {
    secrets.splice(0, 1, only);
    await f.tell("bill-1", 1);
    await f.look();
  }
  expect(r.got.length).toBe(2);
  expect(r.got[0]?.headers["webhook-signature"]).toMatch(/^v1,\S+ v1,\S+$/);
  f.jump(2 * HOUR);
  secrets.splice(0, 1, secret);
  await f.tell("bill-1", 2);
  await f.look();
  expect(r.got.length).toBe(2);
});
