// What a verb works with: records, queues, policy, clock and who speaks, on a connection that ends with the verb.

import { type AccountRecords, accountRecords } from "../../shared/account/records.ts";
import type { Actor } from "../../shared/authority/actor.ts";
import { type Clock, realTime } from "../../shared/base/clock.ts";
import { readSettings } from "../../shared/base/read-settings.ts";
import { failure, type Result } from "../../shared/base/result.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { overNewest } from "../../shared/certificate/save-race.ts";
import { type CertificateStore, certificateStore } from "../../shared/certificate/store.ts";
import { type FleetFile, fleetFileOf } from "../../shared/config/fleet-file.ts";
import { policyFor } from "../../shared/config/policy.ts";
import { policySettings } from "../../shared/config/settings.ts";
import { type IntakeRules, intakeRules } from "../../shared/intake/rules.ts";
import type { Enqueue, Queues } from "../../shared/queue/queues.ts";
import type { SharedQueue, WaitingJob } from "../../shared/queue/waiting.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import type { PolicyFor } from "../../shared/subscription/policy.ts";
import { withRedis } from "./connection.ts";
import { actorOf, type ProgramContext, whoSpeaks } from "./own-redis.ts";

export interface Fleet {
  certificates: CertificateStore;
  accounts: AccountRecords;
  enqueue: Enqueue;
  /** For what is read of the fleet beside its records. */
  redis: RedisClient;
  keys: Keys;
  /** What waits there, and whose work it is. */
  waitingIn: (queue: SharedQueue) => Promise<WaitingJob[]>;
  policyFor: PolicyFor;
  /** What the operator decided about orders and CSRs that come in; without it, the rules as they are built in. */
  intake?: IntakeRules | undefined;
  /** The operator's templates. */
  templates: FleetFile["templates"];
  clock: Clock;
  /** The person at the keyboard. */
  actor: Actor;
  /** The same, for the timeline. */
  who: string;
}

/** @throws Unavailable when Redis does not respond; Error when settings are wrong */
export function withFleet<T>(context: ProgramContext, work: (fleet: Fleet) => Promise<T>, inHand?: Clock): Promise<T> {
  const { env } = context;
  const file = fleetFileOf(env);
  const policies = policyFor(readSettings(policySettings, env), file);
  return withRedis(context, async ({ redis, keys, clock: ofFleet }) => {
    const clock = inHand ?? ofFleet;
    const queues = queuesWhenNeeded(redis, keys, clock);
    try {
      return await work({
        certificates: certificateStore(redis, keys, policies),
        accounts: accountRecords(redis, keys),
        enqueue: async (...asked) => (await queues.open()).enqueue(...asked),
        ...{ redis, keys },
        waitingIn: async (name) => {
          const [{ all }, { readWaiting }] = await Promise.all([
            queues.open(),
            import("../../shared/queue/waiting.ts"),
          ]);
          return readWaiting(name, { redis, keys, queue: all[name], now: clock.now() });
        },
        policyFor: policies,
        intake: intakeRules(file),
        templates: file.templates,
        clock,
        actor: actorOf(context),
        who: whoSpeaks(context),
      });
    } finally {
      await queues.close();
    }
  });
}

/** BullMQ is loaded by verbs that put something into a queue, or look into one. */
function queuesWhenNeeded(redis: RedisClient, keys: Keys, clock: Clock) {
  let opened: Promise<Queues> | undefined;
  const open = (): Promise<Queues> => {
    opened ??= import("../../shared/queue/queues.ts").then(({ openQueues }) =>
      openQueues(redis, keys.prefix, () => undefined, realTime(clock)),
    );
    return opened;
  };
  return { open, close: async (): Promise<void> => (await opened)?.close() };
}

/** Reads, changes and saves, again when a worker saved in between. A result means that there is nothing to save. */
export function change(
  reference: string,
  { certificates, clock }: Pick<Fleet, "certificates" | "clock">,
  make: (certificate: Certificate) => Promise<Certificate | Result>,
): Promise<Certificate | Result> {
  return overNewest(async () => {
    const found = await certificates.find(reference);
    if (!found) return notFound(reference);
    const made = await make(found);
    return "ending" in made ? made : certificates.save(made, clock.now());
  });
}

export function notFound(reference: string): Result {
  return failure("not-found", `There is no certificate ${reference}.`);
}
