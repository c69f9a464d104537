// A person at a terminal, who answers what `certfleet account add` asks.
import { spawn, spawnSync } from "node:child_process";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { onTestFinished } from "vitest";

const PROGRAM = resolve(import.meta.dirname, "../../../../src/main.ts");

/** A terminal for programs is made by `script`. */
export const hasTerminal = spawnSync("script", ["--version"]).status === 0;

export const ENTER = "\r";
/** Wipes what is typed so far. */
export const CLEAR = "\u0015";

/** `talk`: what is waited for on the screen, and what is typed then. `unasked`: what never came. */
export async function wizard(
  env: NodeJS.ProcessEnv,
  talk: readonly (readonly [awaited: string, typed: string])[],
): Promise<{ code: unknown; said: string; unasked: string[] }> {
  const child = spawn("script", ["-qec", `"${process.execPath}" "${PROGRAM}" account add`, "/dev/null"], {
    env: { PATH: process.env.PATH, TERM: "xterm", COLUMNS: "200", ...env },
    cwd: tmpdir(),
  });
  onTestFinished(() => void child.kill("SIGKILL"));
  const ended = once(child, "close");
  const ahead = [...talk];
  let [said, seen] = ["", 0];
  child.stdout.setEncoding("utf8").on("data", (part: string) => {
    said += part;
    const [awaited, typed] = ahead[0] ?? [];
    if (awaited === undefined || !said.slice(seen).includes(awaited)) return;
    seen = said.length;
    ahead.shift();
    child.stdin.write(`${typed}`);
  });
  const [code] = await ended;
  return { code, said, unasked: ahead.map(([awaited]) => awaited) };
}
