// The purchase: what each answer of eNom does to the order, and that nothing is bought again when nobody can know.
import { expect, test, vi } from "vitest";
import type { Fault } from "../../../src/sandbox/enom/wire/faults.ts";
import { statusOf } from "../../../src/shared/certificate/certificate.ts";
import { requestChange } from "../../../src/shared/certificate/operator-request.ts";
import type { OperatorRequest } from "../../../src/shared/certificate/record.ts";
import { findAttempt } from "../../../src/workers/ledger/attempt.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import { orderNeeds } from "../../support/needs.ts";
import { SETTLE_MS } from "../../support/time.ts";
import { issued, stuck, type World, world } from "../../support/world.ts";
import { drive, get, parked, RAPIDSSL, RAPIDSSL_YEAR } from "../open/runs.ts";

async function wishFor(world: World, reference: string, wish: Record<string, unknown>): Promise<void> {
  const certificate = await world.until(reference, () => true);
  const made = requestChange(
    certificate,
    { who: "ops", at: new Date().toISOString(), reason: "seen", ...wish } as OperatorRequest,
    new Date(),
  );
  if ("conflict" in made) throw new Error(made.conflict);
  await world.certificates.save(made.certificate, new Date());
  await world.queues.enqueue("open", { reference });
}

const lost: [string, Fault, number][] = [
  ["the answer is lost behind the purchase", { kind: "lose-answer" }, 1],
  ["the request is lost before the purchase", { kind: "lose-request" }, 0],
  ["the answer is cut short", { kind: "cut", bytes: 120 }, 1],
  ["eNom answers with a page for people", { kind: "html", effect: true }, 1],
  ["eNom answers with status 500", { kind: "status", status: 500, effect: true }, 1],
  [
    "eNom names an error of a kind that is not reviewed",
    {
      kind: "error",
      texts: ["System error"],
      codes: [{ number: "620399", string: "System error" }],
      effect: true,
    } as Fault,
    1,
  ],
  ["no answer comes in time", { kind: "hang", effect: true }, 1],
];

test.for(lost)(
  "when %s nothing is bought again: a slot that was bought is found in eNom's list, else a person decides after T_settle",
  async ([, fault, bought]) => {
    const w = await world();
    const needs = orderNeeds(w);
    w.enom.fault("PurchaseServices", fault);
    const reference = await w.accept({});
    await advanceOrder(reference, needs);
    expect(await findAttempt(needs, reference, 1)).toMatchObject({
      state: "UNKNOWN",
      price: "9.95",
      balance: "5000.00",
    });

    await w.time.pass(5_000);
    if (bought === 0) {
      await advanceOrder(reference, needs);
      expect((await get(w, reference)).state).toBe("BUYING");
      await w.time.pass(SETTLE_MS);
    }
    const { record, certId } = await drive(w, reference, bought === 1 ? issued : stuck, needs);

    expect(w.enom.asked("PurchaseServices")).toHaveLength(1);
    expect(w.enom.books.purchases()).toHaveLength(bought);
    if (bought === 1) expect(certId).toBe(w.enom.books.purchases()[0]?.certId);
    else {
      expect(record.attention).toMatchObject({ code: "purchase-unknown", who: "operator" });
      expect(record.attention?.next).toContain(`certfleet certificate resolve ${reference} --adopt`);
    }
  },
);

test("a parked order whose slot a person found goes on with that slot, and who decided and why stays on record", async () => {
  const w = await world();
  const reference = await parked(w, "lose-answer");
  await w.work(["open", "notify"]);

  await wishFor(w, reference, { kind: "resolve", decision: "adopt", certId: w.enom.books.purchases()[0]?.certId });
  const certificate = await w.until(reference, issued);

  expect(w.enom.books.purchases()).toHaveLength(1);
  expect(certificate.purchases).toMatchObject([{ certId: w.enom.books.purchases()[0]?.certId }]);
  expect(certificate.record.timeline).toContainEqual(
    expect.objectContaining({ event: "decision.adopt", detail: "by ops: seen" }),
  );
  expect((await findAttempt(orderNeeds(w), reference, 1))?.evidence).toContain("seen (ops)");
});

test("a parked order shows the person what was sent, what was there before, and what eNom shows since", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  w.enom.fault("PurchaseServices", { kind: "lose-answer" });
  w.enom.settings.timings.listLagMs = 600;
  const reference = await w.accept({});
  await advanceOrder(reference, needs);
  await w.time.pass(SETTLE_MS + 1_000);
  const account = needs.accounts.find("main");
  if (!account) throw new Error("no account");
  account.entry.mode = "shared";
  await vi.waitFor(async () => expect((await account.enom.listCertificates({ start: 1, size: 5 })).total).toBe(1));

  const { record } = await drive(w, reference, stuck, needs);

  const [bought] = w.enom.books.purchases();
  expect(record.doubt).toMatchObject({
    ...{ attempt: 1, price: "9.95", missing: [], before: { balance: "5000.00", newestOrderId: 0 } },
    candidates: [{ certId: bought?.certId, orderId: bought?.orderId, owner: null }],
    orders: [{ orderId: bought?.orderId }],
    transactions: [{ orderId: bought?.orderId, amount: "-9.95" }],
  });
});

test("a slot of another product, or one that does not exist, cannot be adopted", async () => {
  const w = await world();
  const reference = await parked(w, "lose-request");
  await w.work(["open"]);

  await wishFor(w, reference, { kind: "resolve", decision: "adopt", certId: 1 });
  const { state, record } = await w.until(
    reference,
    (each) => each.record.wish === null && each.record.timeline.at(-1)?.event === "decision.refused",
  );

  expect(state).toBe("PARKED");
  expect(record.attention?.message).toContain("eNom has no CertID 1");
});

test("a purchase that a person knows was not made is made once more", async () => {
  const w = await world();
  const reference = await parked(w, "lose-request");
  await w.work(["open", "notify"]);

  await wishFor(w, reference, { kind: "resolve", decision: "not-bought" });
  const certificate = await w.until(reference, issued);

  expect(w.enom.books.purchases()).toHaveLength(1);
  expect(certificate.attempt).toBe(2);
});

test("a parked order that is cancelled buys nothing more", async () => {
  const w = await world();
  const reference = await parked(w, "lose-request");
  await w.work(["open"]);

  await wishFor(w, reference, { kind: "resolve", decision: "cancel" });
  const certificate = await w.until(reference, ({ state }) => state === "CANCELLED");
  await w.queues.enqueue("open", { reference });

  expect(statusOf(certificate, new Date())).toBe("cancelled");
  expect(w.enom.asked("PurchaseServices")).toHaveLength(1);
});

test("a simple retry of a parked purchase is refused", async () => {
  const w = await world();
  const certificate = await get(w, await parked(w, "lose-request"));
  const at = new Date().toISOString();

  const wish = { kind: "resolve", decision: "retry", who: "ops", at, reason: "hope" } as const;

  expect(requestChange(certificate, wish, new Date())).toHaveProperty("conflict");
});

test("two deliveries of one order at once buy one slot", async () => {
  const w = await world();
  const reference = await w.accept({});
  const needs = orderNeeds(w);

  await Promise.allSettled([1, 2, 3, 4].map(() => advanceOrder(reference, needs)));
  await w.work(["open", "notify"]);
  await w.queues.enqueue("open", { reference });
  await w.until(reference, issued);

  expect(w.enom.books.purchases()).toHaveLength(1);
});

test("a purchase that eNom refuses for its data ends the order as failed with eNom's own text", async () => {
  const w = await world();
  const refusal = {
    texts: ["Invalid NumYears"],
    codes: [{ number: "304197", string: "Validation error; invalid ; years" }],
  };
  w.enom.fault("PurchaseServices", { kind: "error", ...refusal } as Fault);
  await w.work(["open"]);

  const { record, state } = await w.until(await w.order({}), (each) => each.record.failure !== null);

  expect(state).toBe("REFUSED");
  expect(record.failure?.message).toContain("Invalid NumYears");
  expect(w.enom.asked("PurchaseServices")).toHaveLength(1);
});

test("an order without funds waits with eNom's balance in the message and goes on by itself when the account is refilled", async () => {
  const w = await world({ balance: "5.00" });
  await w.work(["open", "notify"]);
  const reference = await w.order({});
  const { record } = await w.until(reference, stuck);

  w.enom.books.setBalance("100.00");
  const certificate = await w.until(reference, issued);

  expect(record.attention).toMatchObject({ code: "no-account-with-funds" });
  expect(record.attention?.message).toContain("5.00");
  expect(certificate.record.attention).toBeNull();
});

test("money that is gone between the look and the purchase is eNom's to tell, and the order goes on when it is back", async () => {
  const w = await world();
  const texts = ["Insufficient reseller balance"];
  w.enom.fault("PurchaseServices", {
    kind: "error",
    texts,
    codes: [{ number: "524181", string: "Payment error" }],
  } as Fault);
  await w.work(["open", "notify"]);

  const reference = await w.order({});
  const certificate = await w.until(reference, issued);

  expect(certificate.record.timeline.map(({ detail }) => detail).join()).toContain("Insufficient reseller balance");
  expect(w.enom.books.purchases()).toHaveLength(1);
});

test.for([
  [
    "a wrong login",
    "enom-login-refused",
    "Bad User name or Password",
    (w: World, works: boolean) => Object.assign(w.enom.settings, { loginWorks: works }),
  ],
  [
    "an address that is not allowed",
    "enom-address-not-permitted",
    "User not permitted",
    (w: World, works: boolean) => Object.assign(w.enom.settings, { allowedAddress: works }),
  ],
] as const)(
  "%s holds the order with eNom's own text, and mending it lets the order go on by itself",
  async ([, code, text, set]) => {
    const w = await world();
    set(w, false);
    await w.work(["open", "notify"]);
    const reference = await w.order({});
    const { record } = await w.until(reference, stuck);

    set(w, true);
    await w.until(reference, issued);

    expect(record.attention?.code).toBe(code);
    expect(record.attention?.message).toContain(text);
    expect(w.enom.books.purchases()).toHaveLength(1);
  },
);

test("an account id that was first used with another eNom login buys nothing with this one", async () => {
  const w = await world();
  await w.redis.hset(w.keys.ledger.meta("main"), { login: "reseller.enom.com somebody-else", epoch: 1 });
  await w.work(["open"]);

  const { record } = await w.until(await w.order({}), stuck);

  expect(record.attention?.code).toBe("account-bound-elsewhere");
  expect(w.enom.asked()).toEqual([]);
});

test("no more purchases of a class are in the air at once than the account allows", async () => {
  const w = await world();
  for (let n = 1; n <= 4; n++) {
    await w.redis.hset(w.keys.ledger.unsettled("main"), `other-${n}#1`, `${RAPIDSSL_YEAR}|99500|${Date.now()}|0|S`);
  }
  await w.work(["open", "notify"]);

  const reference = await w.order({});
  const other = await w.order({ product: "Certificate-Comodo-Essential" });
  await w.until(other, issued);
  expect((await w.until(reference, () => true)).state).toBe("APPROVED");
  await w.redis.hdel(w.keys.ledger.unsettled("main"), "other-1#1");

  await w.until(reference, issued);
});

test("a spare slot of the class is used before anything is bought", async () => {
  const w = await world();
  const spare = w.enom.colleague.buys(RAPIDSSL, 1);
  await w.redis.hset(w.keys.ledger.owner("main"), spare.certId, "POOL");
  await w.redis.zadd(w.keys.ledger.pool("main", RAPIDSSL_YEAR), Date.now(), spare.certId);
  await w.work(["open", "notify"]);

  const certificate = await w.until(await w.order({}), issued);

  expect(certificate.certId).toBe(spare.certId);
  expect(w.enom.asked("PurchaseServices")).toEqual([]);
});
