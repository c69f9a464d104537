// The first key and the first console user of a live fleet: made once, for their owner alone, and only where they are missing.
import { mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { firstAccess } from "../../src/sandbox/first-access.ts";

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "certfleet-access-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

const NO_FILE = { CERTFLEET_CONFIG: "" };

test("both are made where there is neither, and are the same at the next start", () => {
  const dataDir = folder();
  const first = firstAccess(NO_FILE, dataDir);
  const read = () => ["api-key", "board-password"].map((name) => readFileSync(join(dataDir, name), "utf8"));
  const before = read();
  const second = firstAccess(NO_FILE, dataDir);

  expect(second).toEqual(first);
  expect(read()).toEqual(before);
  expect(new Set(before).size).toBe(2);
  for (const secret of before) expect(secret).toMatch(/^[\w-]{32}\n$/);
  expect(first.env).toMatchObject({
    CERTFLEET_API_KEY_FILE: join(dataDir, "api-key"),
    BOARD_USER: "admin",
    BOARD_PASSWORD_FILE: join(dataDir, "board-password"),
  });
  expect(JSON.stringify(first)).not.toContain(before[0]?.trim());
});

test("a file whose rights somebody widened is its owner's alone again", () => {
  const dataDir = folder();
  writeFileSync(join(dataDir, "api-key"), "a-key-of-sixteen-characters\n", { mode: 0o644 });
  firstAccess(NO_FILE, dataDir);
  expect(statSync(join(dataDir, "api-key")).mode & 0o777).toBe(0o600);
});

test.each([
  [{ CERTFLEET_API_KEY: "a-key-of-sixteen-characters" }, ["Password of admin"]],
  [{ CERTFLEET_API_KEY_FILE: "/run/key" }, ["Password of admin"]],
  [{ BOARD_USER: "ops", BOARD_PASSWORD: "correct horse" }, ["API key"]],
  [{ BOARD_USER: "ops" }, ["API key"]], // the gateway says that its password is missing
  [{ HOST: "unix:/run/certfleet/gateway.sock" }, ["Password of admin"]],
])("what the caller has set is not made: %j", (env, made) => {
  expect(firstAccess({ ...NO_FILE, ...env }, folder()).told.map(([name]) => name)).toEqual(made);
});

test("keys of the configuration file are keys", () => {
  const dataDir = folder();
  const file = join(dataDir, "certfleet.yaml");
  writeFileSync(file, `apiKeys:\n  - { id: shop, sha256: ${"ab".repeat(32)} }\n`);
  expect(firstAccess({ CERTFLEET_CONFIG: file }, dataDir).told.map(([name]) => name)).toEqual(["Password of admin"]);
});
