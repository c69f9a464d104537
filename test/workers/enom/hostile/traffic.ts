// Roads to a pretended eNom, each as another process of the fleet would have it: a Redis connection, a client, a share of the traffic.

import { randomUUID } from "node:crypto";
import { pino } from "pino";
import { inject, onTestFinished } from "vitest";
import { type SandboxEnom, startSandboxEnom } from "../../../../src/sandbox/enom/server.ts";
import { connectRedis, type RedisClient, untilReady } from "../../../../src/shared/redis/client.ts";
import { keysUnder } from "../../../../src/shared/redis/keys.ts";
import { enomClient } from "../../../../src/workers/enom/client.ts";
import { type Enom, enomCommands } from "../../../../src/workers/enom/commands/commands.ts";
import { type BreakerNeeds, openBreaker } from "../../../../src/workers/enom/traffic/breaker.ts";
import { openBudget } from "../../../../src/workers/enom/traffic/budget.ts";
import { trafficOf } from "../../../../src/workers/enom/traffic/traffic.ts";

export interface Roads {
  sandbox: SandboxEnom;
  /** What the breakers logged. */
  events: Record<string, unknown>[];
  /** What work reported for a connection check. */
  troubles: string[];
  /** A process of its own on this account. */
  process: (account: string, how?: Partial<How>) => Promise<Enom>;
}

interface How {
  requestsPerSecond: number;
  pauses: BreakerNeeds["pauses"];
}

/** Short enough to be waited out. */
export const PAUSES = { firstMs: 300, longestMs: 1_000 };

export async function roads(): Promise<Roads> {
  const sandbox = await startSandboxEnom();
  const { username, password } = sandbox.settings;
  const keys = keysUnder(`{t-${randomUUID().slice(0, 13)}}`);
  const events: Record<string, unknown>[] = [];
  const log = pino({ level: "info", base: null }, { write: (line: string) => void events.push(JSON.parse(line)) });
  const troubles: string[] = [];
  const ends: (() => unknown)[] = [];
  onTestFinished(async () => {
    await Promise.all(ends.map((end) => end()));
    await sandbox.close();
  });
  return {
    ...{ sandbox, events, troubles },
    async process(account, { requestsPerSecond = 1_000, pauses = PAUSES } = {}) {
      const redis = connectRedis(inject("redisUrl"), "never-give-up", () => undefined);
      await untilReady(redis, 5_000);
      const traffic = trafficOf(account, {
        budget: openBudget(
          { account, requestsPerSecond },
          { redis, keys: { rate: keys.rate(account), line: keys.line(account), turns: keys.lineTurns(account) } },
        ),
        breaker: openBreaker({ redis, keys, account, pauses, log }),
        onTrouble: (cause) => void troubles.push(cause),
      });
      const access = { account, apiUrl: sandbox.url, username, password };
      const client = enomClient(access, { record: () => {}, traffic, limits: { gateMs: 500 } });
      ends.push(() => client.close().then(() => redis.quit()));
      return enomCommands(client);
    },
  };
}

/** A Redis that is not there. */
export function absentRedis(): RedisClient {
  const redis = connectRedis("redis://127.0.0.1:1", "never-give-up", () => undefined);
  onTestFinished(() => redis.disconnect());
  return redis;
}
