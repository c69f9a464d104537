// Promise: the scripts for bash, zsh and fish complete verbs, options, values and references, and are quiet where nothing is there.
import { execFile } from "node:child_process";
import { mkdtemp, writeFile } from "node:fs/promises";
import { delimiter, join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, inject, test } from "vitest";
import { bareEnv } from "../../../support/process.ts";
import { quickFolder } from "../../../support/quick-folder.ts";
import { anOrder, world } from "../../http/world.ts";

const program = resolve(import.meta.dirname, "../../../../src/main.ts");
const run = promisify(execFile);

/** A folder with the program under its name, and the scripts of the shells. */
async function shells() {
  const w = await world();
  await w.call("POST", "/v1/certificates", await anOrder({ reference: "bill-77" }));
  const folder = await mkdtemp(join(quickFolder(), "completion-"));
  const bin = join(folder, "certfleet");
  await writeFile(bin, `#!/bin/sh\nexec '${process.execPath}' '${program}' "$@"\n`, { mode: 0o755 });
  const base = bareEnv();
  const env = {
    ...{ ...base, HOME: folder, PATH: `${folder}${delimiter}${base.PATH}` },
    ...{ REDIS_URL: inject("redisUrl"), CERTFLEET_PREFIX: w.keys.prefix },
  };
  return { folder, env };
}

test("In bash, Tab offers verbs, options, values and references; without a fleet everything but the references.", {
  timeout: 60_000,
}, async () => {
  const { folder, env } = await shells();
  const ask = `
    eval "$(certfleet completion bash)"
    offer() { COMP_WORDS=("$@"); COMP_CWORD=$(($#-1)); COMPREPLY=(); __certfleet_complete 2>/dev/null; echo "\${COMPREPLY[*]}"; }
    offer certfleet certificate res
    offer certfleet certificate list --output ""
    for try in 1 2 3 4 5; do refs=$(offer certfleet certificate show bill); [ -n "$refs" ] && break; done; echo "$refs"
    REDIS_URL=redis://127.0.0.1:2 offer certfleet certificate show bill
`;
  const script = join(folder, "ask.bash");
  await writeFile(script, ask);

  const { stdout, stderr } = await run("bash", ["--norc", script], { env });

  expect(stderr).toBe("");
  expect(stdout.split("\n")).toEqual(["resend resolve restore", "table wide json csv ndjson", "bill-77", "", ""]);
});

const isThere = (shell: string) =>
  run(shell, ["-c", "true"]).then(
    () => true,
    () => false,
  );
const [hasZsh, hasFish] = [await isThere("zsh"), await isThere("fish")];

test.skipIf(!hasFish && !process.env.CI)("fish offers the same (skipped: fish is not installed)", async () => {
  const { env } = await shells();

  const { stdout } = await run(
    "fish",
    ["-c", "certfleet completion fish | source; complete -C 'certfleet certificate res'"],
    { env },
  );

  expect(stdout.split("\n").map((each) => each.split("\t")[0])).toEqual(["resend", "resolve", "restore", ""]);
});

test.skipIf(!hasZsh && !process.env.CI)("zsh takes its script (skipped: zsh is not installed)", async () => {
  const { env } = await shells();

  const ask = "autoload -Uz compinit; compinit -u; source <(certfleet completion zsh); whence -w _certfleet";
  const { stdout } = await run("zsh", ["-f", "-c", ask], { env });

  expect(stdout).toBe("_certfleet: function\n");
});
