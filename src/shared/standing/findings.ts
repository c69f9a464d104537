// Queues that somebody paused, limited or emptied, and schedules that somebody took away: told in words, whoever did it
// and with what. Read from what BullMQ keeps itself, for its library tells it queue by queue only.

import { systemClock } from "../base/clock.ts";
import { plusSeconds } from "../base/dates.ts";
import { LIMITER, META } from "../queue/bullmq/keys.ts";
import {
  findKept,
  findLoss,
  type Kept,
  type KeptNeeds,
  type KeptNote,
  keptName,
  type QueueName,
  watchedQueues,
} from "./kept.ts";

export type StandingCode =
  | "queue-paused"
  | "queue-limited"
  | "queue-emptied"
  | "schedule-missing"
  | "sweep-late"
  | "journal-not-writable"
  | "webhook-dead";

export interface StandingFinding {
  code: StandingCode;
  /** The queue, `QUEUE/SCHEDULER`, the host, or the webhook endpoint. */
  about: string;
  message: string;
  next: string;
  since?: string;
  /** Certfleet put it right again. It is told for ten minutes, so that a person can ask who did it. */
  isOver?: boolean;
}

/** What was put back is told so long: within it a person can ask who took it away. */
const TOLD_MS = 10 * 60_000;
/** The fleet's own pace of mails holds a queue for a second at most. */
const OWN_PACE_MS = 5_000;

/** What a queue that stands still means. */
const STANDS_STILL: Readonly<Record<QueueName, string>> = {
  open: "No order goes on: nothing is bought, set up or delivered",
  reissue: "Nothing is reissued, and no policy acts",
  notify: "No mail is sent, neither to owners nor to the operator mailbox: the mail about this waits there, too",
  "balance-poll": "No balance is read, and a low one is not noticed",
  webhook: "No webhook is delivered: receivers hear nothing, and their events wait",
};

export async function findStandingFindings(needs: KeptNeeds): Promise<StandingFinding[]> {
  const [queues, kept] = await Promise.all([
    Promise.all(watchedQueues.map((queue) => ofQueue(queue, needs))),
    findKept(needs),
  ]);
  const lost = await Promise.all(kept.map((each) => ofKept(each, needs)));
  return [...queues.flat(), ...lost.filter((each) => each !== undefined)];
}

async function ofQueue(queue: QueueName, { redis, keys }: KeptNeeds): Promise<StandingFinding[]> {
  const [[paused, concurrency, max, duration], held] = await Promise.all([
    redis.hmget(keys.ofQueue(queue, META), "paused", "concurrency", "max", "duration"),
    redis.pttl(keys.ofQueue(queue, LIMITER)),
  ]);
  const limits = [
    concurrency ? `at most ${jobsText(concurrency)} at a time, by all workers together` : "",
    max ? `at most ${jobsText(max)} in ${lasting(Number(duration ?? 0))}` : "",
    held > OWN_PACE_MS
      ? `no job before ${plusSeconds(systemClock.now(), held / 1_000)
          .toISOString()
          .slice(0, 19)}Z`
      : "",
  ].filter((each) => each !== "");
  const next = `Let it go on, unless that is wanted: certfleet queue resume ${queue}`;
  return [
    ...(paused === null || paused === undefined
      ? []
      : [
          {
            ...{ code: "queue-paused" as const, about: queue, next },
            message: `The queue ${queue} is paused. ${STANDS_STILL[queue]}.`,
          },
        ]),
    ...(limits.length === 0
      ? []
      : [
          {
            ...{ code: "queue-limited" as const, about: queue, next },
            message: `The queue ${queue} is limited: ${limits.join("; ")}. ${limited(queue)}`,
          },
        ]),
  ];
}

function limited(queue: QueueName): string {
  return queue === "notify" ? "Mails wait, the one about this, too." : "Work waits that could be done.";
}

function jobsText(count: string): string {
  return count === "1" ? "1 job" : `${count} jobs`;
}

/** `1 hour`, `90 seconds`. */
export function lasting(ms: number): string {
  const units = [
    [86_400_000, "day"],
    [3_600_000, "hour"],
    [60_000, "minute"],
    [1_000, "second"],
  ] as const;
  const [size, unit] = units.find(([each]) => ms >= each && ms % each === 0) ?? [1, "millisecond"];
  return `${ms / size} ${unit}${ms === size ? "" : "s"}`;
}

async function ofKept(kept: Kept & KeptNote, needs: KeptNeeds): Promise<StandingFinding | undefined> {
  const loss = await findLoss(kept, kept.put, needs);
  const { queue, scheduler, restoredAt } = kept;
  const isTold = restoredAt !== null && systemClock.now().getTime() - Date.parse(restoredAt) <= TOLD_MS;
  if (!loss && !isTold) return undefined;
  const back = loss
    ? "Certfleet puts it back within a minute."
    : `Certfleet put it back at ${restoredAt?.slice(0, 19)}Z.`;
  const next = loss
    ? "If it stays so, start a gateway or a worker: certfleet gateway, certfleet worker reissue"
    : "Find out who did it. What was done through Certfleet is in: certfleet audit list";
  const told = { about: keptName(kept), next, ...(!loss && { isOver: true }) };
  if (scheduler === null) {
    const owed = "What is owed is enqueued again from the records: orders, and mails that were asked for.";
    const message = `The queue ${queue} was emptied, and its jobs are gone. ${back} ${owed}`;
    return { code: "queue-emptied", message, ...told };
  }
  const what = loss === "changed" ? "was changed" : loss ? "is missing" : "was removed or changed";
  const meanwhile = loss ? ` ${WITHOUT[queue] ?? ""}` : "";
  const message = `The schedule ${scheduler} of the queue ${queue} ${what}.${meanwhile} ${back}`;
  return { code: "schedule-missing", message, ...told };
}

/** What a missing schedule means. */
const WITHOUT: Readonly<Partial<Record<QueueName, string>>> = {
  reissue: "Without it no policy acts: nothing is reissued or renewed in time.",
  "balance-poll": "Without it the balance of the account is not read, and a low one is not noticed.",
};
