// What became of a purchase, rule 8 of purchase safety: only its sender may say that it was not made, and nothing late revives it.
import { expect, test } from "vitest";
import { findAttempt } from "../../../src/workers/ledger/attempt.ts";
import { markNotSent, markRejected, markUnknown, parkAttempt } from "../../../src/workers/ledger/attempt-results.ts";
import { EMPTY, inDoubt, of, openLedger, parked, sending, ticket } from "./ledger.ts";

test("rule 8: only the process that opened the gate may say that nothing was sent or that eNom said no", async () => {
  const l = await openLedger();
  await sending(l);

  expect(await markNotSent(l, ticket("a", 1, "another"), "gate too late")).toBe(false);
  expect(await markRejected(l, ticket("a", 1, "another"), "no", true)).toBe(false);
  expect(await l.attempts("a")).toEqual(["SENDING"]);
  expect(await markNotSent(l, ticket("a"), "gate too late")).toBe(true);
  expect([await l.attempts("a"), (await l.maps()).unsettled]).toEqual([["REJECTED"], {}]);
  expect(await l.begin("a", 1)).toEqual({ kind: "prepared", number: 2 });
});

test("rule 8: a connection that never opened leaves a purchase that was only prepared, and that is void", async () => {
  const l = await openLedger();
  await l.accept("a");
  await l.begin("a");

  expect(await markNotSent(l, ticket("a"), "no connection")).toBe(true);

  expect(await findAttempt(l, "a", 1)).toMatchObject({ state: "VOID", reason: "not sent: no connection" });
  await expect(l.gate(ticket("a"))).rejects.toThrow("VOID");
});

test("rule 8: a no for good ends the order, any other no lets it try again", async () => {
  const l = await openLedger();
  await sending(l);

  await markRejected(l, ticket("a"), "no funds", false);
  expect(await l.get("a")).toMatchObject({ state: "BUYING" });
  await l.begin("a", 1);
  await l.gate(ticket("a", 2));
  await markRejected(l, ticket("a", 2), "never", true);

  expect(await l.get("a")).toMatchObject({ state: "REFUSED" });
  expect(await l.attempts("a")).toEqual(["REJECTED", "REJECTED"]);
});

test("rule 8: an unclear answer leaves the purchase in doubt and in the air, with what it told of the order", async () => {
  const l = await openLedger();
  await sending(l);

  expect(await markUnknown(l, of("a"), { reason: "an order id alone", orderId: 4711 })).toBe(true);

  expect(await findAttempt(l, "a", 1)).toMatchObject({ state: "UNKNOWN", reason: "an order id alone", orderId: 4711 });
  expect((await l.maps()).unsettled).toEqual({ "a#1": "U" });
  expect(await markUnknown(l, of("a"), { reason: "again" })).toBe(false);
});

test("rule 8: a refusal that comes behind a time-out changes nothing: the purchase stays in doubt", async () => {
  const l = await openLedger();
  await inDoubt(l);

  expect(await markRejected(l, ticket("a"), "no", true)).toBe(false);
  expect(await markNotSent(l, ticket("a"), "no")).toBe(false);

  expect([await l.attempts("a"), (await l.get("a")).state]).toEqual([["UNKNOWN"], "BUYING"]);
});

test("rule 8: what comes late changes nothing that was decided meanwhile", async () => {
  const l = await openLedger();
  await parked(l);

  expect(await markUnknown(l, of("a"), { reason: "time-out" })).toBe(false);
  expect(await markRejected(l, ticket("a"), "no", true)).toBe(false);
  expect(await l.claim({ reference: "a", certId: 900 })).toEqual({ kind: "wrong-state", state: "PARKED" });
  expect(await l.get("a")).toMatchObject({ state: "PARKED", certId: null });
});

test("rule 16: only an unknown purchase is parked, once, and it keeps its exposure", async () => {
  const l = await openLedger();
  await sending(l);
  expect(await parkAttempt(l, ticket("a"), "nothing was found")).toBe(false);
  expect([await l.attempts("a"), (await l.get("a")).state]).toEqual([["SENDING"], "BUYING"]);
  await markUnknown(l, of("a"), { reason: "no answer" });

  expect(await parkAttempt(l, ticket("a"), "nothing was found")).toBe(true);
  expect(await parkAttempt(l, ticket("a"), "nothing was found")).toBe(false);

  expect(await l.get("a")).toMatchObject({ state: "PARKED" });
  expect(await l.maps()).toEqual({
    ...EMPTY,

    parked: { "a#1": "certificate-rapidssl-rapidssl/1/1|99500" },
  });
});
