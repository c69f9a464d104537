// The real program in a process of its own, to be killed.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { onTestFinished } from "vitest";

const program = resolve(import.meta.dirname, "../../src/main.ts");

export interface Program {
  child: ChildProcess;
  /** Everything it wrote so far. */
  output: () => string;
  /** SIGKILL, and gone. */
  kill: () => Promise<void>;
}

/** `node src/main.ts …`, ended with the test at the latest. */
export function runProgram(args: readonly string[], env: NodeJS.ProcessEnv): Program {
  const child = spawn(process.execPath, [program, ...args], {
    env: { PATH: process.env.PATH, ...env },
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
