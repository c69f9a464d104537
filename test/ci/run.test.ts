// The CI run ends with a line that can be counted and with the exit code of the tests, whatever went wrong before.
import { execFileSync, spawnSync } from "node:child_process";
import { cpSync, existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

test("a run whose tests pass ends with their count, once, and with exit code 0", () => {
  const run = runWith('echo "CI is $CI"; echo "12 passed, 0 failed, 1 skipped"');

  expect(run).toMatchObject({ status: 0, lines: ["CI is true", "12 passed, 0 failed, 1 skipped"] });
});

test("a run whose tests fail keeps their count and exit code, though npm has the last word", () => {
  const run = runWith('echo "11 passed, 1 failed, 0 skipped"; echo "npm error code 1" >&2; exit 5');

  expect(run).toMatchObject({
    status: 5,
    lines: ["11 passed, 1 failed, 0 skipped", "npm error code 1", "11 passed, 1 failed, 0 skipped"],
  });
});

test("a type error or a lint error, before any test ran, is one failure", () => {
  const run = runWith('echo "error TS2322"; exit 2');

  expect(run).toMatchObject({ status: 2, lines: ["error TS2322", "0 passed, 1 failed, 0 skipped"] });
});

test("a run that fails after all its tests have passed is not counted as clean", () => {
  const run = runWith('echo "12 passed, 0 failed, 0 skipped"; exit 1');

  expect(run.status).toBe(1);
  expect(run.lines.at(-1)).toBe("12 passed, 1 failed, 0 skipped");
});

test("a run in which nothing ran is a failure", () => {
  expect(runWith("true")).toMatchObject({ status: 1, lines: ["0 passed, 1 failed, 0 skipped"] });
});

test("Valkey is looked for among the backports, by the machine's own list of packages", () => {
  const list =
    "Types: deb\nURIs: http://packages.example\nSuites: old old-updates\nComponents: main\n\nTypes: deb\nSuites: old-security\n";
  const run = runWith("true", { ...COMPLETE, id: "echo 0", "apt-get": "true", "valkey-server": null }, list);

  expect(run.backports).toMatch(
    /^Types: deb\nURIs: http:\/\/packages\.example\nSuites: \w+-backports\nComponents: main\n\s*$/,
  );
});

test("a machine that lacks Redis, OpenSSL, a browser and other programs is brought them, and what cannot be had neither fails the run nor keeps the rest away", () => {
  const run = runWith('echo "12 passed, 0 failed, 1 skipped"', {
    id: "echo 0",
    "apt-get": 'echo "$*" >> "$(dirname "$0")/asked"; case "$*" in *redis-server*) exit 100;; esac',
  });

  expect(run).toMatchObject({
    status: 0,
    lines: [`installing ${PACKAGES.join(" ")}`, "12 passed, 0 failed, 1 skipped"],
    asked: ["update", ...PACKAGES],
  });
});

const PACKAGES = [
  ...["redis-server", "openssl", "chromium", "nginx"],
  ...["prometheus", "faketime", "systemd", "valkey-server"],
  ...["php-cli", "php-curl", "php-redis", "python3-redis", "jq", "curl"],
];
const PROGRAMS = [
  ...["redis-server", "openssl", "chromium", "nginx"],
  ...["promtool", "faketime", "systemd-analyze", "valkey-server"],
  ...["php", "python3", "jq", "curl"],
];
const COMPLETE = Object.fromEntries(PROGRAMS.map((name) => [name, "true"]));
/** What the script itself is made of. */
const SYSTEM = ["bash", "dirname", "grep", "mktemp", "rm", "sed", "tail", "tee"];

/** Runs a copy of the script on a machine with these programs and an npm that does this instead of our tests. */
function runWith(npm: string, machine: Record<string, string | null> = COMPLETE, list = "") {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  const path = join(folder, "path");
  for (const each of [".ci", "path"]) mkdirSync(join(folder, each));
  cpSync(".ci/run", join(folder, ".ci/run"));
  for (const name of SYSTEM) symlinkSync(execFileSync("which", [name], { encoding: "utf8" }).trim(), join(path, name));
  writeFileSync(join(folder, "debian.sources"), list);
  for (const [program, script] of Object.entries({ id: "echo 1000", ...machine, npm })) {
    if (script === null) continue;
    writeFileSync(join(path, program), `#!/bin/sh\n${script}\n`, { mode: 0o755 });
  }
  const { status, stdout } = spawnSync(join(folder, ".ci/run"), {
    encoding: "utf8",
    env: { PATH: path, APT_LISTS: folder },
  });
  const asked = existsSync(join(path, "asked")) ? readFileSync(join(path, "asked"), "utf8").trim().split("\n") : [];
  const found = join(folder, "certfleet-backports.sources");
  const backports = existsSync(found) ? readFileSync(found, "utf8") : "";
  return { status, lines: stdout.trim().split("\n"), asked: asked.map((words) => words.split(" ").at(-1)), backports };
}
