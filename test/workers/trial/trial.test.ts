// Promises of a trial purchase: one order of the fleet, bought once however often it is said, each answer shown before the
// next write, nothing bought behind a no, and the text that brings the money back.
import { join } from "node:path";
import { expect, test } from "vitest";
import { buyTrial } from "../../../src/workers/commands/account.ts";
import { certfleet } from "../../producers/cli/support.ts";
import { issued, type World, world } from "../../support/world.ts";
import { RAPIDSSL } from "../open/runs.ts";

const DOMAIN = "trial.example.com";
const words = ["account", "probe", "main", "--buy", RAPIDSSL, "--domain", DOMAIN];
const bought = (w: World) => w.enom.asked("PurchaseServices").length;
const home = (w: World, name: string) => join(w.env.ENOM_LOG ?? "", "..", name);

test("said twice it buys once, beside a fleet that waits for its hand, and ends with the refund's text", async () => {
  const w = await world();
  const say = (name: string, ...more: string[]) =>
    certfleet([...words, "--answers", home(w, name), ...more], { env: w.env });

  expect(await say("none")).toMatchObject({ code: 2, stderr: expect.stringContaining("add --confirm") });
  await w.work(["open"]);
  const first = await say("first", "--confirm", "--json");
  const again = await say("again", "--confirm");

  const told = JSON.parse(first.stdout);
  expect([first.code, again.code, bought(w)]).toEqual([0, 0, 1]);
  expect(told).toMatchObject({
    ok: true,
    account: "main",
    domain: DOMAIN,
    ticket: expect.stringContaining(`CertID: ${told.certId}`),
  });
  const order = [
    "GetBalance",
    "→ PurchaseServices",
    "✓ PurchaseServices",
    "→ CertConfigureCert",
    "✓ CertConfigureCert",
    "→ CertPurchaseCert",
    "✓ CertPurchaseCert",
  ];
  const places = order.map((part) => told.said.findIndex((line: string) => line.includes(part)));
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(again.stdout).toContain("nothing more is bought for it");
  expect(again.stdout).toContain("Please refund this certificate of our account main.");
  await w.until(told.reference, issued);
  expect((await certfleet(["ledger", "prove"], { env: w.env })).stdout).toContain("1 purchases, 0 unmatched");
  expect((await certfleet(["audit", "list"], { env: w.env })).stdout).toMatch(/account\.probe-buy +main +done/);
}, 90_000);

test("a no before the purchase cancels the order: nothing is bought, then or later", async () => {
  const w = await world();
  const asked: string[] = [];
  const spoken = { redis: w.redis, keys: w.keys, env: w.env, actor: { kind: "system", id: "ada" } as const };

  const report = await buyTrial(spoken, "main", {
    ...{ service: RAPIDSSL, domain: DOMAIN, years: 1, folder: home(w, "no"), maskDomains: false, say: () => undefined },
    mayWrite: async (command) => {
      asked.push(command);
      return false;
    },
  });
  await w.work(["open"]);

  expect(asked).toEqual(["PurchaseServices"]);
  expect(report).toMatchObject({ ok: false, status: "cancelled", ticket: null, certId: null });
  await expect.poll(() => w.queues.all.open.getJobCountByTypes("waiting", "active"), { timeout: 15_000 }).toBe(0);
  expect(bought(w)).toBe(0);
}, 60_000);
