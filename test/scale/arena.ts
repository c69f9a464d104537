// A fleet to be measured: its own prefix in a real Redis, a pretended eNom that answers after 200 ms, and real processes.
import { type ChildProcess, spawn } from "node:child_process";
import { once } from "node:events";
import { createWriteStream, mkdirSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { type SandboxEnom, startSandboxEnom } from "../../src/sandbox/enom/server.ts";
import { freePort } from "../../src/sandbox/free-port.ts";
import { type MailCatcher, startMailCatcher } from "../../src/sandbox/mail/catcher.ts";
import type { Lifecycle } from "../../src/shared/base/lifecycle.ts";
import { type CertificateStore, certificateStore } from "../../src/shared/certificate/store.ts";
import { MEMORY_FLAGS } from "../../src/shared/process/memory.ts";
import { openQueues, type Queues } from "../../src/shared/queue/queues.ts";
import { connectRedis, type RedisClient } from "../../src/shared/redis/client.ts";
import { type Keys, keysUnder } from "../../src/shared/redis/keys.ts";
import { makeOrders, type StormOrder } from "../storm/orders.ts";
import { defaultPolicy } from "../support/policy.ts";

const program = resolve(import.meta.dirname, "../../src/main.ts");
const data = resolve(import.meta.dirname, "../../.data");
export const API_KEY = "a-key-to-measure-with-0123456789";
/** An answer of eNom's. */
const LATENCY_MS = 200;
const AT_ONCE = 200;
const START_MS = 60_000;

export interface Arena {
  redis: RedisClient;
  keys: Keys;
  queues: Queues;
  certificates: CertificateStore;
  enom: SandboxEnom;
  mail: MailCatcher;
  folder: string;
  /** What its processes are set to. */
  env: NodeJS.ProcessEnv;
  /** Starts `node src/main.ts …`; resolves when it is at work. */
  start: (...args: readonly string[]) => Promise<Running>;
  /** A gateway, and where it listens. */
  startGateway: () => Promise<Running & { url: string }>;
  /** Accepts and enqueues copies of sample orders, of one customer. Answers their references. */
  place: (count: number, customer: string) => Promise<string[]>;
  /** So many have their certificate. */
  issued: () => Promise<number>;
}

export interface Running {
  pid: number;
  stop: () => Promise<void>;
}

interface Place {
  redisUrl: string;
  prefix: string;
  folder: string;
  /** Milliseconds of an answer of eNom's. */
  latency?: number;
  /** Of the processes, beside what all have. */
  own?: NodeJS.ProcessEnv;
}

/** Everything that is started is added to `life`. */
export async function openArena(
  { redisUrl, prefix, folder, latency = LATENCY_MS, own = {} }: Place,
  life: Lifecycle,
): Promise<Arena> {
  mkdirSync(folder, { recursive: true });
  const timings = { processingMs: 0, ownerMs: 0, issueMs: 0, reissueMs: 0 };
  const latencyMs = { min: latency, max: latency };
  const enom = await startSandboxEnom({
    balance: "500000000.00",
    timings,
    latencyMs,
    username: `scale-${folder.length}`,
  });
  life.add("enom", () => enom.close());
  const mail = await startMailCatcher({ keep: 1 });
  life.add("mail", () => mail.close());
  const redis = connectRedis(redisUrl, "never-give-up", () => undefined);
  life.add("redis", () => redis.disconnect());
  const keys = keysUnder(prefix);
  const queues = openQueues(redis, prefix, () => undefined);
  life.add("queues", () => queues.close());
  const certificates = certificateStore(redis, keys, defaultPolicy);
  const samples = await makeOrders(28);
  const env = { ...settingsOf({ redisUrl, prefix, folder, enom, mail }), ...own };
  let placed = 0;

  const start = async (settings: NodeJS.ProcessEnv, args: readonly string[]): Promise<Running> => {
    const child = spawn(process.execPath, [...MEMORY_FLAGS, program, ...args], {
      env: { ...settings, CERTFLEET_SUPERVISED: "1" },
      detached: true,
      stdio: ["pipe", "pipe", "pipe"],
    });
    const stop = async (): Promise<void> => {
      if (child.exitCode !== null || child.signalCode !== null) return;
      child.kill("SIGKILL");
      await once(child, "close");
    };
    life.add(args.join(" "), stop);
    await atWork(child, join(folder, `${args[0]}-${child.pid}.log`));
    return { pid: child.pid ?? 0, stop };
  };
  const place = async (count: number, customer: string): Promise<string[]> => {
    const references: string[] = [];
    for (let from = 0; from < count; from += AT_ONCE) {
      const batch = Array.from({ length: Math.min(AT_ONCE, count - from) }, () => copyOf(samples, placed++, customer));
      await Promise.all(batch.map((order) => certificates.accept(order, new Date())));
      await Promise.all(batch.map(({ reference }) => queues.enqueue("open", { reference })));
      references.push(...batch.map(({ reference }) => reference));
    }
    return references;
  };

  return {
    ...{ redis, keys, queues, certificates, enom, mail, folder, env, place },
    start: (...args) => start(env, args),
    async startGateway() {
      const port = await freePort(0);
      return { ...(await start({ ...env, PORT: `${port}` }, ["gateway"])), url: `http://127.0.0.1:${port}` };
    },
    issued: () => redis.zcard(keys.byStatus("issued")),
  };
}

function copyOf(samples: readonly StormOrder[], number: number, customer: string) {
  const sample = samples[number % samples.length];
  if (!sample) throw new Error("no sample order");
  return { ...sample.order, reference: `scale-${number + 1}`, customer: { email: customer } };
}

function settingsOf({
  redisUrl,
  prefix,
  folder,
  enom,
  mail,
}: {
  redisUrl: string;
  prefix: string;
  folder: string;
  enom: SandboxEnom;
  mail: MailCatcher;
}): NodeJS.ProcessEnv {
  const { username, password } = enom.settings;
  const account = {
    ...{ id: "main", name: "eNom", apiUrl: enom.url, username, password },
    requestsPerSecond: 10_000,
    // What is measured is the fleet, not the limits that a real one has.
    purchasing: { perHour: "none", perDay: "none", maxUnsettled: 200, maxUnsettledMoney: "10000000.00" },
  };
  const config = join(folder, "certfleet.yaml");
  writeFileSync(config, `roots: [${JSON.stringify(enom.ca.rootPem)}]\naccounts:\n  - ${JSON.stringify(account)}\n`);
  return {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: join(data, "compile-cache"),
    REDIS_URL: redisUrl,
    CERTFLEET_PREFIX: prefix,
    CERTFLEET_CONFIG: config,
    CERTFLEET_JOURNAL: join(folder, "journal"),
    CERTFLEET_API_KEY: API_KEY,
    CERTFLEET_LIMITS: "off",
    CERTFLEET_POLL_SECONDS: "0.2",
    CERTFLEET_MAILS_PER_SECOND: "1000",
    ENOM_LOG: join(folder, "enom.log"),
    SMTP_URL: mail.smtpUrl,
    MAIL_FROM: "Certfleet <certificates@provider.example>",
    HOST: "127.0.0.1",
    LOG_LEVEL: "info",
  };
}

async function atWork(child: ChildProcess, logFile: string): Promise<void> {
  const log = createWriteStream(logFile);
  const started = Promise.withResolvers<void>();
  for (const stream of [child.stdout, child.stderr]) {
    stream?.pipe(log, { end: false });
    stream?.on("data", (bytes: Buffer) => {
      if (/"(workers|gateway)\.started"/.test(bytes.toString())) started.resolve();
    });
  }
  child.once("close", () => started.reject(new Error(`a process ended at its start: ${logFile}`)));
  await Promise.race([
    started.promise,
    pause(START_MS, undefined, { ref: false }).then(() => Promise.reject(new Error(`not at work: ${logFile}`))),
  ]);
}

/** A fleet binds its account, reads the catalogue and warms its code before it is measured. */
export const WARM_UP = 16;
const WARM_MS = 60_000;

/** @throws Error it did not come to work in time */
export async function warmUp(arena: Arena): Promise<void> {
  await arena.place(WARM_UP, "warm@example.net");
  const issued = await untilIssued(arena, WARM_UP, WARM_MS);
  if (issued < WARM_UP) throw new Error(`only ${issued} of ${WARM_UP} orders to warm up were issued`);
}

/** Waits until so many are issued. Answers how many were, where that takes longer than `mostMs`. */
export async function untilIssued(arena: Arena, count: number, mostMs: number): Promise<number> {
  const end = performance.now() + mostMs;
  for (;;) {
    const issued = await arena.issued();
    if (issued >= count || performance.now() > end) return issued;
    await pause(50);
  }
}
