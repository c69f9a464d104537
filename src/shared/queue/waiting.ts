// What waits in a queue, and whose work it is: read from the jobs, and of a bare reference from its order.

import type { Queue } from "bullmq";
import { FLEET, readShare, type Share, shareOf, standIn, UNKNOWN } from "../authority/share.ts";
import { askerOf } from "../outside/mail-key.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { JOB, PRIORITIZED, priorityOf, WAIT } from "./bullmq/keys.ts";
import type { JobName } from "./jobs.ts";

/** The queues in which nobody's work stands before another's. */
export const sharedQueues = ["open", "reissue", "notify"] as const satisfies readonly JobName[];
export type SharedQueue = (typeof sharedQueues)[number];

export function isShared(name: JobName): name is SharedQueue {
  return (sharedQueues as readonly JobName[]).includes(name);
}

/** BullMQ's priority of a job that has not got its place yet. Places are smaller numbers; without one a job was never looked at. */
export const NO_PLACE = 1_000_000;

/**
 * So many of a queue are looked at: the oldest of those that nobody arranged, and half of it each in front and behind. Behind are
 * those that were begun, waited for eNom and came back: unseen they would stand behind all that was never begun.
 */
const MOST = 20_000;
const AT_ONCE = 1_000;
/** A certificate that ends so soon is urgent; one that ended so long ago is not any more. */
const URGENT_MS = 3 * 86_400_000;
const LONG_OVER_MS = 30 * 86_400_000;
/** What is known of a job holds for so long. */
const KNOWN_MS = 60_000;

export interface WaitingJob {
  id: string;
  /** As BullMQ has it; 0 for one that was put in without. */
  priority: number;
  reference: string | null;
  share: Share;
  isUrgent: boolean;
  since: number;
}

type Known = Pick<WaitingJob, "reference" | "share" | "isUrgent" | "since"> & { readAt: number };

/** What was read before; of one reader, who keeps it for the next reading. */
export type KnownJobs = Map<string, Known>;

export interface WaitingNeeds {
  redis: RedisClient;
  keys: Keys;
  queue: Queue;
  now: Date;
  known?: KnownJobs;
  most?: number;
}

/** Redis' two lists of waiting jobs, the next one to be begun first. Whose a job is that cannot be read is not known. */
export async function readWaiting(name: SharedQueue, needs: WaitingNeeds): Promise<WaitingJob[]> {
  const { redis, queue, now, known = new Map(), most = MOST } = needs;
  const half = Math.ceil(most / 2);
  const line = queue.toKey(PRIORITIZED);
  const [bare, front, back] = await Promise.all([
    redis.lrange(queue.toKey(WAIT), -most, -1),
    redis.zrange(line, 0, `${half - 1}`, "WITHSCORES"),
    redis.zrange(line, `${-half}`, "-1", "WITHSCORES"),
  ]);
  const priorities = new Map(bare.reverse().map((id) => [id, 0]));
  for (const arranged of [front, back])
    for (let i = 0; i < arranged.length; i += 2) priorities.set(arranged[i] ?? "", priorityOf(arranged[i + 1] ?? 0));
  const ids = [...priorities].map(([id, priority]) => ({ id, priority }));
  const fresh = ids.filter(({ id }) => now.getTime() - (known.get(id)?.readAt ?? 0) >= KNOWN_MS).map(({ id }) => id);
  const read = new Map<string, Known>();
  for (let from = 0; from < fresh.length; from += AT_ONCE)
    for (const [id, each] of await readJobs(name, fresh.slice(from, from + AT_ONCE), needs)) read.set(id, each);
  const all = ids.map(({ id, priority }) => {
    const about = read.get(id) ?? known.get(id) ?? { ...NOTHING, readAt: now.getTime() };
    return { about, job: { id, priority, ...about } };
  });
  known.clear();
  for (const { job, about } of all) known.set(job.id, about);
  return all.map(({ job }) => job);
}

const NOTHING = { reference: null, share: UNKNOWN, isUrgent: false, since: 0 };

async function readJobs(
  name: SharedQueue,
  ids: readonly string[],
  { redis, keys, queue, now }: WaitingNeeds,
): Promise<[string, Known][]> {
  const reading = redis.pipeline();
  for (const id of ids) reading.hmget(queue.toKey(id), JOB.data, JOB.opts, JOB.madeAt);
  const jobs = ((await reading.exec()) ?? []).map(([, fields]) => fields as (string | null)[] | undefined);
  const facts = jobs.map((fields = []) => {
    const [data = null, opts = null, timestamp = null] = fields;
    const body = objectOf(data);
    const reference = typeof body.reference === "string" ? body.reference : null;
    return { body, reference, own: readShare(objectOf(opts).share), since: Number(timestamp ?? 0) };
  });
  const orders = name === "notify" ? new Map<string, OrderFacts>() : await readOrders(facts, { redis, keys });
  return facts.map(({ body, reference, own, since }, i) => {
    const order = reference === null ? undefined : orders.get(reference);
    const share = own ?? order?.share ?? unasked(name, body);
    const left = (order?.endsAt ?? Number.NaN) - now.getTime();
    const isUrgent = left <= URGENT_MS && left > -LONG_OVER_MS;
    return [ids[i] ?? "", { reference, share, isUrgent, since, readAt: now.getTime() }];
  });
}

/** A job that others put in, with a whole order or a mail; or what the fleet asks itself for. */
function unasked(name: SharedQueue, body: Record<string, unknown>): Share {
  if (name === "notify") return outside(body);
  if ("sweep" in body) return FLEET;
  const { tenant, customer } = body;
  const { email } = typeof customer === "object" && customer !== null ? (customer as { email?: unknown }) : {};
  return shareOf(
    { ...(typeof tenant === "string" && { tenant }), ...(typeof email === "string" && { customer: { email } }) },
    { kind: "queue", id: name },
  );
}

/** Mails of the fleet's own have their share with them. All others are asked for from outside. */
export const OUTSIDE = "outside:";

/** Each caller takes turns, and of a caller each recipient. Whoever put a job there by himself is one caller, too. */
function outside({ key, to }: Record<string, unknown>): Share {
  const by = (typeof key === "string" ? askerOf(key) : undefined) ?? OUTSIDE;
  const { address } = typeof to === "object" && to !== null ? (to as { address?: unknown }) : {};
  return { by, of: typeof address === "string" ? standIn(address) : "" };
}

/** A mail that is not ours: it leaves when none of ours waits. */
export function isFromOutside({ by }: Share): boolean {
  return by.startsWith(OUTSIDE);
}

interface OrderFacts {
  share: Share;
  endsAt: number | null;
}

/** Orders of earlier versions have no note of their share: their text says whose they are. */
async function readOrders(
  jobs: readonly { reference: string | null }[],
  { redis, keys }: Pick<WaitingNeeds, "redis" | "keys">,
): Promise<Map<string, OrderFacts>> {
  const references = [...new Set(jobs.flatMap(({ reference }) => reference ?? []))];
  if (references.length === 0) return new Map();
  const [shares, ends] = await Promise.all([
    readShares(references, { redis, keys }),
    redis.zmscore(keys.byExpiry, ...references),
  ]);
  return new Map(
    references.flatMap((reference, i) => {
      const share = shares.get(reference);
      const endsAt = ends[i] === null || ends[i] === undefined ? null : Number(ends[i]);
      return share ? [[reference, { share, endsAt }] as const] : [];
    }),
  );
}

/** Whose each order is; what is no order here is left out. */
export async function readShares(
  references: readonly string[],
  { redis, keys }: Pick<WaitingNeeds, "redis" | "keys">,
): Promise<Map<string, Share>> {
  const noted = redis.pipeline();
  for (const reference of references) noted.hget(keys.certificate(reference), "share");
  const texts = ((await noted.exec()) ?? []).map(([, text]) => readShare(text));
  const without = references.filter((_reference, i) => !texts[i]);
  const reading = redis.pipeline();
  for (const reference of without) reading.hget(keys.certificate(reference), "order");
  const orders = without.length === 0 ? [] : ((await reading.exec()) ?? []).map(([, text]) => text as string | null);
  const older = new Map(without.map((reference, i) => [reference, ofOrder(orders[i] ?? null)]));
  return new Map(
    references.flatMap((reference, i) => {
      const share = texts[i] ?? older.get(reference);
      return share ? [[reference, share] as const] : [];
    }),
  );
}

function ofOrder(text: string | null): Share | undefined {
  const { customer } = objectOf(text) as { customer?: { email?: unknown } };
  return typeof customer?.email === "string" ? shareOf({ customer: { email: customer.email } }) : undefined;
}

function objectOf(text: string | null): Record<string, unknown> {
  try {
    const read: unknown = JSON.parse(text ?? "");
    return typeof read === "object" && read !== null ? (read as Record<string, unknown>) : {};
  } catch {
    return {};
  }
}
