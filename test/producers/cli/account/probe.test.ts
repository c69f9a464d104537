// Promises of `account probe` and `account replay` to who says them: exit codes, the report as text, JSON and page, the
// audit trail, and a folder that can be sent on: nobody's data in it.
import { readdirSync, readFileSync, statSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { probe } from "../../../../src/workers/commands/account.ts";
import { issued, world } from "../../../support/world.ts";
import { bentEnom, LOGIN, of } from "../../../workers/probe/bent.ts";
import { certfleet } from "../support.ts";

/** What eNom knows of people, and of the login. */
const PLANTED = {
  AdminFName: "Canaria",
  AdminAddress1: "Canary Row 17",
  AdminPhone: "+31.612345678",
  AdminEmailAddress: "canaria@privat.example.org",
  TechLName: "Kanarienvogel",
  Message: "Canaria (canaria@privat.example.org) called from +31.612345678 as canary-reseller",
  PVT: "-----BEGIN PRIVATE KEY-----canarykey-----END PRIVATE KEY-----",
  Keeper: "Kanarienvogel",
};
const plant = of("CertGetCertDetail", (xml) =>
  Object.entries(PLANTED).reduce((bent, [name, value]) => {
    const filled = `<${name}>${value}</${name}>`;
    const there = new RegExp(`<${name}>[\\s\\S]*?</${name}>`);
    return there.test(bent) ? bent.replace(there, filled) : bent.replace("<CSR>", `${filled}<CSR>`);
  }, xml),
);
const CANARY = /canar|kanar|Zx81|612345678|privat\.example|MIIB[\w+/]*(?=[\s\S]*CERTIFICATE REQUEST)/i;

test("what may be sent on names no person, no login and no key, and no domain where that is asked", async () => {
  const { probed } = await bentEnom();

  const { report, folder } = await probed(plant, { maskDomains: true });

  const texts = readdirSync(folder).map((file) => readFileSync(join(folder, file), "utf8"));
  for (const text of [...texts, JSON.stringify(report)]) {
    expect(text).not.toMatch(CANARY);
    expect(text).not.toMatch(/(shop|waits)\.example\.net/);
  }
  expect(texts.join("")).toMatch(/<ApproverEmail>admin@masked-\d+\.invalid</);
  expect(texts.join("")).toMatch(/<DomainName>(<!\[CDATA\[)?masked-\d+\.example/);
  expect(statSync(folder).mode & 0o077).toBe(0);
}, 30_000);

test("a fleet's own account ends with 0, a stranger's purchase with 1 and its switch; both stand in the audit trail", async () => {
  const w = await world();
  await w.work(["open"]);
  await w.until(await w.order({}), issued);
  const [first, second, page] = ["first", "second", "page.html"].map((name) => join(w.env.ENOM_LOG ?? "", "..", name));

  const well = await certfleet(["account", "probe", "main", "--answers", `${first}`, "--html", `${page}`], {
    env: w.env,
  });
  w.enom.colleague.buys("Certificate-RapidSSL-RapidSSL", 1);
  const bad = await certfleet(["account", "probe", "main", "--answers", `${second}`, "--json"], { env: w.env });
  const { REDIS_URL: _redis, ENOM_USERNAME: _user, ENOM_PASSWORD: _password, CERTFLEET_CONFIG: _file, ...bare } = w.env;
  const again = await certfleet(["account", "replay", `${second}`, "--json"], { env: bare });
  const taken = await certfleet(["account", "probe", "main", "--answers", `${second}`], { env: w.env });

  expect([well.code, bad.code, again.code, taken.code]).toEqual([0, 1, 1, 1]);
  expect(well.stdout).toContain("✓ Nothing that matters differs: the fleet understands this account.");
  expect(well.stdout).toContain("Clock         eNom's clock goes by UTC-8 (as US Pacific)");
  const told = JSON.parse(bad.stdout);
  expect(told).toMatchObject({ account: "main", ok: false, answers: second });
  expect(told.differences[0]).toMatchObject({
    command: "CertGetCerts",
    element: "CertID",
    kind: "others-buy",
    switch: "mode: shared",
  });
  expect(JSON.parse(again.stdout)).toEqual({ ...told, answers: second });
  expect(taken.stderr).toContain("holds the answers of another probe");
  const html = readFileSync(`${page}`, "utf8");
  expect(html).toMatch(/<h1>Account main<\/h1>[\s\S]*the fleet understands this account/);
  const trail = await certfleet(["audit", "list"], { env: w.env });
  expect(trail.stdout.match(/account\.probe +main +(done|failed)/g)).toHaveLength(3);
}, 60_000);

test("an account that is not configured, a folder without answers and a folder that is none are told", async () => {
  const { env, home } = await bentEnom();
  const said = (...words: string[]) => certfleet(words, { env });

  expect(await said("account", "probe", "nobody", "--answers", join(home, "none"))).toMatchObject({ code: 3 });
  expect(await said("account", "replay", home)).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("no recorded answers"),
  });
  expect(await said("account", "replay", join(home, "absent"))).toMatchObject({
    code: 1,
    stderr: expect.stringContaining("There is no folder"),
  });
  expect(await probe(env, "nobody", { folder: home, maskDomains: false })).toBeUndefined();
  expect(LOGIN.password).toContain("canary");
}, 30_000);
