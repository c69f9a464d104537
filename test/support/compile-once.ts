// On a clean clone dozens of programs start before the first one has ended and left what it compiled: so one does it for all.
import { execFile } from "node:child_process";
import { existsSync } from "node:fs";
import { resolve } from "node:path";
import { promisify } from "node:util";

const source = resolve(import.meta.dirname, "../../src");
/** What programs load at most: a gateway, workers, the command line, a sandbox. */
const PARTS = ["producers/main.ts", "workers/main.ts", "producers/command-line.ts", "sandbox/start.ts"];

/** Fills the folder of NODE_COMPILE_CACHE where there is none yet. A second and a half of the processor. */
export async function compileOnce(): Promise<void> {
  const { NODE_COMPILE_CACHE: folder } = process.env;
  if (!folder || existsSync(folder)) return;
  const imports = PARTS.map((part) => `await import(${JSON.stringify(resolve(source, part))});`).join(" ");
  // Node writes what it compiled when it ends.
  await promisify(execFile)(process.execPath, ["--input-type=module", "-e", `${imports} process.exit(0);`]);
}
