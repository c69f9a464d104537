// Keeps the fleet's processes alive for `npm start`: one child a part, restarted when it dies, ended together.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { memoryFlags } from "../shared/process/memory.ts";

/** A child that lives shorter than this at its first start has bad settings, not bad luck. */
const STILLBORN_MS = 2_000;

export interface Crew {
  program: string;
  logDir: string;
  /** A part that is ended gets so long to finish its work. */
  graceMs: number;
}

export interface Child {
  name: string;
  args: readonly string[];
  /** The whole environment of this child: it sees no setting of another. */
  env: NodeJS.ProcessEnv;
}

export interface Supervisor {
  /** Rejects when a part cannot be started, with the last words of its log. */
  failed: Promise<never>;
  stop: () => Promise<void>;
}

/** Starts `program` once for each child. Its output goes to `<logDir>/<name>.log`. */
export function supervise(children: readonly Child[], { program, logDir, graceMs }: Crew): Supervisor {
  mkdirSync(logDir, { recursive: true });
  const alive = new Map<string, ChildProcess>();
  const failure = Promise.withResolvers<never>();
  failure.promise.catch(() => undefined);
  let stopping = false;

  const start = ({ name, args, env }: Child, starts: number): void => {
    const logFile = join(logDir, `${name}.log`);
    const log = openSync(logFile, starts === 0 ? "w" : "a", 0o600);
    // Detached: Ctrl-C is for us, who end the parts in order. The pipe: it closes when we die, however we die.
    const child = spawn(process.execPath, [...memoryFlags(env, []), program, ...args], {
      ...{ env, detached: true },
      stdio: ["pipe", log, log],
    });
    closeSync(log);
    const born = performance.now();
    alive.set(name, child);
    child.once("error", failure.reject);
    child.once("exit", (code) => {
      alive.delete(name);
      if (stopping) return;
      if (starts === 0 && code !== null && performance.now() - born < STILLBORN_MS) {
        return failure.reject(new Error(`${name} did not start (its log is ${logFile}):\n${lastWords(logFile)}`));
      }
      setTimeout(
        () => !stopping && start({ name, args, env }, starts + 1),
        Math.min(200 * 2 ** Math.min(starts, 5), 5_000),
      );
    });
  };
  for (const child of children) start(child, 0);

  return {
    failed: failure.promise,
    async stop() {
      stopping = true;
      await Promise.all([...alive.values()].map((child) => end(child, graceMs)));
    },
  };
}

async function end(child: ChildProcess, graceMs: number): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("exit", resolve));
  child.kill("SIGTERM");
  const late = setTimeout(() => child.kill("SIGKILL"), graceMs);
  await gone;
  clearTimeout(late);
}

function lastWords(logFile: string): string {
  return readFileSync(logFile, "utf8").trim().split("\n").slice(-8).join("\n");
}
