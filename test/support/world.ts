// A small world for one test: a prefix of its own in a real Redis, a pretended eNom, a mail server, and the real workers between them.

import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { join } from "node:path";
import type { Redis } from "ioredis";
import { inject, onTestFinished, vi } from "vitest";
import { type SandboxEnom, type SandboxEnomOptions, startSandboxEnom } from "../../src/sandbox/enom/server.ts";
import { type MailCatcher, startMailCatcher } from "../../src/sandbox/mail/catcher.ts";
import { systemClock } from "../../src/shared/base/clock.ts";
import type { Certificate } from "../../src/shared/certificate/certificate.ts";
import { parseOrder } from "../../src/shared/certificate/order.ts";
import { type CertificateStore, certificateStore } from "../../src/shared/certificate/store.ts";
import type { JobName } from "../../src/shared/queue/jobs.ts";
import { openQueues, type Queues } from "../../src/shared/queue/queues.ts";
import { connectRedis } from "../../src/shared/redis/client.ts";
import { type Keys, keysUnder } from "../../src/shared/redis/keys.ts";
import type { Journal } from "../../src/workers/journal/journal.ts";
import { openJournal } from "../../src/workers/journal/open.ts";
import { startWorkers } from "../../src/workers/main.ts";
import { type OrderChanges, orderBody } from "./order.ts";
import { defaultPolicy } from "./policy.ts";
import { quickAccount } from "./quick-account.ts";
import { quickFolder } from "./quick-folder.ts";
import { testCa } from "./test-ca.ts";
import { type Time, timeOf } from "./time.ts";

export const PASSWORD = "canary-password-Zx81";

export interface World {
  enom: SandboxEnom;
  mail: MailCatcher;
  redis: Redis;
  keys: Keys;
  queues: Queues;
  certificates: CertificateStore;
  journal: Journal;
  /** The time of this world's needs (not of its real workers, nor of its eNom), and how it passes. */
  time: Time;
  /** Settings for workers and gateways of this world. */
  env: NodeJS.ProcessEnv;
  /** Starts workers in this process, without schedules; they stop with the test, or before. */
  work: (names: readonly JobName[], env?: NodeJS.ProcessEnv) => Promise<{ stop: () => Promise<void> }>;
  /** Accepts an order as the gateway does, without ringing. */
  accept: (changes: OrderChanges) => Promise<string>;
  /** Accepts and rings. */
  order: (changes: OrderChanges) => Promise<string>;
  /** The certificate as soon as it is as wanted; fails with its record when it does not come so far. */
  until: (reference: string, fits: (certificate: Certificate) => boolean, timeoutMs?: number) => Promise<Certificate>;
}

export const issued = ({ record }: Certificate): boolean =>
  record.issue !== null && record.toldSerial === record.issue.serialNumber;
export const stuck = ({ record }: Certificate): boolean => record.attention !== null;

/** `redisUrl`: a Redis of the test's own, where it does something to all of it. */
export async function world({
  redisUrl = inject("redisUrl"),
  ...options
}: SandboxEnomOptions & { redisUrl?: string } = {}): Promise<World> {
  const folder = await mkdtemp(join(quickFolder(), "certfleet-world-"));
  const login = { username: "acme-hosting", password: PASSWORD };
  const caOf = options.dataDir === undefined ? { ca: await testCa() } : {};
  const enom = await startSandboxEnom({ ...login, ...caOf, ...options });
  const mail = await startMailCatcher();
  const prefix = `{sandbox-${randomUUID().slice(0, 13)}}`;
  const redis = connectRedis(redisUrl, "never-give-up", () => undefined) as Redis;
  const keys = keysUnder(prefix);
  const queues = openQueues(redis, prefix, () => undefined);
  const certificates = certificateStore(redis, keys, defaultPolicy);
  const journal = await openJournal(join(folder, "journal"), prefix);
  const time = timeOf({ redis, keys, journal });
  const stops: (() => Promise<void>)[] = [];
  onTestFinished(async () => {
    await Promise.all(stops.map((stop) => stop()));
    await queues.close();
    await journal.close();
    await redis.quit();
    await Promise.all([enom.close(), mail.close(), rm(folder, { recursive: true, maxRetries: 5 })]);
  });
  const env = {
    REDIS_URL: redisUrl,
    CERTFLEET_PREFIX: prefix,
    CERTFLEET_CONFIG: quickAccount(folder, enom.url, enom.ca.rootPem),
    ENOM_API_URL: enom.url,
    ENOM_USERNAME: "acme-hosting",
    ENOM_PASSWORD: PASSWORD,
    ENOM_LOG: join(folder, "enom.log"),
    CERTFLEET_JOURNAL: join(folder, "journal"),
    SMTP_URL: mail.smtpUrl,
    MAIL_FROM: "certificates@provider.example",
    CERTFLEET_MAILS_PER_SECOND: "1000",
    CERTFLEET_POLL_SECONDS: "0.1",
    CERTFLEET_SETTLE_SECONDS: "20",
    CERTFLEET_LOCK_SECONDS: "2",
    LOG_LEVEL: "silent",
  };
  const accept = async (changes: OrderChanges): Promise<string> => {
    const parsed = await parseOrder(await orderBody(changes), new Date("2026-11-22T12:00:00Z"));
    // Stories begin where an order was accepted, whoever knew by then that e-mail ends.
    const late = "faults" in parsed ? [] : parsed.lateFaults.filter(({ field }) => field !== "acknowledge");
    const faults = "faults" in parsed ? parsed.faults : late;
    if ("faults" in parsed || faults.length > 0)
      throw new Error(`the test's order is wrong: ${JSON.stringify(faults)}`);
    await certificates.accept(parsed.order, systemClock.now());
    return parsed.order.reference;
  };

  return {
    ...{ enom, mail, redis, keys, queues, certificates, journal, time, env, accept },
    async work(names, own = env) {
      const workers = await startWorkers(names, own, { keepEveryMs: 0 });
      stops.push(() => workers.stop());
      return workers;
    },
    async order(changes) {
      const reference = await accept(changes);
      await queues.enqueue("open", { reference });
      return reference;
    },
    until: (reference, fits, timeout = 15_000) =>
      vi.waitFor(
        async () => {
          const certificate = await certificates.find(reference);
          if (!certificate) throw new Error(`no order ${reference}`);
          if (!fits(certificate)) throw new Error(describe(certificate));
          return certificate;
        },
        { timeout, interval: 20 },
      ),
  };
}

function describe({ state, record }: Certificate): string {
  const { attention, trouble, timeline } = record;
  return `order is ${state}: ${JSON.stringify({ attention, trouble, timeline: timeline.slice(-5) })}`;
}
