// The set-up before every npm script installs what is locked: once, whole, and only when it has to.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

test("a fresh checkout is installed once, however many scripts start at the same time", async () => {
  const checkout = aCheckout();

  const codes = await Promise.all([checkout.ensure(), checkout.ensure(), checkout.ensure()]);

  expect(codes).toEqual([0, 0, 0]);
  expect(checkout.installations()).toBe(1);
  expect(readdirSync(join(checkout.folder, ".data"))).toEqual([]);
});

test("what is installed already, even by a plain npm ci, is not installed again, whatever platform it is for", async () => {
  const checkout = aCheckout();
  checkout.installByHand({ "node_modules/needed": { version: "1.0.0" } });

  expect(await checkout.ensure()).toBe(0);

  expect(checkout.installations()).toBe(0);
});

test("a lock file that changed is installed, and so is an installation that left something out", async () => {
  const checkout = aCheckout();
  checkout.installByHand({ "node_modules/needed": { version: "0.9.0" } });
  expect(await checkout.ensure()).toBe(0);
  expect(checkout.installations()).toBe(1);

  checkout.installByHand({});
  expect(await checkout.ensure()).toBe(0);
  expect(checkout.installations()).toBe(2);
});

test("an installer that was killed does not stop the next ones, and one of them installs", async () => {
  const checkout = aCheckout();
  const dead = spawn("true");
  await once(dead, "exit");
  mkdirSync(join(checkout.folder, ".data/ensure-deps.lock"), { recursive: true });
  writeFileSync(join(checkout.folder, ".data/ensure-deps.lock/pid"), String(dead.pid));

  const codes = await Promise.all([checkout.ensure(), checkout.ensure()]);

  expect(codes).toEqual([0, 0]);
  expect(checkout.installations()).toBe(1);
  expect(readdirSync(join(checkout.folder, ".data"))).toEqual([]);
});

test("an installation that fails stops the script that wanted it, and leaves the way free for another try", async () => {
  const checkout = aCheckout("process.exit(3)");

  expect(await checkout.ensure()).toBe(1);

  expect(readdirSync(join(checkout.folder, ".data"))).toEqual([]);
});

/** A folder with the script, a lock file, and an npm that notes each call and then installs the lock, slowly. */
function aCheckout(npm = "setTimeout(install, 300)") {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const packages = {
    "": { name: "certfleet" },
    "node_modules/needed": { version: "1.0.0" },
    "node_modules/of-another-platform": { version: "1.0.0", optional: true },
  };
  const calls = join(folder, "calls");
  mkdirSync(join(folder, "scripts"));
  cpSync("scripts/ensure-deps.mjs", join(folder, "scripts/ensure-deps.mjs"));
  writeFileSync(join(folder, "package-lock.json"), JSON.stringify({ packages }));
  writeFileSync(
    join(folder, "npm.cjs"),
    `const { appendFileSync, mkdirSync, writeFileSync } = require("node:fs");
    appendFileSync(${JSON.stringify(calls)}, process.argv.slice(2).join(" ") + "\\n");
    function install() {
      const { "node_modules/needed": needed } = require("./package-lock.json").packages;
      mkdirSync("node_modules/.bin", { recursive: true });
      writeFileSync("node_modules/.bin/node", "");
      writeFileSync("node_modules/.package-lock.json", JSON.stringify({ packages: { "node_modules/needed": needed } }));
    }
    ${npm};`,
  );
  return {
    folder,
    installations: () => (existsSync(calls) ? readFileSync(calls, "utf8").trim().split("\n").length : 0),
    installByHand(installed: Record<string, { version: string }>) {
      mkdirSync(join(folder, "node_modules/.bin"), { recursive: true });
      writeFileSync(join(folder, "node_modules/.bin/node"), "");
      writeFileSync(join(folder, "node_modules/.package-lock.json"), JSON.stringify({ packages: installed }));
    },
    async ensure(): Promise<unknown> {
      const env = { ...process.env, npm_execpath: join(folder, "npm.cjs") };
      const script = spawn(process.execPath, ["scripts/ensure-deps.mjs"], { cwd: folder, env, stdio: "ignore" });
      const [code] = await once(script, "exit");
      return code;
    },
  };
}
