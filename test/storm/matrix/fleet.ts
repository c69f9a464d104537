// The fleet of a storm: gateways and workers as real processes. One that ends, however it ends, is followed by the next.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../../src/sandbox/free-port.ts";
import type { Whim } from "./preload.ts";

const program = resolve(import.meta.dirname, "../../../src/main.ts");
const preload = resolve(import.meta.dirname, "preload.ts");
const QUEUES = ["open", "reissue", "notify", "balance-poll", "webhook"];
/** What a process says when it is at work. */
const AT_WORK = /"(workers|gateway)\.started"/;
/** CERTFLEET_DRAIN_SECONDS, and what a busy machine needs beyond it. */
const DRAIN_MS = 35_000;
/** A process that cannot start now says so with this code (`exitCodes.later`), and its supervisor tries again. */
const NOT_NOW = 75;
/** Between the end of a process and the next one, as a supervisor waits. */
const RESTART_MS = 200;

export interface Member {
  name: string;
  kind: "gateway" | "worker";
  pid: number;
  isAtWork: boolean;
  /** SIGKILL; the next one starts. */
  kill: () => void;
  /** SIGTERM, to its process group where `to` says so. Resolves with how it ended; `undefined`: not in time, killed. */
  end: (to?: "group") => Promise<number | undefined>;
  signal: (signal: NodeJS.Signals) => void;
  /** Sets its clock, blocks its event loop, or fills its memory. */
  whim: (whim: Partial<Omit<Whim, "number">>) => void;
}

export interface Fleet {
  members: (kind?: Member["kind"]) => Member[];
  gatewayUrls: readonly string[];
  /** @throws Error some process is not at work by then */
  untilAtWork: (timeoutMs: number) => Promise<void>;
  /** Processes killed or ended so far. */
  ended: () => number;
  /** Processes that ended by themselves, and not since nothing can be started now; a sentence each. */
  fellOver: readonly string[];
  dismiss: () => Promise<void>;
}

export interface FleetOptions {
  gateways: number;
  workers: number;
  env: NodeJS.ProcessEnv;
  folder: string;
}

interface Post extends Omit<Member, "pid" | "isAtWork"> {
  child: ChildProcess;
  isAtWork: boolean;
}

export async function startFleet({ gateways, workers, env, folder }: FleetOptions): Promise<Fleet> {
  const posts: Post[] = [];
  const fellOver: string[] = [];
  let [ended, dismissed] = [0, false];

  const hire = (name: string, args: readonly string[], settings: NodeJS.ProcessEnv): void => {
    const whimFile = join(folder, `${name}.whim`);
    let whims = 0;
    let isAsked = false;
    const start = (): ChildProcess => {
      isAsked = false;
      const child = spawn(process.execPath, ["--import", preload, program, ...args], {
        env: { ...settings, CERTFLEET_SUPERVISED: "1", STORM_WHIM: whimFile },
        detached: true, // a group of its own: Ctrl-C is for us, and a signal to the group can be tried
        stdio: ["pipe", "pipe", "pipe"], // the pipe closes when we die, and then it stops, too
      });
      const log = createWriteStream(join(folder, "logs", `${name}.log`), { flags: "a" });
      for (const stream of [child.stdout, child.stderr]) {
        stream?.pipe(log, { end: false });
        stream?.on("data", (bytes: Buffer) => {
          if (post.child === child) post.isAtWork ||= AT_WORK.test(bytes.toString());
        });
      }
      child.once("close", (code, signal) => {
        log.end();
        ended++;
        post.isAtWork = false;
        if (!isAsked && !dismissed && code !== NOT_NOW)
          fellOver.push(`${name} ended by itself with ${signal ?? `code ${code}`}.`);
        setTimeout(() => {
          if (!dismissed) post.child = start();
        }, RESTART_MS);
      });
      return child;
    };
    const post: Post = {
      name,
      kind: args[0] === "gateway" ? "gateway" : "worker",
      child: undefined as unknown as ChildProcess,
      isAtWork: false,
      kill: () => {
        isAsked = true;
        post.isAtWork = false;
        post.child.kill("SIGKILL");
      },
      async end(to) {
        isAsked = true;
        const { child } = post;
        if (child.exitCode !== null || child.signalCode !== null) return 0;
        const closed = once(child, "close").then(([code, signal]) => (code ?? signal) as number);
        process.kill(to === "group" ? -(child.pid ?? 0) : (child.pid ?? 0), "SIGTERM");
        const inTime = await Promise.race([closed, pause(DRAIN_MS, undefined, { ref: false })]);
        if (inTime === undefined) child.kill("SIGKILL");
        return inTime;
      },
      signal: (signal) => void post.child.kill(signal),
      whim: ({ offsetMs = 0, blockMs = 0, garbageMs = 0 }) => {
        whims++;
        writeFileSync(whimFile, JSON.stringify({ offsetMs, blockMs, garbageMs, number: whims } satisfies Whim));
      },
    };
    post.child = start();
    posts.push(post);
  };

  const gatewayUrls: string[] = [];
  for (let i = 1; i <= gateways; i++) {
    const port = await freePort(0);
    gatewayUrls.push(`http://127.0.0.1:${port}`);
    hire(`gateway-${i}`, ["gateway"], { ...env, PORT: `${port}` });
  }
  for (let i = 1; i <= workers; i++) hire(`worker-${i}`, ["worker", ...QUEUES], env);

  return {
    members: (kind) =>
      posts
        .filter((post) => kind === undefined || post.kind === kind)
        .map((post) => ({ ...post, pid: post.child.pid ?? 0 })),
    gatewayUrls,
    async untilAtWork(timeoutMs) {
      const until = performance.now() + timeoutMs;
      for (;;) {
        const idle = posts.filter(({ isAtWork }) => !isAtWork);
        if (idle.length === 0) return;
        if (performance.now() > until) throw new Error(`${idle.map(({ name }) => name).join(", ")} is not at work`);
        await pause(50);
      }
    },
    ended: () => ended,
    fellOver,
    async dismiss() {
      if (dismissed) return;
      dismissed = true;
      await Promise.all(
        posts.map(async ({ child }) => {
          if (child.exitCode !== null || child.signalCode !== null) return;
          child.kill("SIGKILL");
          await once(child, "close");
        }),
      );
    },
  };
}
