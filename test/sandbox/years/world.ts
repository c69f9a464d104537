// A fleet on 2 April 2026: the real workers, a pretended eNom and a mailbox, by a clock that is turned on.
import { randomUUID } from "node:crypto";
import { mkdtemp, rm } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { inject, onTestFinished } from "vitest";
import { startSandboxEnom } from "../../../src/sandbox/enom/server.ts";
import { startMailCatcher } from "../../../src/sandbox/mail/catcher.ts";
import { BEGIN, SLOW_ENOM, SLOW_FLEET, type World } from "../../../src/sandbox/years/life.ts";
import { openQueues } from "../../../src/shared/queue/queues.ts";
import { connectRedis } from "../../../src/shared/redis/client.ts";
import { keysUnder } from "../../../src/shared/redis/keys.ts";
import { setVirtualTime, virtualClock } from "../../../src/shared/redis/virtual-clock.ts";
import { startWorkers } from "../../../src/workers/main.ts";
import { quickAccount } from "../../support/quick-account.ts";

/** `department`: the operator mailbox of its account. Everything ends with the test. */
export async function openVirtualWorld(department?: string): Promise<World> {
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
  const clock = await virtualClock({ redis, access: { REDIS_URL: url }, key: keys.clock, news: { trouble: onError } });
  const enom = await startSandboxEnom({ ...SLOW_ENOM, clock });
  const mail = await startMailCatcher({ clock });
  const folder = await mkdtemp(join(tmpdir(), "certfleet-years-"));
  stops.push(clock.close, () => rm(folder, { recursive: true, maxRetries: 5 }), enom.close, mail.close);
  const workers = await startWorkers(["open", "reissue", "notify"], {
    ...SLOW_FLEET,
    REDIS_URL: url,
    CERTFLEET_PREFIX: prefix,
    CERTFLEET_CONFIG: quickAccount(folder, enom.url, enom.ca.rootPem, department),
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
  return { redis, keys, queues, clock, enom, mail, signal: ended.signal };
}
