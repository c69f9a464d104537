// Where a storm takes place: a private Redis that can be killed, a pretended eNom that loses answers, and a folder for everything that is kept.

import { mkdirSync } from "node:fs";
import { join, resolve } from "node:path";
import { type SandboxEnom, startSandboxEnom } from "../../src/sandbox/enom/server.ts";
import { startRedis } from "../../src/sandbox/redis/redis.ts";
import type { Lifecycle } from "../../src/shared/base/lifecycle.ts";
import { type CertificateStore, certificateStore } from "../../src/shared/certificate/store.ts";
import { openQueues, type Queues } from "../../src/shared/queue/queues.ts";
import { connectRedis, type RedisClient } from "../../src/shared/redis/client.ts";
import { type Keys, keysUnder } from "../../src/shared/redis/keys.ts";
import { atDesk, type Desk } from "../../src/workers/commands/ledger-desk.ts";
import { defaultPolicy } from "../support/policy.ts";
import { quickAccount } from "../support/quick-account.ts";
import type { Random } from "./seeded.ts";

const data = resolve(import.meta.dirname, "../../.data");
const PREFIX = "{storm}";
/** The operator mailbox. */
export const DEPARTMENT = "ssl@provider.example";
/** One call in five gets lost, half of them after their effect. */
const LOSS_RATE = 0.2;
/** A slot stays out of eNom's list for this share of T_settle: whoever believed in its absence at once would buy twice. */
const LIST_LAG = 0.15;

export interface Stage {
  folder: string;
  /** The settings of the workers, and of whoever looks after the ledger. */
  env: NodeJS.ProcessEnv;
  enom: SandboxEnom;
  redis: RedisClient;
  keys: Keys;
  queues: Queues;
  certificates: CertificateStore;
  /** SIGKILL; `meanwhile` with the folder of its data, while there is no Redis; then it is started again on that folder. */
  killRedis: (meanwhile: (dataDir: string) => Promise<void>) => Promise<void>;
  redisPid: () => number;
  atDesk: <T>(work: (desk: Desk) => Promise<T>) => Promise<T>;
}

export interface Weather {
  settleSeconds: number;
  random: Random;
  /** The workers reach eNom through it; answers the address that they are told. */
  through?: (enomUrl: string) => Promise<string>;
}

/** Everything that is started is added to `life`, which ends it. */
export async function buildStage(
  folder: string,
  { settleSeconds, random, through }: Weather,
  life: Lifecycle,
): Promise<Stage> {
  mkdirSync(join(folder, "logs"), { recursive: true });
  const place = { dataDir: join(folder, "redis"), binaryDir: join(data, "redis-server") };
  let server = await startRedis(place);
  life.add("redis server", () => server.stop());
  const login = { username: "storm-hosting", password: "a-password-of-the-storm" };
  const timings = { listLagMs: settleSeconds * 1_000 * LIST_LAG };
  const losses = { rate: LOSS_RATE, random };
  const enom = await startSandboxEnom({ ...login, balance: "500000.00", timings, losses });
  life.add("enom", () => enom.close());
  const enomUrl = through ? await through(enom.url) : enom.url;
  const redis = connectRedis(server.url, "never-give-up", () => undefined);
  life.add("redis", () => redis.disconnect());
  const keys = keysUnder(PREFIX);
  const queues = openQueues(redis, PREFIX, () => undefined);
  life.add("queues", () => queues.close());
  const env = {
    PATH: process.env.PATH,
    NODE_COMPILE_CACHE: join(data, "compile-cache"),
    REDIS_URL: server.url,
    CERTFLEET_PREFIX: PREFIX,
    CERTFLEET_CONFIG: quickAccount(folder, enomUrl, enom.ca.rootPem, DEPARTMENT),
    CERTFLEET_JOURNAL: join(folder, "journal"),
    CERTFLEET_SETTLE_SECONDS: `${settleSeconds}`,
    CERTFLEET_REBUY_BUDGET: "1",
    CERTFLEET_POLL_SECONDS: "0.5",
    CERTFLEET_LOCK_SECONDS: "1",
    ENOM_API_URL: enomUrl,
    ENOM_USERNAME: login.username,
    ENOM_PASSWORD: login.password,
    ENOM_LOG: join(folder, "logs", "enom.log"),
    LOG_LEVEL: "info",
  };
  return {
    ...{ folder, env, enom, redis, keys, queues, certificates: certificateStore(redis, keys, defaultPolicy) },
    redisPid: () => server.pid,
    async killRedis(meanwhile) {
      endNow(server.pid);
      await server.exited;
      await meanwhile(place.dataDir);
      server = await startRedis(place);
    },
    atDesk: (work) => atDesk({ redis, keys, env, who: "storm" }, work),
  };
}

/** It may have ended by itself, on a full disk. */
function endNow(pid: number): void {
  try {
    process.kill(pid, "SIGKILL");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "ESRCH") throw error;
  }
}
