// The verbs about webhook endpoints, as over HTTP.
import { randomBytes } from "node:crypto";
import { setTimeout as pause } from "node:timers/promises";
import type { Clock } from "../../../shared/base/clock.ts";
import { plusSeconds } from "../../../shared/base/dates.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { openQueues, type Queues } from "../../../shared/queue/queues.ts";
import { type Delivery, deliveryStates, type Endpoint, wantedEvents } from "../../../shared/webhooks/endpoint.ts";
import { openSealer } from "../../../shared/webhooks/sealing.ts";
import { type About, type WebhookStore, webhookStore } from "../../../shared/webhooks/store.ts";
import { targetFault } from "../../../shared/webhooks/target.ts";
import { type Connection, withRedis } from "../connection.ts";
import type { ProgramContext } from "../own-redis.ts";
import { table, timeText } from "../table.ts";

/** A test that has no answer by then: no worker of `webhook` runs, or it is busy. */
const TEST_MS = 20_000;

export interface Room extends Connection {
  store: WebhookStore;
  queues: Queues;
  clock: Clock;
}

/** @throws Unavailable when Redis does not respond */
export function withWebhooks(context: ProgramContext, work: (room: Room) => Promise<Result>): Promise<Result> {
  return withRedis(context, async (connection) => {
    const { redis, keys, clock } = connection;
    const queues = openQueues(redis, keys.prefix, () => undefined, clock);
    try {
      return await work({ ...connection, store: webhookStore(redis, keys, openSealer(context.env)), queues });
    } finally {
      await queues.close();
    }
  });
}

export async function list({ store }: Room): Promise<Result> {
  const all = await store.all();
  const items = await Promise.all(
    all.map(async (each) => {
      const { lanes, dueSince } = await store.waiting(each.id);
      return { ...each, waiting: { lanes, dueSince: dueSince === null ? null : new Date(dueSince).toISOString() } };
    }),
  );
  const rows = items.map(({ id, url, events, waiting, lastDelivery, ...each }) => [
    ...[id, new URL(url).host, events.join(" "), stateText(each), `${waiting.lanes}`],
    lastDelivery ? `${timeText(lastDelivery.at)} ${lastDelivery.error ?? lastDelivery.state}` : "never",
  ]);
  const note = items.length > 0 ? {} : { note: "There is no webhook endpoint. Add one: certfleet webhook add URL" };
  const text = table(["ID", "HOST", "EVENTS", "STATE", "ORDERS THAT WAIT", "LAST DELIVERY"], rows);
  return { ending: "done", text: items.length > 0 ? text : "", json: { items }, ...note };
}

function stateText({
  state,
  disabledAt,
  disabledBecause,
  failingSince,
}: Omit<Endpoint, "id" | "url" | "events" | "lastDelivery">) {
  if (state === "off") return `off, ${disabledBecause}, ${timeText(disabledAt ?? "")}`;
  return state === "failing" ? `failing since ${timeText(failingSince ?? "")}` : "on";
}

export async function add(about: About, { store, clock }: Room): Promise<Result> {
  const types = wantedEvents.safeParse(about.events);
  if (!types.success) return failure("usage", `--events ${types.error.issues[0]?.message}`);
  const fault = await targetFault(about);
  if (fault !== undefined) return failure("usage", `The address ${fault}.`);
  const { id, secret } = await store.create(about, clock.now());
  return {
    ...{ ending: "done", text: secret, json: { id, secret, ...about } },
    note: `This is the secret of the webhook ${id}. It is shown this once. Try it: certfleet webhook test ${id}`,
  };
}

export async function remove(id: string, room: Room): Promise<Result> {
  const found = await room.store.find(id);
  if (!found) return unknown(id);
  if (found.source === "file" && found.disabledBecause !== "removed") return ofFile(id);
  await room.store.remove(id);
  return { ending: "done", text: `The webhook ${id} is removed.`, json: { removed: id } };
}

export async function enable(id: string, fromNow: boolean, { store, clock }: Room): Promise<Result> {
  if (!(await store.find(id))) return unknown(id);
  await store.switchOn(id, clock.now(), { fromNow });
  const what = fromNow ? "It gets what happens from now on." : "It gets what it has not got, within seconds.";
  return { ending: "done", text: `The webhook ${id} is switched on. ${what}`, json: { id, state: "on" } };
}

export async function disable(id: string, { store, clock }: Room): Promise<Result> {
  if (!(await store.find(id))) return unknown(id);
  await store.switchOff(id, "by-hand", clock.now());
  const text = `The webhook ${id} is switched off. To switch it on within 30 days, with what it missed: certfleet webhook enable ${id}`;
  return { ending: "done", text, json: { id, state: "off" } };
}

export async function rotate(id: string, keepOldHours: number, { store, clock }: Room): Promise<Result> {
  const found = await store.find(id);
  if (!found) return unknown(id);
  if (found.source === "file") return ofFile(id);
  const until = plusSeconds(clock.now(), keepOldHours * 3_600);
  const secret = await store.rotate(id, until);
  const old =
    keepOldHours === 0
      ? "The old one signs nothing any more."
      : `The old one signs, too, until ${timeText(until.toISOString())}.`;
  return {
    ...{ ending: "done", text: secret, json: { id, secret, oldSecretUntil: until.toISOString() } },
    note: `This is the new secret of the webhook ${id}. It is shown this once. ${old}`,
  };
}

export async function deliveries(
  id: string,
  { state, limit }: { state?: string; limit: number },
  { store }: Room,
): Promise<Result> {
  if (state !== undefined && !(deliveryStates as readonly string[]).includes(state))
    return failure("usage", `--state must be one of ${deliveryStates.join(", ")}.`);
  if (!(await store.find(id))) return unknown(id);
  const items = await store.deliveries(id, { limit, state });
  const rows = items.map((each) => [
    ...[each.id, timeText(each.at), each.type, each.subject, each.state, `${each.tries}`, outcome(each)],
  ]);
  const text = items.length === 0 ? "" : table(["EVENT", "LAST TRY", "TYPE", "OF", "STATE", "TRIES", "ANSWER"], rows);
  return { ending: "done", text, json: { items }, ...(items.length === 0 && { note: "Nothing was tried yet." }) };
}

function outcome({ status, error, ms, nextAt }: Delivery): string {
  const next = nextAt === null ? "" : `; next at ${timeText(nextAt)}`;
  return `${error ?? status} (${ms} ms)${next}`;
}

export async function replay(id: string, event: string, { store, clock, queues }: Room): Promise<Result> {
  if (!(await store.find(id))) return unknown(id);
  const subject = /^\d+-\d+$/.test(event) ? await store.replay(id, event, clock.now()) : undefined;
  if (subject === undefined) return failure("not-found", `There is no event ${event}, or it is no longer kept.`);
  await queues.enqueue("webhook", { endpoint: id });
  const text = `The event ${event} of ${subject} is delivered to ${id} once more.`;
  return { ending: "done", text, json: { id: event, subject } };
}

/** Waits for the answer of the receiver. */
export async function tryOut(id: string, { store, queues }: Room, waitMs = TEST_MS): Promise<Result> {
  if (!(await store.find(id))) return unknown(id);
  const test = `test_${randomBytes(12).toString("hex")}`;
  await queues.enqueue("webhook", { endpoint: id, test });
  for (const end = performance.now() + waitMs; performance.now() < end; ) {
    const found = await store.findDelivery(id, test);
    if (found?.state === "delivered")
      return { ending: "done", text: `The receiver took it: ${outcome(found)}.`, json: found };
    if (found) return failure("failed", `It did not arrive: ${outcome(found)}.`, { delivery: found });
    await pause(100);
  }
  return failure("later", "No worker of webhook has sent it yet. Is one alive? certfleet health webhook", { id: test });
}

function unknown(id: string): Result {
  return failure("not-found", `There is no webhook ${id}. Those that there are: certfleet webhook list`);
}

function ofFile(id: string): Result {
  return failure(
    "conflict",
    `The webhook ${id} stands in certfleet.yaml: change it there. Workers read the file anew by themselves.`,
  );
}
