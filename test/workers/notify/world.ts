// What a story about mails happens in: a mail server, a mail book in Redis, our templates, a clock that stands still.
import { randomUUID } from "node:crypto";
import { Writable } from "node:stream";
import { Redis } from "ioredis";
import { inject, onTestFinished } from "vitest";
import { startMailCatcher } from "../../../src/sandbox/mail/catcher.ts";
import { createLog } from "../../../src/shared/base/log.ts";
import { certificateStore } from "../../../src/shared/certificate/store.ts";
import { bounceList } from "../../../src/shared/mail/bounces.ts";
import { failedMails } from "../../../src/shared/mail/failed/failed-mails.ts";
import { Notification } from "../../../src/shared/mail/notification.ts";
import { renderer } from "../../../src/shared/mail/render.ts";
import { templates } from "../../../src/shared/mail/templates.ts";
import { mailTraffic } from "../../../src/shared/mail/traffic.ts";
import { keysUnder } from "../../../src/shared/redis/keys.ts";
import { mailBook } from "../../../src/workers/notify/mails.ts";
import type { NotifyNeeds } from "../../../src/workers/notify/notify.ts";
import { openSmtp } from "../../../src/workers/notify/smtp.ts";
import { defaultPolicy } from "../../support/policy.ts";

export async function world({ leaseMs = 60_000 } = {}) {
  const catcher = await startMailCatcher();
  const redis = new Redis(inject("redisUrl"), { maxRetriesPerRequest: 1 });
  const smtp = openSmtp({ url: catcher.smtpUrl, from: "Provider <ssl@provider.example>" });
  const prefix = `{test-${randomUUID()}}`;
  const keys = keysUnder(prefix);
  const mails = mailBook({ redis, keys, leaseMs });
  const bounces = bounceList(redis, keys);
  const failed = failedMails(redis, keys);
  const certificates = certificateStore(redis, keys, defaultPolicy);
  const clock = clockAt("2026-04-02T10:00:00Z");
  const lines: string[] = [];
  const log = createLog("info", "test", keeping(lines));
  const needs: NotifyNeeds = {
    mails,
    bounces,
    failed,
    render: renderer(),
    smtp,
    clock,
    log,
    traffic: mailTraffic(redis, keys),
  };
  onTestFinished(async () => {
    smtp.close();
    await Promise.all([redis.quit(), catcher.close()]);
  });
  return { catcher, redis, keys, prefix, mails, bounces, certificates, failed, smtp, clock, lines, needs };
}

function keeping(lines: string[]): Writable {
  return new Writable({
    write(line, _encoding, done) {
      lines.push(`${line}`);
      done();
    },
  });
}

/** Stands still until it is told to go on. */
export function clockAt(start: string) {
  let now = new Date(start);
  return {
    now: () => now,
    passHours(hours: number) {
      now = new Date(now.getTime() + hours * 3_600_000);
    },
  };
}

export function aNotification(over: Partial<Notification> = {}): Notification {
  return Notification.parse({
    key: "bill-1001:issued:1",
    template: "certificate-issued",
    to: { address: "client@example.net", name: "Ada Example" },
    values: templates["certificate-issued"].example,
    ...over,
  });
}
