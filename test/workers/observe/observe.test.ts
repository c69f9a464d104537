// An account that observes buys, changes and mails nothing, whatever asks for it, says what it would have done, and goes live
// only when a person confirms it.
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { accountRecords } from "../../../src/shared/account/records.ts";
import { noteObserved } from "../../../src/shared/account/shadow/observed.ts";
import { differencesOf } from "../../../src/shared/account/shadow/reports.ts";
import { systemClock } from "../../../src/shared/base/clock.ts";
import { plusDays } from "../../../src/shared/base/dates.ts";
import { requestReissue } from "../../../src/shared/certificate/changes/reissue-request.ts";
import { readFleetFile } from "../../../src/shared/config/fleet-file.ts";
import { openEnomAccounts } from "../../../src/workers/accounts/open.ts";
import { actOn } from "../../../src/workers/due/act.ts";
import { reportShadow } from "../../../src/workers/observe/report.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { reissueCertificate } from "../../../src/workers/reissue/reissue.ts";
import { runHere } from "../../producers/cli/in-process.ts";
import { orderNeeds } from "../../support/needs.ts";
import { quickFolder } from "../../support/quick-folder.ts";
import { issued, type World, world } from "../../support/world.ts";
import { drive, get, withCode } from "../open/runs.ts";

/** Workers whose certfleet.yaml has this mode, with the guards of a fleet. */
async function inMode(w: World, mode: "observe" | "dedicated"): Promise<OrderNeeds> {
  const folder = mkdtempSync(join(quickFolder(), "certfleet-observe-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const path = join(folder, "certfleet.yaml");
  const before = readFileSync(`${w.env.CERTFLEET_CONFIG}`, "utf8").replace(/mode: \w+, /, "");
  writeFileSync(path, before.replace("id: main,", `id: main, mode: ${mode},`));
  w.env.CERTFLEET_CONFIG = path;
  const file = readFleetFile(path);
  const log = pino({ level: "silent" });
  const opened = openEnomAccounts(w.env, { file, clock: systemClock, log, fleet: w });
  onTestFinished(() => opened.close());
  const { accounts } = opened;
  for (const { entry } of accounts.all) await accountRecords(w.redis, w.keys).publish(entry);
  if (mode === "observe") await noteObserved(w, "main", w.time.now());
  return orderNeeds(w, { accounts });
}

const CHANGES = ["PurchaseServices", "CertConfigureCert", "CertPurchaseCert", "CertReissueCert", "CertModifyOrder"];
const changes = (w: World): number => CHANGES.flatMap((each) => w.enom.asked(each)).length;

test("while an account observes, orders, reissues, the policy and commands change nothing at eNom and mail nobody; live is confirmed by a person", async () => {
  const w = await world();
  const reference = await w.accept({});
  const old = await drive(w, reference, issued);
  const needs = await inMode(w, "observe");
  const before = changes(w);
  const mails = (await w.queues.all.notify.getJobs()).length;

  const other = await w.accept({ reference: "new-order", cn: "www.example.com" });
  const waiting = await drive(w, other, withCode("account-observes"), needs);
  const asked = await requestReissue(old, { id: "test", who: "ops" }, w.time.now());
  if (asked.kind !== "requested") throw new Error(JSON.stringify(asked));
  await w.certificates.save(asked.certificate, w.time.now());
  await reissueCertificate({ v: 1, reference }, "1", needs);
  const [account] = needs.accounts.all;
  const command = await account?.enom.cancelConfiguration(1).catch((error: unknown) => error);
  const slot = { service: "Certificate-RapidSSL-RapidSSL", years: 1 };
  const purchase = await account?.enom.buySlot(slot, async () => {});
  const spent = (await get(w, reference, withCode("account-observes"))).record;

  expect(waiting.record.attention?.message).toContain("Account main only observes (mode: observe)");
  expect(spent.reissue?.state).toBe("requested");
  expect(command).toMatchObject({ code: "account-observes" });
  expect(purchase).toMatchObject({ kind: "not-sent", error: { code: "account-observes" } });
  const held = await inMode(w, "dedicated");
  await drive(w, other, ({ record }) => /has observed until now/.test(record.attention?.message ?? ""), held);
  expect(changes(w)).toBe(before);
  expect((await w.queues.all.notify.getJobs()).filter(({ data }) => data.template !== "operation-failed")).toHaveLength(
    mails,
  );

  const unsure = await runHere(["account", "live", "main"], w.env);
  const sure = await runHere(["account", "live", "main", "--yes"], w.env);
  expect([unsure.code, sure.code]).toEqual([2, 0]);
  expect(unsure.stderr).toContain("certfleet account live main --yes");
  await drive(w, other, issued, held);
  expect(w.enom.books.purchases()).toHaveLength(2);
});

test("a report holds what became due against what was done at eNom, and shadow shows the differences", async () => {
  const w = await world();
  const reference = await w.accept({});
  const one = await drive(w, reference, issued);
  const live = orderNeeds(w);
  const needs = await inMode(w, "observe");
  const [account] = needs.accounts.all;
  if (!account) throw new Error("no account");

  const first = await reportShadow(account, needs);
  // The old system goes on: it buys for another name.
  const other = await w.accept({ reference: "old-shop", cn: "www.example.com" });
  await w.redis.del(w.keys.observed("main"));
  await drive(w, other, issued, live);
  const end = new Date(one.record.issue?.notAfter ?? "");
  const late = { ...needs, clock: { now: () => plusDays(end, -1) } } as OrderNeeds;
  await noteObserved(w, "main", w.time.now());
  await actOn(reference, late);
  const second = await reportShadow(account, late);
  const shown = await runHere(["account", "shadow", "main", "--json"], w.env);

  expect(first).toMatchObject({ since: null, certificates: 1, details: 1, other: [], differences: [] });
  expect((await get(w, reference)).record).toMatchObject({ reissue: null, actedOn: null });
  expect(second.other).toMatchObject([{ kind: "purchase", domain: "www.example.com" }]);
  expect(second.fleet.map(({ reference: of }) => of)).toContain(reference);
  expect(JSON.parse(shown.stdout)).toMatchObject({ account: "main", mode: "observe", observes: true });
  expect(JSON.parse(shown.stdout).differences).toEqual(second.differences);
});

test("what both did is no difference, also on another day; each is counted once", () => {
  const act = (kind: "reissue" | "mail", domain: string, at: string) =>
    ({ kind, domain, at, reference: null, certId: 1, detail: "" }) as const;
  const fleet = [act("reissue", "a.example", "1"), act("reissue", "a.example", "2"), act("mail", "b.example", "1")];

  expect(differencesOf(fleet, [act("reissue", "a.example", "9"), act("reissue", "c.example", "3")])).toMatchObject([
    { domain: "a.example", only: "fleet", at: "2" },
    { domain: "c.example", only: "other" },
  ]);
});
