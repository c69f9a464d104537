// How long a person waits: for a verb, and for the sandbox from nothing running until its samples are issued. Medians, warm.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { resolve } from "node:path";
import { MEMORY_FLAGS } from "../../../src/shared/process/memory.ts";
import { median } from "../../scale/machine.ts";

const root = resolve(import.meta.dirname, "../../..");
const VERBS = [["--version"], ["--help"], ["certificate", "--help"], ["queue", "--help"], ["account", "--help"]];
const TIMES = 7;

export interface Start {
  name: string;
  /** Median of the wall clock. */
  seconds: number;
}

export async function measureStarts(times = TIMES): Promise<{ verbs: Start[]; sandboxSeconds: number }> {
  const verbs: Start[] = [];
  for (const words of VERBS) {
    const taken = [];
    for (let i = -1; i < times; i++) taken.push(await secondsOf(["bin/certfleet", ...words])); // the first compiles
    verbs.push({ name: `certfleet ${words.join(" ")}`, seconds: median(taken.slice(1)) });
  }
  const sandbox = [];
  for (let i = -2; i < 3; i++) {
    // As `npm start` does; what the sandbox of this checkout has kept stays.
    sandbox.push(await secondsOf([...MEMORY_FLAGS, "src/main.ts", "start", "--once"]));
  }
  return { verbs, sandboxSeconds: median(sandbox.slice(2)) };
}

async function secondsOf(words: readonly string[]): Promise<number> {
  const began = performance.now();
  const env = { ...process.env, NODE_COMPILE_CACHE: resolve(root, ".data/compile-cache"), PORT: "" };
  const child = spawn(process.execPath, words, { cwd: root, stdio: "ignore", env });
  const [code] = await once(child, "exit");
  if (code !== 0) throw new Error(`${words.join(" ")} ended with ${code}`);
  return (performance.now() - began) / 1_000;
}
