// Promise: what the records and eNom say differently is named, both ways, by the verb and once a day by a worker.
import { expect, test } from "vitest";
import { findAccountTroubles } from "../../../src/shared/account/troubles.ts";
import { plusDays } from "../../../src/shared/base/dates.ts";
import { findDrift } from "../../../src/shared/moving/drift-notes.ts";
import { compareDaily } from "../../../src/workers/moving/drift/drift-watch.ts";
import { certfleet } from "../../producers/cli/support.ts";
import { orderNeeds } from "../../support/needs.ts";
import { world } from "../../support/world.ts";
import { requestFor, sell } from "./shop.ts";

const now = new Date();
const ago = (days: number): Date => plusDays(now, -days);

test("A certificate that is missing here, one that eNom refunded and one that was reissued elsewhere are named; an import takes over what can be taken over.", {
  timeout: 120_000,
}, async () => {
  const w = await world();
  const same = await sell(w, { domain: "same.example.com", boughtAt: ago(20) });
  const refunded = await sell(w, { domain: "back.example.com", boughtAt: ago(21) });
  const reissued = await sell(w, { domain: "again.example.com", boughtAt: ago(22) });
  const drift = async (...words: string[]) => certfleet(["certificate", "drift", "main", ...words], { env: w.env });
  await certfleet(["certificate", "import", "main"], { env: w.env });
  const before = await drift();
  expect({ code: before.code, text: before.stdout }).toEqual({
    code: 0,
    text: expect.stringContaining("no difference"),
  });

  const fresh = await sell(w, { domain: "new.example.com", boughtAt: ago(1) });
  w.enom.books.refund(refunded);
  const slot = w.enom.books.findSlot(reissued);
  const csr = await requestFor("again.example.com");
  if (slot) w.enom.books.put({ ...slot, issues: [...slot.issues, { csr, issuedAt: ago(2).toISOString() }] });
  const found = await drift("--json");
  const { differences } = JSON.parse(found.stdout).accounts[0];

  expect(found.code).toBe(1);
  expect(differences.map((each: { kind: string; certId: number }) => [each.kind, each.certId])).toEqual([
    ["missing-here", fresh],
    ["serial", reissued],
    ["status", refunded],
  ]);
  expect((await drift("--quick", "-o", "csv")).stdout.trim().split("\n")).toHaveLength(3);

  // Until the day of adoption has come, whoever had them before goes on with them.
  const day = ago(-30).toISOString().slice(0, 10);
  await certfleet(["certificate", "import", "main", "--adopt", day, "--yes"], { env: w.env });
  await certfleet(["certificate", "import", "main"], { env: w.env });
  const after = JSON.parse((await drift("--json")).stdout).accounts[0].differences;
  expect(after.map(({ kind }: { kind: string }) => kind)).toEqual(["status"]);
  expect(w.enom.books.findSlot(same)?.statusId).toBe(4);
});

test("With drift: daily one worker compares once a day, and what it finds is a state of the account until it is gone.", {
  timeout: 120_000,
}, async () => {
  const w = await world();
  await sell(w, { domain: "kept.example.com", boughtAt: ago(20) });
  await certfleet(["certificate", "import", "main"], { env: w.env });
  await sell(w, { domain: "new.example.com", boughtAt: ago(1) });
  const needs = orderNeeds(w);
  const [account] = needs.accounts.all;
  if (!account) throw new Error("no account");
  const daily = { ...account, entry: { ...account.entry, drift: "daily" as const } };
  const watching = { ...needs, accounts: { all: [daily] } };
  const look = { id: "main", enabled: true, lastCheck: null, mode: "dedicated", currency: "USD", purchases: true };
  const troubles = async () =>
    (await findAccountTroubles({ ...look, perHour: null, perDay: null }, w)).map(({ code }) => code);

  expect(await compareDaily({ ...needs, accounts: { all: [account] } })).toEqual([]);
  expect(await compareDaily(watching)).toEqual(["main"]);
  expect(await compareDaily(watching)).toEqual([]);
  expect((await findDrift(w, "main"))?.count).toBe(1);
  expect(await troubles()).toEqual(["account-drift"]);

  await certfleet(["certificate", "import", "main"], { env: w.env });
  w.time.jump(25 * 3_600_000);
  expect(await compareDaily(watching)).toEqual(["main"]);
  expect(await troubles()).toEqual([]);
});
