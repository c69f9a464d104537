// Promise: a running shop moves in with one verb. Everything that was issued gets a record, everything odd is named, and nothing
// is bought, reissued or mailed before somebody says from when on.
import { writeFile } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { plusDays, plusYears, utcDate } from "../../../src/shared/base/dates.ts";
import { audit } from "../../../src/workers/audit/audit.ts";
import { faultsOfLedger } from "../../../src/workers/audit/invariants.ts";
import { sweepDue } from "../../../src/workers/due/sweep.ts";
import { findFrozen } from "../../../src/workers/ledger/maintenance.ts";
import { rebuild } from "../../../src/workers/ledger/rebuild.ts";
import { certfleet } from "../../producers/cli/support.ts";
import { type Bend, bendingProxy } from "../../support/bending-proxy.ts";
import { orderNeeds } from "../../support/needs.ts";
import { quickAccount } from "../../support/quick-account.ts";
import { type World, world } from "../../support/world.ts";
import { sell, tenYears } from "./shop.ts";

const now = new Date();
const monthsAgo = (months: number): Date => plusDays(now, -30 * months);
const MINUTE = 60_000;
const WRITES = ["PurchaseServices", "CertReissueCert", "CertConfigureCert", "CertPurchaseCert", "CertModifyOrder"];

async function say(w: World, ...words: string[]) {
  const said = await certfleet(["certificate", ...words], { env: w.env });
  return { ...said, json: said.stdout.startsWith("{") ? JSON.parse(said.stdout) : undefined };
}

/** Has the fleet of this world speak with eNom through a proxy that bends its answers. */
async function through(w: World, bend: Bend): Promise<void> {
  const proxy = await bendingProxy(w.enom.url);
  proxy.bend = bend;
  const folder = join(w.env.CERTFLEET_CONFIG ?? "", "..");
  w.env.CERTFLEET_CONFIG = quickAccount(folder, proxy.url, w.enom.ca.rootPem);
}

async function csv(w: World, text: string): Promise<string> {
  const file = join(w.env.CERTFLEET_JOURNAL ?? "", "../match.csv");
  await writeFile(file, text);
  return file;
}

async function sweepAndCount(w: World) {
  const needs = orderNeeds(w);
  await sweepDue(needs);
  for (const account of needs.accounts.all) await audit(account, needs);
  expect(await findFrozen(needs, "main")).toBeUndefined();
  expect(await faultsOfLedger(needs, "main")).toEqual([]);
}

test("An account of ten years, much of it odd, comes in in one run: each odd certificate is named, nothing is bought or begun, and a second run changes nothing.", {
  timeout: 3 * MINUTE,
}, async () => {
  const w = await world();
  const { odd, bend } = await tenYears(w, { count: 30, nth: 3 }, now);
  await through(w, bend);

  const first = await say(w, "import", "main", "--json");
  const second = await say(w, "import", "main", "--json");

  expect(first.code).toBe(1);
  expect(new Set(first.json.odd.map(({ certId }: { certId: number }) => certId))).toEqual(new Set(odd));
  // Without a record are those that were refunded, are not issued, or are of a product that nobody knows.
  expect(first.json).toMatchObject({ listed: 30, imported: 23, own: 0, matched: 0, unmatched: 23, oddRows: [] });
  expect(second.json).toMatchObject({ imported: 0, updated: 0, renamed: 0, unchanged: 23, odd: first.json.odd });
  await sweepAndCount(w);
  expect(await w.redis.zcard(w.keys.due)).toBe(0);
  expect(await w.redis.zcard(w.keys.askedMails)).toBe(0);
  for (const command of WRITES) expect(w.enom.asked(command), command).toEqual([]);
});

test("An import that was cut off goes on where it was: no certificate that was read is read again, and none is missing.", {
  timeout: 2 * MINUTE,
}, async () => {
  const w = await world();
  for (let i = 0; i < 24; i++) await sell(w, { domain: `r${i}.example.com`, boughtAt: monthsAgo(3) });
  let answers = 0;
  await through(w, (xml, command) => {
    if (command === "CertGetCertDetail" && ++answers === 9) w.enom.settings.loginWorks = false;
    return xml;
  });

  const first = await say(w, "import", "main", "--json");
  w.enom.settings.loginWorks = true;
  const noted = Object.keys(await w.redis.hgetall(w.keys.imported("main"))).length - 1;
  const before = w.enom.asked("CertGetCertDetail").length;
  const second = await say(w, "import", "main", "--json");

  expect([first.code === 0, second.code]).toEqual([false, 0]);
  expect(noted).toBeGreaterThan(0);
  expect(second.json).toMatchObject({ resumedAt: noted, imported: 24, odd: [] });
  expect(w.enom.asked("CertGetCertDetail").length - before).toBe(24 - noted);
  expect(await w.redis.zcard(w.keys.byAcceptance)).toBe(24);
});

test("A match file gives the shop's references, each row that fits nothing is named by its line, and a corrected file gives them anew until they are adopted.", {
  timeout: 2 * MINUTE,
}, async () => {
  const w = await world();
  const old = await sell(w, { domain: "a.example.com", boughtAt: monthsAgo(30) });
  const a = await sell(w, { domain: "a.example.com", boughtAt: monthsAgo(3) });
  const b = await sell(w, { domain: "b.example.com", boughtAt: monthsAgo(4) });
  const c = await sell(w, { domain: "c.example.com", boughtAt: monthsAgo(5) });
  const rows = `\ufeffreference;certId;domain;orderId;note\r\nbm-1;;A.example.com;;by domain\r\nbm-2;="${b}";;;by number\r\n"bm-3";;;${c - 300_000};by order\r\n`;
  const wrong = `bm-4;999999;;;\r\nbm-1;;a.example.com;;twice\r\nbad name;;c.example.com;;\r\nbm-5;;nobody.example.com;;\r\n`;

  const first = await say(w, "import", "main", "--match", await csv(w, rows + wrong), "--json");
  const held = () => w.redis.hgetall(w.keys.ledger.held("main"));

  expect(first.code).toBe(1);
  expect(first.json.odd).toEqual([]);
  expect(first.json.oddRows.map(({ line }: { line: number }) => line)).toEqual([5, 6, 7, 8]);
  expect(await held()).toEqual({ "bm-1": `${a}`, "bm-2": `${b}`, "bm-3": `${c}`, [`enom-main-${old}`]: `${old}` });

  const swapped = await csv(w, `reference,certId\nbm-2,${a}\nbm-1,${b}\nbm-3,${c}\n`);
  const second = await say(w, "import", "main", "--match", swapped, "--json");
  expect({ code: second.code, renamed: second.json.renamed }).toEqual({ code: 0, renamed: 2 });
  expect(await held()).toMatchObject({ "bm-2": `${a}`, "bm-1": `${b}` });
  expect((await w.certificates.find("bm-2"))?.order.domain).toBe("a.example.com");

  await say(w, "import", "main", "--adopt", utcDate(plusDays(now, 5)), "--yes");
  const third = await say(w, "import", "main", "--match", await csv(w, `reference,certId\nbm-9,${a}\n`), "--json");
  expect(third.json.oddRows[0].what).toContain("it is adopted");
  expect(await held()).toMatchObject({ "bm-2": `${a}` });
});

test("Before it is adopted nothing looks at a certificate; what adopting brings is told first, and from that day on it is reissued as one of ours.", {
  timeout: 2 * MINUTE,
}, async () => {
  const w = await world();
  // Paid for two years, and its certificate ends in a few days.
  const boughtAt = plusDays(now, -396);
  const certId = await sell(w, { domain: "due.example.com", boughtAt, years: 2 });
  await say(w, "import", "main");
  const reference = `enom-main-${certId}`;
  await sweepAndCount(w);

  const asked = await certfleet(["certificate", "reissue", reference], { env: w.env });
  expect({ code: asked.code, told: asked.stderr.includes("--adopt") }).toEqual({ code: 4, told: true });
  const plan = await say(w, "import", "main", "--adopt", utcDate(plusDays(now, 3)), "--json");
  expect(plan.json).toMatchObject({ state: "planned", certificates: 1, reissues: 1, purchases: [] });
  expect((await w.certificates.find(reference))?.record.adopted).toBeUndefined();

  await say(w, "import", "main", "--adopt", utcDate(plusDays(now, 3)), "--yes");
  await sweepAndCount(w);
  expect((await w.certificates.find(reference))?.record.reissue).toBeNull();
  w.time.jump(4 * 24 * 3_600_000);
  await sweepAndCount(w);
  expect((await w.certificates.find(reference))?.record.reissue).toMatchObject({ state: "requested" });
  expect(w.enom.asked("PurchaseServices")).toEqual([]);
});

test("A ledger that is rebuilt from its journal still has every slot that was taken in, and a further import completes the records.", {
  timeout: 2 * MINUTE,
}, async () => {
  const w = await world();
  const certId = await sell(w, { domain: "kept.example.com", boughtAt: monthsAgo(2) });
  await say(w, "import", "main");
  const all = await w.redis.keys(`${w.keys.prefix.replace(/[{}]/g, "?")}:*`);
  await w.redis.unlink(all);
  const needs = orderNeeds(w);
  await rebuild(needs, { account: "main", words: "lost" }, { certificates: w.certificates, now });

  expect(await w.redis.hget(w.keys.ledger.owner("main"), `${certId}`)).toBe(`enom-main-${certId}`);
  const again = await say(w, "import", "main", "--json");
  expect({ code: again.code, imported: again.json.imported }).toEqual({ code: 0, imported: 1 });
  expect(await w.certificates.find(`enom-main-${certId}`)).toMatchObject({ state: "CONFIGURED", certId });
  expect(plusYears(monthsAgo(2), 1) > now).toBe(true);
});
