// What a job of the queue `webhook` does: for twenty seconds at most it delivers what is due at one endpoint, several
// lanes side by side, and then says when there will be more.
import { randomUUID } from "node:crypto";
import { type Clock, realTime } from "../../shared/base/clock.ts";
import type { Log } from "../../shared/base/log.ts";
import { inSpan } from "../../shared/base/tracing/current.ts";
import { consoleLink } from "../../shared/gateway/console-link.ts";
import type { PublicUrl } from "../../shared/gateway/public-url.ts";
import { countDelivery } from "../../shared/metrics/counts.ts";
import type { JobData } from "../../shared/queue/jobs.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import type { Delivery, Endpoint } from "../../shared/webhooks/endpoint.ts";
import type { WebhookStore } from "../../shared/webhooks/store.ts";
import type { Resolve } from "../../shared/webhooks/target.ts";
import type { Outcome } from "../runtime/outcome.ts";
import { type FoundEvent, findEvent } from "./find-event.ts";
import { type Lent, type Loan, lend, settle } from "./lanes.ts";
import { askedPauseMs, GIVE_UP_MS, pauseMs, probePauseMs, SICK_FROM } from "./pauses.ts";
import { type Answer, openSender, type Sender } from "./send.ts";
import { deliverTest } from "./test-delivery.ts";

/** Lanes of one endpoint that are delivered at once, by all workers together. */
const SIDE_BY_SIDE = 8;
const TURN_MS = 20_000;

export interface DeliveryNeeds {
  redis: RedisClient;
  keys: Keys;
  store: WebhookStore;
  /** Those that sign now, the newest first; empty where this process does not know them. */
  secretsOf: (endpoint: Endpoint) => Promise<readonly string[]>;
  resolve: Resolve;
  /** Where the gateway is reached from outside. */
  console?: PublicUrl | undefined;
  clock: Clock;
  log: Log;
  isStopping: () => boolean;
  chance?: () => number;
}

/** Any number may run at once, of one endpoint, too: lanes are lent. */
export async function deliverTo(job: JobData<"webhook">, needs: DeliveryNeeds): Promise<Outcome> {
  const endpoint = await needs.store.find(job.endpoint);
  if (!endpoint) return "done";
  const secrets = await needs.secretsOf(endpoint);
  if (secrets.length === 0) {
    needs.log.warn({ event: "webhook.no-secret", endpoint: endpoint.id });
    return { waitSeconds: 60, because: `This worker does not know the secret of ${endpoint.id}` };
  }
  // Whoever may add endpoints must not read the insides of the network by them.
  const showsAnswers = !endpoint.allowPrivate || endpoint.source === "file";
  const clock = realTime(needs.clock);
  const sender = openSender({ ...endpoint, secrets, showsAnswers, resolve: needs.resolve, clock });
  try {
    if (job.test !== undefined) return await deliverTest({ endpoint, sender, id: job.test }, needs);
    return await deliverDue(endpoint, sender, needs);
  } finally {
    sender.close();
  }
}

async function deliverDue(endpoint: Endpoint, sender: Sender, needs: DeliveryNeeds): Promise<Outcome> {
  const token = randomUUID();
  const running = new Set<Promise<void>>();
  const endsAt = performance.now() + TURN_MS;
  let trouble: { error: unknown } | undefined;
  for (;;) {
    const isOver = trouble !== undefined || needs.isStopping() || performance.now() >= endsAt;
    if (!isOver) {
      const lent = await lend(endpoint.id, { now: needs.clock.now(), most: SIDE_BY_SIDE, token }, needs);
      for (const loan of lent.loans) {
        const one: Promise<void> = deliver({ endpoint, sender, loan, lent, token }, needs)
          .catch((error: unknown) => {
            trouble = { error };
          })
          .finally(() => running.delete(one));
        running.add(one);
      }
      if (running.size === 0) return outcomeOf(lent, needs.clock.now());
    }
    if (running.size === 0) break;
    await Promise.race(running);
  }
  if (trouble) throw trouble.error; // Redis: what was lent comes back by itself
  return { waitSeconds: 0, because: "Others have their turn" };
}

function outcomeOf({ next }: Lent, now: Date): Outcome {
  if (next === undefined) return "done";
  const waitSeconds = Math.max(0.1, (next - now.getTime()) / 1_000);
  return { waitSeconds, because: "The next delivery is due then" };
}

interface Owed {
  endpoint: Endpoint;
  sender: Sender;
  loan: Loan;
  lent: Lent;
  token: string;
}

/** A crash before it is settled delivers it once more: at least once. */
async function deliver({ endpoint, sender, loan, lent, token }: Owed, needs: DeliveryNeeds): Promise<void> {
  const { clock, chance = Math.random } = needs;
  const event = await findEvent(needs.redis, needs.keys, loan.event);
  const answer = event ? await sendIn(event, sender, needs) : NOT_KEPT;
  const now = clock.now();
  const outcome = event ? judge(answer, now.getTime(), { loan, lent }) : "dropped";
  const asked = askedPauseMs(answer.retryAfter, now);
  const inPause = (pause: number): number => now.getTime() + Math.max(pause, asked ?? 0);
  const dueAt = inPause(pauseMs(loan.level + 1, chance()));
  const probeAt = inPause(probePauseMs(lent.probes + 1, chance()));
  const sickAt = inPause(pauseMs(Math.min(loan.level + 1, SICK_FROM), chance()));
  const entry = entryOf({ event, loan, answer, now, state: STATES[outcome], nextAt: lent.isProbe ? probeAt : dueAt });
  const state = await settle(
    endpoint.id,
    {
      ...{ loan, token, outcome, now, dueAt, probeAt, sickAt, entry, isProbe: lent.isProbe },
      holdUntil: asked !== undefined && !answer.isDelivered ? now.getTime() + asked : 0,
    },
    needs,
  );
  tell(endpoint, entry, { outcome, state }, needs);
}

/** Whoever ordered sees the delivery in the trace of the change that it tells. The receiver is told nothing of it. */
function sendIn(event: FoundEvent, sender: Sender, { console }: DeliveryNeeds): Promise<Answer> {
  const span = { name: "webhook.deliver", attributes: {}, isToStranger: true, parent: event.trace };
  return inSpan(span, () => sender.send(messageOf(event, console)));
}

type Ended = "delivered" | "failed" | "gave-up" | "gone" | "dropped";

const STATES = {
  delivered: "delivered",
  failed: "retrying",
  "gave-up": "gave-up",
  gone: "retrying",
  dropped: "gave-up",
} as const satisfies Record<Ended, Delivery["state"]>;

/** What an endpoint is switched off for waits at it: an event is given up only where others arrive. */
function judge({ isDelivered, isGone }: Answer, now: number, { loan, lent }: Pick<Owed, "loan" | "lent">): Ended {
  if (isDelivered) return "delivered";
  if (isGone) return "gone";
  const isDead = now - (lent.failingSince ?? now) >= GIVE_UP_MS;
  return now - loan.firstAt >= GIVE_UP_MS && !isDead ? "gave-up" : "failed";
}

const NOT_KEPT: Answer = {
  ...{ isDelivered: false, isGone: false, status: null, retryAfter: undefined, ms: 0, answer: null },
  error: "the event is no longer kept",
};

/** As an item of GET /v1/events, with its page in the console where that is reached from outside. */
export function messageOf(
  { id, type, timestamp, data }: FoundEvent,
  console: PublicUrl | undefined,
): { id: string; body: string } {
  const url = console && consoleLink(console, (data ?? {}) as Record<string, unknown>);
  return { id, body: JSON.stringify({ id, type, timestamp, data, url }) };
}

function entryOf({
  event,
  loan,
  answer,
  now,
  state,
  nextAt,
}: {
  event: FoundEvent | undefined;
  loan: Loan;
  answer: Answer;
  now: Date;
  state: Delivery["state"];
  nextAt: number;
}): Delivery {
  const { status, ms, error } = answer;
  return {
    ...{ id: loan.event, type: event?.type ?? "unknown", subject: loan.subject, state, tries: loan.tries + 1 },
    ...{ firstAt: new Date(loan.firstAt).toISOString(), at: now.toISOString() },
    nextAt: state === "retrying" ? new Date(nextAt).toISOString() : null,
    ...{ status, ms, error, answer: answer.answer },
  };
}

function tell(
  { id: endpoint }: Endpoint,
  { id, type, tries, status, error, ms }: Delivery,
  { outcome, state }: { outcome: Ended; state: string },
  { log }: DeliveryNeeds,
): void {
  countDelivery(
    outcome === "delivered" ? "delivered" : outcome === "failed" || outcome === "gone" ? "failed" : "gave-up",
  );
  const line = { endpoint, id, type, tries, status, ms };
  if (outcome === "delivered") log.debug({ event: "webhook.delivered", ...line });
  else if (outcome === "gave-up" || outcome === "dropped") log.warn({ event: "webhook.gave-up", ...line, error });
  else log.info({ event: "webhook.failed", ...line, error });
  if (state === "off" && outcome !== "delivered" && outcome !== "dropped")
    log.warn({ event: "webhook.off", endpoint, gone: outcome === "gone" });
}
