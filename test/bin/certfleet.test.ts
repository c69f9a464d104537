// The command starts the program under a Node that can run it, and is then as good as invisible.
import { type ChildProcess, spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { cpSync, mkdirSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { oldNode } from "../support/old-node.ts";

const nodes = [process.execPath, ...(oldNode ? [oldNode] : [])];

test.each(nodes)("started with %s, the program runs with its words on a Node that is new enough", (node) => {
  const { command } = aCheckout();

  const run = spawnSync(node, [command, "certificate", "show", "two words"], { encoding: "utf8" });

  expect(run.stderr).toBe("");
  expect(JSON.parse(run.stdout)).toEqual({ words: ["certificate", "show", "two words"], node: process.version });
});

test.each(nodes)("started with %s, the program's exit code is the command's", (node) => {
  const { command } = aCheckout();

  expect(spawnSync(node, [command, "exit", "75"]).status).toBe(75);
});

test.each(nodes)("started with %s, a termination reaches the program, which ends in its own way", async (node) => {
  const { command } = aCheckout();
  const running = spawn(node, [command, "wait"], { detached: true, stdio: ["ignore", "pipe", "inherit"] });
  onTestFinished(() => endGroup(Number(running.pid)));
  await once(running.stdout, "data");

  running.kill("SIGTERM");

  expect(await ending(running)).toEqual([7, null]);
});

test.each(nodes)("started with %s, the command dies of the signal that its program died of", async (node) => {
  const { command } = aCheckout();
  const running = spawn(node, [command, "die"], { stdio: "ignore" });

  expect(await ending(running)).toEqual([null, "SIGKILL"]);
});

test("the command can be linked into a folder of the PATH", () => {
  const { folder, command } = aCheckout();
  const link = join(folder, "linked");
  symlinkSync(command, link);

  const run = spawnSync(link, ["--help"], { encoding: "utf8" });

  expect(JSON.parse(run.stdout)).toMatchObject({ words: ["--help"] });
});

test.each(nodes)("started with %s and without dependencies, the command says in one sentence what to do", (node) => {
  const { folder, command } = aCheckout();
  rmSync(join(folder, "node_modules"), { recursive: true });

  const run = spawnSync(node, [command, "up"], { encoding: "utf8" });

  expect(run.status).toBe(1);
  expect(run.stderr).toBe("certfleet: its dependencies are not installed, run npm ci\n");
});

/** The command, with a program in place of ours that shows what reaches it. */
function aCheckout(): { folder: string; command: string } {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-test-"));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  for (const name of ["bin", "src", "node_modules/.bin"]) mkdirSync(join(folder, name), { recursive: true });
  cpSync("bin/certfleet", join(folder, "bin/certfleet"));
  symlinkSync(process.execPath, join(folder, "node_modules/.bin/node"));
  writeFileSync(join(folder, "node_modules/.package-lock.json"), "{}");
  writeFileSync(join(folder, "package.json"), '{"type":"module"}');
  writeFileSync(
    join(folder, "src/main.ts"),
    `const words: string[] = process.argv.slice(2);
    if (words[0] === "exit") process.exit(Number(words[1]));
    if (words[0] === "die") process.kill(process.pid, "SIGKILL");
    if (words[0] === "wait") {
      process.on("SIGTERM", () => process.exit(7));
      setInterval(() => {}, 1_000);
    }
    console.log(JSON.stringify({ words, node: process.version }));`,
  );
  return { folder, command: join(folder, "bin/certfleet") };
}

function ending(child: ChildProcess): Promise<unknown[]> {
  return once(child, "exit");
}

/** Whatever a failed test left running. */
function endGroup(leader: number): void {
  try {
    process.kill(-leader, "SIGKILL");
  } catch {} // all gone, as it should be
}
