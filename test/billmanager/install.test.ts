// Promise: install.sh puts one file and its texts where BILLmanager looks for them; it runs alone, and goes away again.
import { execFile } from "node:child_process";
import { existsSync, globSync, mkdirSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { mkdtemp } from "node:fs/promises";
import { createRequire } from "node:module";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { builtInProducts } from "../../src/shared/certificate/products.ts";
import { quickFolder } from "../support/quick-folder.ts";
import { anOrder, pretendedGateway } from "./gateway.ts";

const root = resolve(import.meta.dirname, "../../integrations/billmanager");
const require = createRequire(import.meta.url);
const run = promisify(execFile);
const texts = readFileSync(join(root, "billmgr_mod_pmenomfleet.xml"), "utf8");
const KEY = "cf_canary-key-0123456789";

/** Answers from files, and notes words and environment as `ps` and the panel would see them. */
const MGRCTL = `#!/bin/sh
echo "$*" >>"$(dirname "$0")/words"
[ -z "$PMENOMFLEET_CRT" ] || printf %s "$PMENOMFLEET_CRT" >"$(dirname "$0")/crt"
cat "$(dirname "$0")/$5.xml" 2>/dev/null || echo '<doc/>'
`;

test("Installed, run by itself with a real mgrctl, upgraded and removed.", async () => {
  const prefix = await mkdtemp(join(quickFolder(), "certfleet-bm-"));
  onTestFinished(() => rmSync(prefix, { recursive: true, force: true, maxRetries: 5 }));
  const panel = join(prefix, "usr/local/mgr5");
  const program = join(panel, "processing/pmenomfleet");
  const node = ["--node", process.execPath];
  const pem = "-----BEGIN CERTIFICATE-----\nMIIB\n-----END CERTIFICATE-----\n";
  const gateway = await pretendedGateway({
    "GET /v1/certificates/bm-5-1": anOrder("bm-5-1"),
    "GET /v1/certificates/bm-5-1/pem": pem,
  });

  await run(join(root, "install.sh"), ["--prefix", prefix, ...node]);
  await run(join(root, "install.sh"), [`--prefix=${prefix}`, ...node]);

  expect(statSync(program).mode & 0o777).toBe(0o755);
  expect(readFileSync(join(panel, "etc/xml/billmgr_mod_pmenomfleet.xml"), "utf8")).toBe(texts);
  mkdirSync(join(panel, "sbin"));
  const files = {
    mgrctl: MGRCTL,
    "service.edit.xml":
      "<doc><CN>shop.example.com</CN><processingmodule>17</processingmodule><service_status>4</service_status></doc>",
    "processing.edit.xml": `<doc><url>${gateway.url}/</url><password>${KEY}</password></doc>`,
  };
  for (const [name, text] of Object.entries(files)) writeFileSync(join(panel, "sbin", name), text, { mode: 0o755 });
  const synced = await run(program, ["--command", "sync_item", "--item=5", "--userid", "1"], { env: {} });
  expect(synced).toMatchObject({ stdout: "<doc/>\n", stderr: "" });
  const words = readFileSync(join(panel, "sbin/words"), "utf8");
  expect(words).toContain("-m billmgr -o xml certificate.save sok=ok elid=5 -e crt=$PMENOMFLEET_CRT\n");
  expect(words).toContain("service.setstatus elid=5 service_status=5\n");
  expect(readFileSync(join(panel, "sbin/crt"), "utf8")).toBe(pem);
  expect(words + readFileSync(join(panel, "var/pmenomfleet.log"), "utf8")).not.toContain(KEY);
  await expect(run(program, ["--command", "renew"], { env: {} })).rejects.toMatchObject({
    code: 1,
    stdout: expect.stringContaining('<error type="pmenomfleet_usage"'),
  });

  await run(join(root, "install.sh"), ["--remove", "--prefix", prefix]);
  expect([program, join(panel, "etc")].filter(existsSync)).toEqual([]);
}, 60_000);

test("The types of certificate are the fleet's products, with what each needs; a file adds more.", async () => {
  const { features } = require("../../integrations/billmanager/src/commands/features.cjs");
  const base = await mkdtemp(join(quickFolder(), "certfleet-bm-"));
  onTestFinished(() => rmSync(base, { recursive: true, force: true }));
  mkdirSync(join(base, "etc"));
  writeFileSync(
    join(base, "etc/pmenomfleet.conf"),
    "# ours\ntype.Certificate-Sectigo-Essential Sectigo Essential, dns\n",
  );

  const said: string = await features(base);

  for (const { service, name, level, wildcard, methods } of builtInProducts) {
    const [line = ""] = new RegExp(`<template id="${service}" name="${service}" [^>]*/>`).exec(said) ?? [];
    const flags = ["orginfo", "wildcard", "authdnstxt"].map((flag) => line.includes(`${flag}="yes"`));
    expect([service, line.includes(`display_name="${name}"`), ...flags]).toEqual([
      ...[service, true, level !== "DV", wildcard, methods.includes("dns")],
    ]);
    expect(texts.split(`<msg name="${service}">${name}</msg>`)).toHaveLength(3);
  }
  expect(said.match(/<template /g)).toHaveLength(builtInProducts.length + 1);
  expect(said).toContain('id="Certificate-Sectigo-Essential"');
});

test("Every field and every type of error has its words, in English and in Russian.", () => {
  const { PARAMS } = require("../../integrations/billmanager/src/commands/features.cjs");
  const [, en = "", ru = ""] = texts.split(/<lang name="(?:en|ru)">/);
  // `threshold` is BILLmanager's own field: the minimal balance.
  const fields: string[] = [...PARAMS.filter((name: string) => name !== "threshold"), "password"];
  const code = sources();
  const types = new Set(
    [...code.matchAll(/"(pmenomfleet_\w+|client|auth|invalid_login_or_passwd)"/g)].map(([, type]) => type),
  );

  expect(types.size).toBeGreaterThan(15);
  for (const words of [en, ru]) {
    for (const name of fields) expect(words).toMatch(new RegExp(`<msg name="${name}">[^]*<msg name="hint_${name}">`));
    for (const type of types) expect(words).toContain(`<msg name="msg_error_${type}">`);
  }
  for (const name of fields) expect(texts).toContain(`<field name="${name}">`);
});

function sources(): string {
  const files = globSync("src/**/*.cjs", { cwd: root });
  expect(files.length).toBeGreaterThan(30);
  return files.map((file) => readFileSync(join(root, file), "utf8")).join("\n");
}
