// The first use of an account: a ledger belongs to one login, and what the account held before is nobody's to give away.
import { expect, test } from "vitest";
import { bind, findBinding } from "../../../src/workers/ledger/bind.ts";
import { beside, LOGIN, openLedger, openUnbound } from "./ledger.ts";

test("what an account held at first use is LEGACY, refunded slots apart, and is in the journal", async () => {
  const l = await openUnbound();
  expect(await findBinding(l, LOGIN)).toBe("unbound");

  await bind(l, LOGIN, { legacy: [700, 701], refunded: [702] });

  const owner = { 700: "LEGACY", 701: "LEGACY", 702: "REFUNDED" };
  expect((await l.maps()).owner).toEqual(owner);
  const [line] = await l.lines();
  expect(line).toMatchObject({ epoch: 1, seq: 1, step: "bind" });
  expect(await l.begin("nobody")).toEqual({ kind: "wrong-state", state: "none" });
});

test("an account is bound once: later bindings, at once or a moment later, change nothing", async () => {
  const l = await openUnbound();

  await Promise.all([1, 2].map(() => bind(beside(l), LOGIN, { legacy: [700], refunded: [] })));
  await bind(beside(l), LOGIN, { legacy: [800], refunded: [] });

  expect((await l.maps()).owner).toEqual({ 700: "LEGACY" });
  expect((await l.lines()).map(({ step }) => step)).toEqual(["bind"]);
});

test("another host or another user under the same account id is found out; the spelling of the user is not", async () => {
  const l = await openLedger();

  expect(await findBinding(l, { ...LOGIN, username: "ACME" })).toBe("bound");
  expect(await findBinding(l, { ...LOGIN, username: "acme2" })).toBe("bound-elsewhere");
  expect(await findBinding(l, { ...LOGIN, apiUrl: "https://resellertest.enom.test/interface.asp" })).toBe(
    "bound-elsewhere",
  );
});
