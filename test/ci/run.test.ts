// The CI run ends with a line that can be counted and with the exit code of the tests, whatever went wrong before.
import { spawnSync } from "node:child_process";
import { chmodSync, cpSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { delimiter, join } from "node:path";
import { expect, onTestFinished, test } from "vitest";

test("a run whose tests pass ends with their count, once, and with exit code 0", () => {
  const run = runWith('echo "CI is $CI"; echo "12 passed, 0 failed, 1 skipped"');

  expect(run).toEqual({ status: 0, lines: ["CI is true", "12 passed, 0 failed, 1 skipped"] });
});

test("a run whose tests fail keeps their count and exit code, though npm has the last word", () => {
  const run = runWith('echo "11 passed, 1 failed, 0 skipped"; echo "npm error code 1" >&2; exit 5');

  expect(run).toEqual({
    status: 5,
    lines: ["11 passed, 1 failed, 0 skipped", "npm error code 1", "11 passed, 1 failed, 0 skipped"],
  });
});

test("a type error or a lint error, before any test ran, is one failure", () => {
  const run = runWith('echo "error TS2322"; exit 2');

  expect(run).toEqual({ status: 2, lines: ["error TS2322", "0 passed, 1 failed, 0 skipped"] });
});

test("a run that fails after all its tests have passed is not counted as clean", () => {
  const run = runWith('echo "12 passed, 0 failed, 0 skipped"; exit 1');

  expect(run.status).toBe(1);
  expect(run.lines.at(-1)).toBe("12 passed, 1 failed, 0 skipped");
});

test("a run in which nothing ran is a failure", () => {
  expect(runWith("true")).toEqual({ status: 1, lines: ["0 passed, 1 failed, 0 skipped"] });
});

/** Runs a copy of the script with an npm that does this instead of our tests, on a machine that has all it needs. */
function runWith(npm: string): { status: number | null; lines: string[] } {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, ".ci"));
  mkdirSync(join(folder, "path"));
  cpSync(".ci/run", join(folder, ".ci/run"));
  for (const [program, script] of [
    ["npm", npm],
    ["redis-server", "true"],
    ["openssl", "true"],
  ] as const) {
    writeFileSync(join(folder, "path", program), `#!/bin/sh\n${script}\n`);
    chmodSync(join(folder, "path", program), 0o755);
  }
  const env = { PATH: `${join(folder, "path")}${delimiter}${process.env.PATH}` };
  const { status, stdout } = spawnSync(join(folder, ".ci/run"), { encoding: "utf8", env });
  return { status, lines: stdout.trim().split("\n") };
}
