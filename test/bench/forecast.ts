// npm run bench -- --forecast: how long a forecast of five years takes for 10,000 certificates, read from Redis; it may take 10 s.

import { resolve } from "node:path";
import { performance } from "node:perf_hooks";
import { startRedis } from "../../src/sandbox/redis/redis.ts";
import { accountRecords } from "../../src/shared/account/records.ts";
import { DAY_MS } from "../../src/shared/base/dates.ts";
import { newRecord } from "../../src/shared/certificate/new-record.ts";
import { parseOrder } from "../../src/shared/certificate/order.ts";
import { certificateStore } from "../../src/shared/certificate/store.ts";
import { forecastFleet } from "../../src/shared/forecast/fleet-forecast.ts";
import { connectRedis, type RedisClient } from "../../src/shared/redis/client.ts";
import { type Keys, keysUnder } from "../../src/shared/redis/keys.ts";
import { orderBody } from "../support/order.ts";
import { defaultPolicy } from "../support/policy.ts";

const FROM = new Date("2026-11-22T12:00:00Z");

const COUNT = 10_000;
const YEARS = 5;
export const FORECAST_SECONDS = 10;
const binaryDir = resolve(import.meta.dirname, "../../.data/redis-server");

export interface ForecastMeasured {
  certificates: number;
  years: number;
  seconds: number;
  reissues: number;
}

/** Certificates for five years, bought in the weeks before, half of them sold by the year: read from Redis, forecast, counted by day. */
export async function measureForecast(): Promise<ForecastMeasured> {
  const server = await startRedis({ ephemeral: true, binaryDir, say: console.error });
  const redis = connectRedis(server.url, "never-give-up", () => undefined);
  try {
    const keys = keysUnder("{bench-forecast}");
    await fill(redis, keys);
    const fleet = { certificates: certificateStore(redis, keys, defaultPolicy), accounts: accountRecords(redis, keys) };
    const started = performance.now();
    const made = await forecastFleet(
      { years: YEARS, by: "day" },
      { ...fleet, policyFor: defaultPolicy, clock: { now: () => FROM } },
    );
    const seconds = (performance.now() - started) / 1_000;
    const { certificates, policies } = made ?? { certificates: 0, policies: [] };
    return { certificates, years: YEARS, seconds, reissues: policies[0]?.totals.reissues ?? 0 };
  } finally {
    redis.disconnect();
    await server.stop();
  }
}

export function forecastWords({ certificates, years, seconds, reissues }: ForecastMeasured): string {
  return `${certificates} certificates, ${years} years, ${reissues} reissues: ${seconds.toFixed(1)} s of at most ${FORECAST_SECONDS}`;
}

async function fill(redis: RedisClient, keys: Keys): Promise<void> {
  const parsed = await parseOrder(await orderBody({ years: 5 }), FROM);
  if ("faults" in parsed) throw new Error(JSON.stringify(parsed.faults));
  const pem = `-----BEGIN CERTIFICATE-----\n${"M".repeat(4_000)}\n-----END CERTIFICATE-----\n`;
  const pipeline = redis.pipeline();
  for (let i = 0; i < COUNT; i++) {
    const order = { ...parsed.order, reference: `bench-${i}` };
    const at = new Date(FROM.getTime() - ((i % 90) + 1) * DAY_MS);
    const years = i % 2 === 0 ? 5 : 1;
    const issue = {
      serialNumber: `${i}`,
      pem,
      csrHash: "",
      notBefore: at.toISOString(),
      notAfter: new Date(at.getTime() + 200 * DAY_MS - 1_000).toISOString(),
    };
    const record = { ...newRecord(order, at), account: "main", issue, plan: { years, price: "9.95", currency: "USD" } };
    const purchases = [{ certId: i + 1, orderId: i + 1, at: at.toISOString(), years }];
    pipeline.hset(keys.certificate(order.reference), {
      ...{
        digest: "",
        order: JSON.stringify(order),
        record: JSON.stringify(record),
        purchases: JSON.stringify(purchases),
      },
      ...{ state: "CONFIGURED", version: 1, attempt: 1, certId: i + 1, acceptedAt: at.getTime(), status: "issued" },
    });
    pipeline.zadd(keys.byAcceptance, at.getTime(), order.reference);
  }
  await pipeline.exec();
}
