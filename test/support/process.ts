// The real program in a process of its own, to be killed.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { mkdir, symlink } from "node:fs/promises";
import { join, resolve } from "node:path";
import { onTestFinished } from "vitest";

const program = resolve(import.meta.dirname, "../../src/main.ts");

export interface Program {
  child: ChildProcess;
  /** Everything it wrote so far. */
  output: () => string;
  /** SIGKILL, and gone. */
  kill: () => Promise<void>;
}

/** What every process of ours gets: where programs are, and what makes it start quickly. All else is a setting. */
export function bareEnv(): NodeJS.ProcessEnv {
  const { PATH, NODE_COMPILE_CACHE } = process.env;
  return { PATH, NODE_COMPILE_CACHE };
}

/** Parts of a sandbox with this data folder find what others have compiled, as at a second start: they load in half the time. */
export async function compiledBefore(dataDir: string): Promise<void> {
  const { NODE_COMPILE_CACHE: compiled } = process.env;
  if (!compiled) return;
  await mkdir(compiled, { recursive: true });
  await mkdir(dataDir, { recursive: true });
  await symlink(compiled, join(dataDir, "compile-cache"));
}

/** `node src/main.ts …`, ended with the test at the latest. */
export function runProgram(args: readonly string[], env: NodeJS.ProcessEnv): Program {
  const child = spawn(process.execPath, [program, ...args], {
    env: { ...bareEnv(), ...env },
    stdio: ["ignore", "pipe", "pipe"],
  });
  const exited = once(child, "exit");
  let output = "";
  for (const stream of [child.stdout, child.stderr])
    stream?.on("data", (bytes: Buffer) => (output += bytes.toString()));
  const kill = async (): Promise<void> => {
    if (child.exitCode === null && child.signalCode === null) child.kill("SIGKILL");
    await exited;
  };
  onTestFinished(kill);
  return { child, output: () => output, kill };
}
