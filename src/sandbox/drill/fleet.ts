// The fleet of a drill: a Redis of its own, gateway and workers as processes, and the command line beside them. It can be
// lost whole, and started again on other data. The pretended eNom outlives it.
import { spawn } from "node:child_process";
import { once } from "node:events";
import { mkdirSync, rmSync } from "node:fs";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { setTimeout as pause } from "node:timers/promises";
import { PROGRAM } from "../../shared/process/program.ts";
import type { SandboxEnom } from "../enom/server.ts";
import { freePort } from "../free-port.ts";
import { untilGatewayReady } from "../gateway-ready.ts";
import type { MailCatcher } from "../mail/catcher.ts";
import { sandboxParts } from "../parts.ts";
import { startRedis } from "../redis/redis.ts";
import { type SampleBody, sendOrder } from "../samples.ts";
import { type Supervisor, supervise } from "../supervisor.ts";

const GRACE_MS = 10_000;
const LOOK_MS = 100;
/** A drill buys, so it needs these two; mails are not looked at. */
const PARTS = new Set(["gateway", "open"]);

export interface DrillPlace {
  folder: string;
  binaryDir: string;
  env: NodeJS.ProcessEnv;
  enom: SandboxEnom;
  mail: MailCatcher;
  settleSeconds: number;
  say: (line: string) => void;
  signal: AbortSignal;
}

export interface Said {
  code: number;
  out: string;
}

export interface DrillFleet {
  redisUrl: string;
  journal: string;
  start: () => Promise<void>;
  send: (bodies: readonly SampleBody[]) => Promise<void>;
  /** Seconds until all are issued. @throws Error naming one that is not, in time */
  untilIssued: (references: readonly string[], timeoutMs: number) => Promise<void>;
  /** Says a verb of the command line. */
  say: (...words: string[]) => Promise<Said>;
  stopWorkers: () => Promise<void>;
  /** Stops everything and deletes Redis' data and the journal. */
  lose: () => Promise<void>;
  stop: () => Promise<void>;
}

/** `name`: of the folder in which this fleet keeps its data. */
export async function drillFleet(place: DrillPlace, name: string): Promise<DrillFleet> {
  const { folder, binaryDir, env, enom, mail, settleSeconds, say } = place;
  const dataDir = join(folder, name);
  mkdirSync(join(dataDir, "redis"), { recursive: true, mode: 0o700 });
  const redis = await startRedis({ dataDir: join(dataDir, "redis"), binaryDir, say });
  const parts = sandboxParts(
    {
      ...{ env, redisUrl: redis.url, port: await freePort(0), dataDir },
      ...{ enomUrl: enom.url, smtpUrl: mail.smtpUrl, rootPem: enom.ca.rootPem },
    },
    { CERTFLEET_SETTLE_SECONDS: `${settleSeconds}`, CERTFLEET_REBUY_BUDGET: "0" },
  );
  const { gatewayUrl } = parts;
  // What one process has compiled serves all the others: a drill starts a dozen.
  const NODE_COMPILE_CACHE = env.NODE_COMPILE_CACHE ?? join(folder, "compile-cache");
  const children = parts.children.map((child) => ({ ...child, env: { ...child.env, NODE_COMPILE_CACHE } }));
  const worker = children.find((child) => child.name === "open")?.env ?? {};
  let crew: Supervisor | undefined;

  const run = async (...words: string[]): Promise<Said> => {
    const child = spawn(process.execPath, [PROGRAM, ...words], { env: worker, stdio: ["ignore", "pipe", "pipe"] });
    const [out, err, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
    return { code: Number(code), out: `${out}${err}`.trim() };
  };
  const stopWorkers = async (): Promise<void> => {
    await crew?.stop();
    crew = undefined;
  };
  const stop = async (): Promise<void> => {
    await stopWorkers();
    await redis.stop();
  };
  return {
    redisUrl: redis.url,
    journal: join(dataDir, "journal"),
    async start() {
      const some = children.filter((child) => PARTS.has(child.name));
      crew = supervise(some, { program: PROGRAM, logDir: join(dataDir, "log"), graceMs: GRACE_MS });
      await Promise.race([untilGatewayReady(gatewayUrl, place.signal), crew.failed]);
    },
    send: async (bodies) => {
      for (const body of bodies) await sendOrder(gatewayUrl, body);
    },
    async untilIssued(references, timeoutMs) {
      const end = performance.now() + timeoutMs;
      for (const reference of references) {
        for (let state = ""; state !== "issued"; await pause(LOOK_MS)) {
          const answer = await fetch(`${gatewayUrl}/v1/certificates/${reference}`);
          const told = (await answer.json()) as { status?: string; attention?: { message?: string } };
          state = told.status ?? "";
          if (state === "issued") break;
          if (performance.now() > end)
            throw new Error(
              `order ${reference} is ${state} after ${timeoutMs / 1_000} s: ${told.attention?.message ?? ""}`,
            );
          place.signal.throwIfAborted();
        }
      }
    },
    ...{ say: run, stopWorkers, stop },
    async lose() {
      await stop();
      rmSync(dataDir, { recursive: true, force: true });
    },
  };
}
