// Two orders that only e-mail validates, lived through by the real workers from 2026 to 2031: nothing is bought that cannot be
// validated, and nobody is asked for the impossible.
import { randomUUID } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { startSandboxEnom } from "../../../src/sandbox/enom/server.ts";
import { startMailCatcher } from "../../../src/sandbox/mail/catcher.ts";
import { chronicleOf } from "../../../src/sandbox/years/chronicle.ts";
import { liveUntil } from "../../../src/sandbox/years/driver.ts";
import { BEGIN, SLOW_ENOM, SLOW_FLEET, type World } from "../../../src/sandbox/years/life.ts";
import { plusYears, utcDate } from "../../../src/shared/base/dates.ts";
import { type CertificateStore, certificateStore } from "../../../src/shared/certificate/store.ts";
import { openQueues } from "../../../src/shared/queue/queues.ts";
import { connectRedis } from "../../../src/shared/redis/client.ts";
import { keysUnder } from "../../../src/shared/redis/keys.ts";
import { setVirtualTime, virtualClock } from "../../../src/shared/redis/virtual-clock.ts";
import { EMAIL_VALIDATION_ENDS } from "../../../src/shared/subscription/limits.ts";
import { startWorkers } from "../../../src/workers/main.ts";
import { orderBody } from "../../support/order.ts";
import { defaultPolicy } from "../../support/policy.ts";

const DEPARTMENT = "ssl@provider.example";
const CUSTOMER = "client@example.net";

/** The fleet on 2 April 2026, with a department, by a clock that is turned on. */
async function openWorld(): Promise<World & { certificates: CertificateStore }> {
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
  const { username, password } = enom.settings;
  const login = `apiUrl: "${enom.url}", username: "${username}", password: "${password}"`;
  const config = join(folder, "certfleet.yaml");
  await writeFile(
    config,
    `accounts:\n  - { id: main, ${login}, department: ${DEPARTMENT}, requestsPerSecond: 1000 }\n`,
    {
      mode: 0o600,
    },
  );
  const workers = await startWorkers(["open", "reissue", "notify"], {
    ...SLOW_FLEET,
    REDIS_URL: url,
    CERTFLEET_PREFIX: prefix,
    CERTFLEET_CONFIG: config,
    ENOM_LOG: join(folder, "enom.log"),
    CERTFLEET_JOURNAL: join(folder, "journal"),
    SMTP_URL: mail.smtpUrl,
    MAIL_FROM: "certificates@provider.example",
    CERTFLEET_MAILS_PER_SECOND: "1000",
    LOG_LEVEL: "silent",
  });
  stops.push(workers.stop);
  const certificates = certificateStore(redis, keys, defaultPolicy);
  return { redis, keys, queues, clock, enom, mail, signal: ended.signal, certificates };
}

/** The department opens its tickets at once, for each reissue that it was asked for. */
async function workTickets({ certificates, clock, enom }: Awaited<ReturnType<typeof openWorld>>): Promise<void> {
  const { certificates: all } = await certificates.list({}, { limit: 50, cursor: undefined }, clock.now());
  for (const { record, certId } of all) {
    const isAsked = record.reissue?.state === "asked" && !record.reissue.isBegun;
    if (isAsked && certId !== null) await enom.support.reissue(certId, {}).catch(() => undefined); // begun already
  }
}

test("an e-mail-validated wildcard and a Comodo product from 2026 to 2031: no purchase that cannot be validated, no mail that asks the impossible", async () => {
  const w = await openWorld();
  const common = {
    years: 5,
    policy: { mode: "auto" as const, beforeDays: 10 },
    acknowledge: ["email-validation-ends" as const],
  };
  const wild = await orderBody({ ...common, product: "Certificate-RapidSSL-RapidSSL-Wildcard", cn: "*.example.com" });
  const comodo = await orderBody({ ...common, product: "Certificate-Comodo-Essential" });
  for (const order of [wild, comodo]) await w.queues.enqueue("open", { v: 1, ...order });
  const chronicle = chronicleOf({ ...w, books: w.enom.books });
  const asks: { at: Date; owed: boolean }[] = [];
  let seen = 0;

  await liveUntil(
    () => plusYears(BEGIN, 5),
    w,
    async () => {
      await chronicle.news();
      for (const { id, receivedAt, envelope, subject = "" } of w.mail.mails().filter(({ id }) => id > seen)) {
        seen = id;
        const isAsk = envelope.to.includes(CUSTOMER) && /confirm your domain/i.test(subject);
        // Someone waits for the owner at the CA at this moment.
        const owed = w.enom.books.slots().some(({ statusId, reissue }) => statusId === 2 || statusId === 9 || reissue);
        if (isAsk) asks.push({ at: receivedAt, owed });
      }
      await workTickets(w);
    },
  );

  const purchases = w.enom.books.purchases().map(({ at }) => new Date(at));
  expect(purchases.filter((at) => at >= EMAIL_VALIDATION_ENDS).map(utcDate)).toEqual([]);
  expect(w.enom.books.slots().filter(({ issues }) => issues.length === 0)).toEqual([]);
  expect(asks.length).toBeGreaterThan(3);
  expect(asks.filter(({ at, owed }) => at >= EMAIL_VALIDATION_ENDS || !owed)).toEqual([]);
  const texts = w.mail.mails().map(({ envelope, subject = "", text = "" }) => ({ to: envelope.to, subject, text }));
  expect(texts.filter(({ text }) => text.includes("validation-method"))).toEqual([]);
  const waits = texts.filter(({ to, text }) => to.includes(DEPARTMENT) && text.includes("offers no other method"));
  expect(waits.length).toBeGreaterThan(0);
  for (const { reference } of [wild, comodo]) {
    const certificate = await w.certificates.find(reference);
    expect(certificate?.record.timeline.some(({ detail }) => detail.startsWith("validation-needed"))).toBe(true);
  }
  expect(await Promise.all(Object.values(w.queues.all).map((queue) => queue.getFailedCount()))).toEqual([0, 0, 0, 0]);
}, 120_000);
