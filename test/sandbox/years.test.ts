// The customer's five-year example, lived through by the real workers with a clock that is turned on.
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { startSandboxEnom } from "../../src/sandbox/enom/server.ts";
import { startMailCatcher } from "../../src/sandbox/mail/catcher.ts";
import { BEGIN, type Lived, liveThrough, SLOW_ENOM, SLOW_FLEET } from "../../src/sandbox/years/life.ts";
import { endedWell } from "../../src/sandbox/years/summary.ts";
import { utcDate } from "../../src/shared/base/dates.ts";
import { openQueues } from "../../src/shared/queue/queues.ts";
import { connectRedis } from "../../src/shared/redis/client.ts";
import { keysUnder } from "../../src/shared/redis/keys.ts";
import { setVirtualTime, virtualClock } from "../../src/shared/redis/virtual-clock.ts";
import { startWorkers } from "../../src/workers/main.ts";
import { orderBody } from "../support/order.ts";
import { quickAccount } from "../support/quick-account.ts";

/** So many years of this product, bought at noon on 2 April 2026, validated by DNS, reissued ten days before each end. */
async function yearsOf(product: string, years: number): Promise<Lived> {
  const ended = new AbortController();
  const stops: (() => unknown)[] = [() => ended.abort()];
  onTestFinished(async () => {
    for (const stop of stops.reverse()) await stop();
  });
  const url = inject("redisUrl");
  const prefix = `{sandbox-t-${randomUUID().slice(0, 13)}}`;
  const keys = keysUnder(prefix);
  const onError = () => undefined;
  const redis = connectRedis(url, "never-give-up", onError);
  const queues = openQueues(redis, prefix, onError);
  stops.push(() => redis.disconnect(), queues.close);
  await setVirtualTime(redis, keys.clock, BEGIN);
  const clock = await virtualClock({ redis, url, key: keys.clock, onError });
  const enom = await startSandboxEnom({ ...SLOW_ENOM, clock });
  const mail = await startMailCatcher({ clock });
  const folder = await mkdtemp(join(tmpdir(), "certfleet-years-"));
  stops.push(clock.close, () => rm(folder, { recursive: true, maxRetries: 5 }), enom.close, mail.close);
  const workers = await startWorkers(["open", "reissue", "notify"], {
    ...SLOW_FLEET,
    REDIS_URL: url,
    CERTFLEET_PREFIX: prefix,
    CERTFLEET_CONFIG: quickAccount(folder, enom.url, enom.ca.rootPem),
    ENOM_API_URL: enom.url,
    ENOM_USERNAME: enom.settings.username,
    ENOM_PASSWORD: enom.settings.password,
    ENOM_LOG: join(folder, "enom.log"),
    CERTFLEET_JOURNAL: join(folder, "journal"),
    SMTP_URL: mail.smtpUrl,
    MAIL_FROM: "certificates@provider.example",
    CERTFLEET_MAILS_PER_SECOND: "1000",
    LOG_LEVEL: "silent",
  });
  stops.push(workers.stop);

  const policy = { mode: "auto", beforeDays: 10 } as const;
  const order = await orderBody({ product, years, approver: { method: "dns" }, policy });
  await queues.enqueue("open", { v: 1, ...order });
  const world = { redis, keys, queues, clock, enom, mail, signal: ended.signal };
  const screen = { tell: () => undefined, stand: () => undefined };
  return liveThrough(world, { years, beforeDays: policy.beforeDays }, screen);
}

test("five years that are paid at once take 30 certificates, one purchase, and leave no day uncovered", async () => {
  const lived = await yearsOf("Certificate-GeoTrust-QuickSSL-Premium", 5);

  const { certificates, purchases, days, uncovered, failures, mails, term } = lived;
  expect({ certificates: certificates.length, purchases, days }).toEqual({
    certificates: 30,
    purchases: 1,
    days: 1826,
  });
  expect(uncovered).toEqual([]);
  expect(failures).toEqual([]);
  expect(certificates.slice(0, 3).map(({ endsAt }) => utcDate(endsAt))).toEqual([
    "2026-10-19",
    "2027-04-27",
    "2027-07-26",
  ]);
  expect(utcDate(certificates.at(-1)?.endsAt ?? BEGIN)).toBe(utcDate(term.to));
  expect([mails.get("certificate-issued"), mails.get("certificate-reissued")]).toEqual([1, 29]);
  expect(mails.get("validation-required")).toBe(certificates.filter(({ byOwner }) => byOwner).length);
  expect(endedWell(lived)).toBe(true);
}, 60_000);

test("three years of a product that is sold for two years at most are bought twice, in time", async () => {
  const lived = await yearsOf("Certificate-RapidSSL-RapidSSL", 3);

  expect(lived.purchases).toBe(2);
  expect(lived.certificates.filter(({ isFirst }) => isFirst).map(({ issuedAt }) => utcDate(issuedAt))).toEqual([
    "2026-04-02",
    "2028-03-23",
  ]);
  expect(lived.uncovered).toEqual([]);
  expect(lived.failures).toEqual([]);
  expect(lived.certificates).toHaveLength(lived.expected.certificates);
}, 60_000);
