// A fleet before a topology: a gateway and the workers of all kinds as real processes, started as an operator starts them.
import { type ChildProcess, execFile, spawn } from "node:child_process";
import { createWriteStream, mkdirSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../../src/sandbox/free-port.ts";
import type { Lifecycle } from "../../../src/shared/base/lifecycle.ts";
import type { Finding } from "../../../src/shared/base/result.ts";
import { queueNames } from "../../../src/shared/queue/jobs.ts";
import type { AclPart } from "../../../src/shared/redis/acl/rights.ts";

const root = resolve(import.meta.dirname, "../../..");
const program = join(root, "bin/certfleet");
const UP_MS = 60_000;
const VERB_MS = 60_000;

/** Settings of one part: where Redis is, and how to get in. */
export type EnvOf = (part: AclPart) => NodeJS.ProcessEnv;

export interface FleetWish {
  folder: string;
  life: Lifecycle;
  /** What all parts share. */
  env: NodeJS.ProcessEnv;
  envOf: EnvOf;
  /** Each kind of worker in a process of its own, as Redis users of their own need it. */
  isSplit?: boolean | undefined;
  /** Of the worker process alone, such as another clock. */
  workerEnv?: NodeJS.ProcessEnv | undefined;
}

export interface Fleet {
  url: string;
  apiKey: string;
  /** The process that works on orders. */
  workerPid: number;
  /** Processes that ended although nobody ended them, a sentence each. */
  fellOver: readonly string[];
  /** `bin/certfleet …` with the rights of the command line. */
  say: (...args: string[]) => Promise<Said>;
  /** SIGKILL to every process; and all of them again, with the same settings, until they are up. */
  stop: () => Promise<void>;
  startAgain: () => Promise<void>;
  /** What `doctor --json` finds. */
  doctor: () => Promise<Finding[]>;
  /** The last words of each part, for a person. */
  lastWords: () => string;
}

export interface Said {
  code: number;
  stdout: string;
  stderr: string;
}

/** Starts everything and waits until the gateway is ready and the workers work. @throws Error with their last words */
export async function startFleet({ folder, life, env, envOf, isSplit, workerEnv }: FleetWish): Promise<Fleet> {
  const logDir = join(folder, "logs");
  mkdirSync(logDir, { recursive: true });
  const port = await freePort(0);
  const apiKey = "a-key-of-the-topologies";
  const common = { ...env, HOST: "127.0.0.1", PORT: `${port}`, CERTFLEET_API_KEY: apiKey };
  const fellOver: string[] = [];
  let isEnding = false;
  let children: ChildProcess[] = [];
  const start = (name: string, args: readonly string[], own: NodeJS.ProcessEnv): ChildProcess => {
    const child = launch(args, { ...common, ...own, CERTFLEET_SUPERVISED: "1" }, join(logDir, `${name}.log`));
    child.once("close", (code, signal) => {
      if (!isEnding) fellOver.push(`${name} ended by itself with ${signal ?? `code ${code}`}`);
    });
    children.push(child);
    return child;
  };
  const stop = async (): Promise<void> => {
    isEnding = true;
    await Promise.all(children.map(end));
  };
  life.add("fleet", stop);
  const startAll = (): ChildProcess[] => {
    [isEnding, children] = [false, []];
    start("gateway", ["gateway"], envOf("gateway"));
    return isSplit
      ? queueNames.map((name) => start(name, ["worker", name], { ...envOf(name), ...workerEnv }))
      : [start("workers", ["worker", ...queueNames], { ...envOf("open"), ...workerEnv })];
  };
  const workers = startAll();
  const logs = ["gateway", ...(isSplit ? queueNames : ["workers"])].map((name) => join(logDir, `${name}.log`));
  const fleet = {
    url: `http://127.0.0.1:${port}`,
    ...{ apiKey, fellOver, workerPid: workers[0]?.pid ?? 0 },
    lastWords: () => logs.map((log) => wordsOf(tailOf(log, 2))).join("\n"),
    say: (...args: string[]) => run(args, { ...common, ...envOf("command-line") }),
  };
  await untilUp(fleet, logs.slice(1));
  return {
    ...{ ...fleet, stop },
    async startAgain() {
      startAll();
      await untilUp(fleet, []);
    },
    async doctor() {
      const { stdout, stderr } = await fleet.say("doctor", "--json");
      if (!stdout.startsWith("{")) throw new Error(`doctor --json said: ${stdout}${stderr}`);
      return (JSON.parse(stdout) as { findings: Finding[] }).findings;
    },
  };
}

/** In a group of its own: Ctrl-C is for us. The pipe closes when we die, however we die, and then the process stops, too. */
function launch(args: readonly string[], env: NodeJS.ProcessEnv, logFile: string): ChildProcess {
  const child = spawn(process.execPath, [program, ...args], { env, detached: true, stdio: ["pipe", "pipe", "pipe"] });
  const log = createWriteStream(logFile, { flags: "a" });
  for (const stream of [child.stdout, child.stderr]) stream?.pipe(log, { end: false });
  child.stdin?.on("error", () => {});
  child.once("close", () => log.end());
  return child;
}

async function untilUp(
  fleet: Pick<Fleet, "url" | "fellOver" | "lastWords">,
  workerLogs: readonly string[],
): Promise<void> {
  for (const give = performance.now() + UP_MS; ; ) {
    if (fleet.fellOver.length > 0) throw new Error(`${fleet.fellOver.join(", ")}:\n${fleet.lastWords()}`);
    const isReady = await fetch(`${fleet.url}/readyz`, { signal: AbortSignal.timeout(2_000) })
      .then(({ ok }) => ok)
      .catch(() => false);
    if (isReady && workerLogs.every((log) => tailOf(log, 400).includes("workers.started"))) return;
    if (performance.now() > give)
      throw new Error(`the fleet is not up after ${UP_MS / 1_000} s:\n${fleet.lastWords()}`);
    await pause(50);
  }
}

function run(args: readonly string[], env: NodeJS.ProcessEnv): Promise<Said> {
  return new Promise((resolve, reject) => {
    execFile(process.execPath, [program, ...args], { env, timeout: VERB_MS }, (error, stdout, stderr) => {
      if (error && typeof error.code !== "number") return reject(error);
      resolve({ code: Number(error?.code ?? 0), stdout, stderr });
    });
  });
}

async function end(child: ChildProcess): Promise<void> {
  if (child.exitCode !== null || child.signalCode !== null) return;
  const gone = new Promise((resolve) => child.once("close", resolve));
  child.kill("SIGKILL");
  await gone;
}

function tailOf(file: string, lines: number): string {
  try {
    return readFileSync(file, "utf8").trimEnd().split("\n").slice(-lines).join("\n");
  } catch {
    return ""; // has said nothing yet
  }
}

/** Of lines of JSON what they say; two of them are enough. */
function wordsOf(lines: string): string {
  const said = lines
    .split("\n")
    .map((line) => /"event":"([^"]*)".*?"message":"([^"]*)"/.exec(line)?.slice(1).join(": ") ?? line);
  return said.map((line) => `      ${line.slice(0, 300)}`).join("\n");
}
