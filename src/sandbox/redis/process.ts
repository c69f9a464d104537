// The server process of the private Redis: started, asked whether it answers, ended, and never left alone.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, openSync, readFileSync, rmSync } from "node:fs";
import { join } from "node:path";
import { Redis } from "ioredis";
import { Unavailable } from "../../shared/base/errors.ts";
import type { RedisBinary } from "./binary.ts";

export interface EmbeddedRedis {
  /** `unix:///….sock`, as ioredis reads it. */
  url: string;
  pid: number;
  /** Ends the server: SIGTERM, and SIGKILL after 3 s. Whatever it acknowledged is on disk either way. */
  stop: () => Promise<void>;
  /** Resolves when the server is gone, whoever ended it, and its folder is free again. */
  exited: Promise<void>;
}

/**
 * What a ledger needs of its Redis: every write on disk before it is acknowledged, and nothing evicted. No TCP at all.
 */
const SETTINGS = {
  port: "0",
  unixsocketperm: "700",
  save: "",
  appendonly: "yes",
  appendfsync: "always",
  "maxmemory-policy": "noeviction",
};

export interface ServerFolder {
  /** A real path, without links: the server is recognised by it. */
  dataDir: string;
  socket: string;
  /** A temporary folder that ends with the server. */
  scratch: string | undefined;
  vacate: () => void;
}

/**
 * Starts the server and waits until it has read its data. Ctrl-C does not reach it, the end of this process does.
 * @throws Unavailable it ended while starting; the message shows its last words
 */
export async function launch(
  binary: RedisBinary,
  { dataDir, socket, scratch, vacate }: ServerFolder,
): Promise<EmbeddedRedis> {
  const logFile = join(dataDir, "redis.log");
  const log = openSync(logFile, "w", 0o600);
  const settings = Object.entries({ ...SETTINGS, dir: dataDir, unixsocket: socket });
  const child = spawn(
    binary.path,
    settings.flatMap(([name, value]) => [`--${name}`, value]),
    {
      detached: true, // Ctrl-C is for us: the fleet still needs its Redis while it stops
      env: binary.libraryPath ? { LD_LIBRARY_PATH: binary.libraryPath } : {}, // and none of our secrets
      stdio: ["ignore", log, log], // a file, not a pipe: a server must not stumble over a dead reader
    },
  );
  closeSync(log);
  const guard = child.pid === undefined ? undefined : startGuard(child.pid, scratch);

  const lastWords = new Promise<string>((resolve) => {
    const ended = (problem: unknown): void => {
      const words = problem instanceof Error ? problem.message : tail(logFile);
      guard?.kill("SIGKILL");
      if (scratch) rmSync(scratch, { recursive: true, force: true });
      vacate();
      resolve(words);
    };
    child.once("exit", ended).once("error", ended);
  });
  const exited = lastWords.then(() => {});

  if (child.pid === undefined || !(await answers(socket, exited))) {
    throw new Unavailable(`${binary.path} did not start:\n${await lastWords}`);
  }
  return { url: `unix://${socket}`, pid: child.pid, stop: () => stop(child, exited), exited };
}

/**
 * Starts a shell that waits for its end of a pipe to close, which happens when we die, however we die: then it ends the
 * server, with force after 3 s, and removes the temporary folder. Only where the guard was killed too is an orphan
 * left, for the next start to end (`redis-orphan.ts`).
 */
export function startGuard(pid: number, scratch: string | undefined): ChildProcess {
  const script = `
    read -r _
    kill -TERM "$1"
    tries=0
    while kill -0 "$1" && [ "$tries" -lt 30 ]; do sleep 0.1; tries=$((tries + 1)); done
    kill -KILL "$1"
    [ -z "$2" ] || rm -rf "$2"`;
  const guard = spawn("/bin/sh", ["-c", script, "redis-guard", String(pid), scratch ?? ""], {
    detached: true,
    stdio: ["pipe", "ignore", "ignore"],
  });
  return guard.on("error", () => {}); // without a shell there is no guard, and the next start cleans up
}

/** Whether the server lives to answer. As long as it lives it is reading its data, however long that takes. */
async function answers(socket: string, exited: Promise<void>): Promise<boolean> {
  const probe = new Redis(socket, { retryStrategy: () => 20, maxRetriesPerRequest: null });
  probe.on("error", () => {}); // not there yet
  try {
    return await Promise.race([probe.ping().then(() => true), exited.then(() => false)]);
  } finally {
    probe.disconnect();
  }
}

async function stop(child: ChildProcess, exited: Promise<void>): Promise<void> {
  child.kill("SIGTERM");
  const force = setTimeout(() => child.kill("SIGKILL"), 3_000);
  await exited;
  clearTimeout(force);
}

function tail(logFile: string): string {
  return readFileSync(logFile, "utf8").trimEnd().split("\n").slice(-8).join("\n");
}
