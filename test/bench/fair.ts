// npm run bench -- --fair: how long others wait behind a thousand orders of one customer, at five calls to eNom a second, and an
// owner's mail behind two thousand mails that one key asked for.

import { randomUUID } from "node:crypto";
import { writeFileSync } from "node:fs";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join, resolve } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { table } from "../../src/producers/cli/table.ts";
import { startSandboxEnom } from "../../src/sandbox/enom/server.ts";
import { startMailCatcher } from "../../src/sandbox/mail/catcher.ts";
import { startRedis } from "../../src/sandbox/redis/redis.ts";
import type { Actor } from "../../src/shared/authority/actor.ts";
import { systemClock } from "../../src/shared/base/clock.ts";
import type { Certificate } from "../../src/shared/certificate/certificate.ts";
import { type Order, parseOrder } from "../../src/shared/certificate/order.ts";
import { type CertificateStore, certificateStore } from "../../src/shared/certificate/store.ts";
import { openQueues, type Queues } from "../../src/shared/queue/queues.ts";
import { connectRedis } from "../../src/shared/redis/client.ts";
import { keysUnder } from "../../src/shared/redis/keys.ts";
import { startWorkers } from "../../src/workers/main.ts";
import { orderBody } from "../support/order.ts";
import { defaultPolicy } from "../support/policy.ts";

const BULK = 1_000;
const MAILS = 2_000;
const PER_SECOND = 5;
/** Promised to whoever orders behind the bulk, and to whoever is to get a mail. */
export const MOST_SECONDS = { slot: 20, mail: 5 };
/** The first others order at once, the next when the bulk is under way. */
const LATER_MS = 15_000;
const GIVE_UP_MS = 90_000;
const SHOP: Actor = { kind: "key", id: "shop" };
const RESELLER: Actor = { kind: "key", id: "reseller" };
const BULK_BUYER = "bulk@example.net";
const binaryDir = resolve(import.meta.dirname, "../../.data/redis-server");

export interface FairMeasured {
  who: string;
  seconds: number;
  most: number;
}

interface Stage {
  certificates: CertificateStore;
  queues: Queues;
  template: Order;
}

/** Everything is real but eNom and the mail server; the bulk is another one's all the time. */
export async function measureFair(): Promise<FairMeasured[]> {
  const folder = await mkdtemp(join(tmpdir(), "certfleet-bench-"));
  const server = await startRedis({ ephemeral: true, binaryDir, say: console.error });
  const enom = await startSandboxEnom({ balance: "500000.00", timings: { listLagMs: 500, orderLagMs: 2_000 } });
  const mail = await startMailCatcher();
  const redis = connectRedis(server.url, "never-give-up", () => undefined);
  const prefix = `{bench-${randomUUID().slice(0, 8)}}`;
  const keys = keysUnder(prefix);
  const queues = openQueues(redis, prefix, () => undefined);
  const config = join(folder, "certfleet.yaml");
  const { username, password } = enom.settings;
  const login = {
    id: "main",
    name: "eNom",
    apiUrl: enom.url,
    username,
    password,
    requestsPerSecond: PER_SECOND,
    purchasing: { perHour: "none", perDay: "none" },
  };
  writeFileSync(config, `roots: [${JSON.stringify(enom.ca.rootPem)}]\naccounts:\n  - ${JSON.stringify(login)}\n`);
  const env = {
    ...{ REDIS_URL: server.url, CERTFLEET_PREFIX: prefix, CERTFLEET_CONFIG: config, LOG_LEVEL: "silent" },
    ...{ ENOM_LOG: join(folder, "enom.log"), CERTFLEET_JOURNAL: join(folder, "journal") },
    ...{ SMTP_URL: mail.smtpUrl, MAIL_FROM: "certificates@provider.example", CERTFLEET_SETTLE_SECONDS: "10" },
  };
  const certificates = certificateStore(redis, keys, defaultPolicy);
  const parsed = await parseOrder(await orderBody(), systemClock.now());
  if ("faults" in parsed) throw new Error(JSON.stringify(parsed.faults));
  const stage = { certificates, queues, template: parsed.order };
  const workers = await startWorkers(["open", "reissue", "notify", "balance-poll"], env);
  try {
    return [
      ...(await behindOrders(stage)),
      await behindMails(stage, () => mail.mails().flatMap(({ envelope }) => envelope.to)),
    ];
  } finally {
    await workers.stop();
    await queues.close();
    redis.disconnect();
    await Promise.all([server.stop(), enom.close(), mail.close()]);
    await rm(folder, { recursive: true });
  }
}

async function behindOrders(stage: Stage): Promise<FairMeasured[]> {
  for (let i = 0; i < BULK; i++) await place(stage, { email: BULK_BUYER, by: SHOP });
  const others = [
    { who: "another customer of the key", email: "one@example.net", by: SHOP },
    { who: "another key, the same customer", email: BULK_BUYER, by: RESELLER },
  ];
  const first = others.map((each) => waitForSlot(stage, each));
  await pause(LATER_MS);
  const later = others.map((each) => waitForSlot(stage, { ...each, email: `later-${each.email}`, later: true }));
  return Promise.all([...first, ...later]);
}

async function place(
  { certificates, queues, template }: Stage,
  { email, by }: { email: string; by: Actor },
): Promise<string> {
  const reference = `bench-${randomUUID().slice(0, 13)}`;
  const order = { ...template, reference, customer: { email } };
  await certificates.accept(order, systemClock.now(), order, by);
  await queues.enqueue("open", { reference });
  return reference;
}

async function waitForSlot(
  stage: Stage,
  { who, later = false, ...order }: { who: string; email: string; by: Actor; later?: boolean },
): Promise<FairMeasured> {
  const reference = await place(stage, order);
  const hasSlot = (found: Certificate | undefined): boolean => found?.certId !== null && found !== undefined;
  const seconds = await secondsUntil(async () => hasSlot(await stage.certificates.find(reference)));
  return { who: `${who}${later ? ", later" : ""}`, seconds, most: MOST_SECONDS.slot };
}

async function behindMails({ queues, template }: Stage, sentTo: () => string[]): Promise<FairMeasured> {
  const letter = {
    template: "certificate-failed",
    values: { reference: "b-1", domain: template.domain, product: "RapidSSL", reason: null },
  };
  for (let i = 0; i < MAILS; i++)
    await queues.enqueue("notify", {
      ...letter,
      key: `outside:key:shop:${i}`,
      to: { address: `stranger-${i}@example.net` },
    });
  const address = "owner@example.net";
  await queues.enqueue(
    "notify",
    { ...letter, key: "own", to: { address } },
    { share: { by: "key:shop", of: "owner" } },
  );
  const seconds = await secondsUntil(async () => sentTo().includes(address));
  return { who: "an owner's mail behind mails of others", seconds, most: MOST_SECONDS.mail };
}

async function secondsUntil(isThere: () => Promise<boolean>): Promise<number> {
  const began = performance.now();
  while (performance.now() - began < GIVE_UP_MS) {
    if (await isThere()) return (performance.now() - began) / 1_000;
    await pause(50);
  }
  return Number.POSITIVE_INFINITY;
}

export function fairWords(measured: readonly FairMeasured[]): string {
  return table(
    ["", "seconds", "at most"],
    measured.map(({ who, seconds, most }) => [who, seconds.toFixed(1), `${most}`]),
  );
}
