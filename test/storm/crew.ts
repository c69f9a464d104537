// The workers of a storm: real processes, one of which is killed every second, and another takes its place at once.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream } from "node:fs";
import { join, resolve } from "node:path";
import type { Random } from "./seeded.ts";

const program = resolve(import.meta.dirname, "../../src/main.ts");
const EVERY_MS = 1_000;

export interface Crew {
  kills: () => number;
  /** Workers that ended without being killed, a sentence each. */
  fellOver: readonly string[];
  /** Kills all of them for good. */
  dismiss: () => Promise<void>;
}

interface Worker {
  child: ChildProcess;
  isAtWork: boolean;
}

/**
 * Starts `size` × `node src/main.ts worker open` and the killer. What they say is kept in `<logDir>/worker-N.log`.
 * On a machine that takes longer than a second to start a worker the next one lives until the last one's successor works:
 * otherwise it would be shown only that nothing is bought where nobody works.
 */
export function hireCrew({
  size,
  env,
  logDir,
  random,
}: {
  size: number;
  env: NodeJS.ProcessEnv;
  logDir: string;
  random: Random;
}): Crew {
  const workers = new Map<string, Worker>();
  const fellOver: string[] = [];
  let kills = 0;
  let dismissed = false;

  const hire = (name: string): void => {
    const child = startWorker(env);
    const worker = { child, isAtWork: false };
    workers.set(name, worker);
    const log = createWriteStream(join(logDir, `${name}.log`), { flags: "a" });
    for (const stream of [child.stdout, child.stderr]) {
      stream?.pipe(log, { end: false });
      stream?.on("data", (bytes: Buffer) => {
        worker.isAtWork ||= bytes.includes("workers.started");
      });
    }
    child.once("close", (code, signal) => {
      log.end();
      if (signal !== "SIGKILL") fellOver.push(`${name} ended by itself with ${signal ?? `code ${code}`}.`);
      if (!dismissed) hire(name);
    });
  };
  for (let i = 1; i <= size; i++) hire(`worker-${i}`);
  const killer = setInterval(() => {
    const all = [...workers.values()];
    const victim = all[Math.floor(random() * all.length)];
    if (all.every(({ isAtWork }) => isAtWork) && victim?.child.kill("SIGKILL")) {
      victim.isAtWork = false;
      kills++;
    }
  }, EVERY_MS);

  return {
    kills: () => kills,
    fellOver,
    async dismiss() {
      if (dismissed) return;
      dismissed = true;
      clearInterval(killer);
      const ended = [...workers.values()].map(({ child }) => {
        child.kill("SIGKILL");
        return once(child, "close");
      });
      await Promise.all(ended);
    },
  };
}

/** In a group of its own: Ctrl-C is for us. The pipe closes when we die, however we die, and then the worker stops, too. */
function startWorker(env: NodeJS.ProcessEnv): ChildProcess {
  return spawn(process.execPath, [program, "worker", "open"], {
    env: { ...env, CERTFLEET_SUPERVISED: "1" },
    detached: true,
    stdio: ["pipe", "pipe", "pipe"],
  });
}
