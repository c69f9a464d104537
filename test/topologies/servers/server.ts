// One server process of a topology: a Redis, a Valkey or a Sentinel on a free port, that can be killed, frozen and started again.
import { type ChildProcess, spawn } from "node:child_process";
import { closeSync, mkdirSync, openSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { freePort } from "../../../src/sandbox/free-port.ts";
import { startGuard } from "../../../src/sandbox/redis/process.ts";
import type { Lifecycle } from "../../../src/shared/base/lifecycle.ts";
import { type TlsFiles, tlsOf, tlsSettings } from "./own-ca.ts";
import { type Kind, serverProgram } from "./program.ts";

export interface ServerPlace {
  folder: string;
  life: Lifecycle;
}

export interface ServerWish {
  /** Of its folder and its log. */
  name: string;
  kind?: Kind;
  settings?: Readonly<Record<string, string>>;
  /** Lines of the configuration that hold several words. */
  lines?: readonly string[];
  isSentinel?: boolean;
  tls?: TlsFiles | undefined;
  /** Who the harness itself is. */
  login?: { username?: string; password: string } | undefined;
  /** Of the server process, such as another clock. */
  env?: NodeJS.ProcessEnv;
}

export interface Server {
  name: string;
  port: number;
  folder: string;
  /** The harness' own connection. A command on a frozen server fails after 5 s. */
  admin: Redis;
  pid: () => number;
  /** SIGKILL, and gone. */
  kill: () => Promise<void>;
  /** SIGSTOP: it holds its port and its connections, and says nothing. */
  freeze: () => void;
  thaw: () => void;
  /** On the same port and the same data, after a death; resolves when it has read them. */
  startAgain: () => Promise<void>;
  /** Resolves when the process that runs now is gone, whoever ended it. */
  exited: () => Promise<void>;
}

/** What a ledger needs (docs/howto/several-machines.md). */
const DURABLE = { save: "", appendonly: "yes", appendfsync: "always", "maxmemory-policy": "noeviction" };
const ADMIN_MS = 5_000;
const TRIES = 3;
const START_MS = 30_000;

/** Starts it and waits until it answers. It ends with `life`, or with this process. @throws Error with its last words */
export async function startServer(place: ServerPlace, wish: ServerWish): Promise<Server> {
  const folder = join(place.folder, wish.name);
  mkdirSync(folder, { recursive: true });
  for (let tried = 1; ; tried++) {
    const port = await freePort(0);
    const server = await prepare(folder, port, wish);
    try {
      await server.startAgain();
      place.life.add(wish.name, () => end(server));
      return server;
    } catch (error) {
      server.admin.disconnect();
      if (tried === TRIES || !/in use/.test(`${error}`)) throw error; // somebody took the port meanwhile
    }
  }
}

async function prepare(folder: string, port: number, wish: ServerWish): Promise<Server> {
  const { name, tls, login, isSentinel = false } = wish;
  const program = await serverProgram(wish.kind ?? "redis");
  const config = join(folder, "server.conf");
  const settings = {
    ...{ bind: "127.0.0.1", dir: folder, port: `${port}`, "protected-mode": "no", daemonize: "no" },
    ...(isSentinel ? {} : DURABLE),
    ...(tls && tlsSettings(tls, port)),
    ...wish.settings,
  };
  const lines = Object.entries(settings).map(([key, value]) => `${key} ${JSON.stringify(value)}`);
  writeFileSync(config, `${[...lines, ...(wish.lines ?? [])].join("\n")}\n`);
  const admin = new Redis({
    ...{ host: "127.0.0.1", port, ...login, ...(tls && { tls: tlsOf(tls) }), lazyConnect: true },
    ...{
      retryStrategy: () => 100,
      maxRetriesPerRequest: null,
      commandTimeout: ADMIN_MS,
      enableReadyCheck: !isSentinel,
    },
  });
  admin.on("error", () => {}); // told by the commands that fail
  let running: Running | undefined;
  const child = (): ChildProcess => {
    if (!running) throw new Error(`${name} was not started`);
    return running.child;
  };
  return {
    ...{ name, port, folder, admin },
    pid: () => child().pid ?? 0,
    exited: () => running?.exited ?? Promise.resolve(),
    freeze: () => void child().kill("SIGSTOP"),
    thaw: () => void child().kill("SIGCONT"),
    async kill() {
      child().kill("SIGKILL");
      await running?.exited;
    },
    async startAgain() {
      const env = { ...(program.libraryPath && { LD_LIBRARY_PATH: program.libraryPath }), ...wish.env };
      running = launch(program.path, [config, ...(isSentinel ? ["--sentinel"] : [])], { folder, env });
      const isUp = await Promise.race([
        answers(admin),
        running.exited.then(() => false),
        pause(START_MS, false, { ref: false }),
      ]);
      if (isUp) return;
      running.child.kill("SIGKILL");
      throw new Error(`${name} did not start: ${lastWords(folder)}`);
    },
  };
}

interface Running {
  child: ChildProcess;
  exited: Promise<void>;
}

/** Through a shell that ignores SIGXFSZ: a file that may not grow is then an error of a write, as on a full disk. */
function launch(
  path: string,
  args: readonly string[],
  { folder, env }: { folder: string; env: NodeJS.ProcessEnv },
): Running {
  const log = openSync(join(folder, "server.log"), "a");
  const child = spawn("/bin/sh", ["-c", `trap "" XFSZ; exec "$0" "$@"`, path, ...args], {
    ...{ env, detached: true, cwd: folder, stdio: ["ignore", log, log] },
  });
  closeSync(log);
  const guard = startGuard(child.pid ?? 0, undefined);
  const exited = new Promise<void>((resolve) => {
    child.once("close", () => {
      guard.kill("SIGKILL");
      resolve();
    });
  });
  return { child, exited };
}

async function answers(admin: Redis): Promise<true> {
  for (;;) {
    try {
      if (admin.status === "wait" || admin.status === "end") await admin.connect();
      await admin.ping();
      return true;
    } catch {
      await new Promise((resolve) => setTimeout(resolve, 50)); // reading its data, or not there yet
    }
  }
}

async function end(server: Server): Promise<void> {
  server.admin.disconnect();
  await server.kill();
}

function lastWords(folder: string): string {
  return readFileSync(join(folder, "server.log"), "utf8").trimEnd().split("\n").slice(-6).join("\n");
}
