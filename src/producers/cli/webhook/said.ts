// What the verbs about webhook endpoints say of what was done, in Redis or by a gateway.
import { failure, type Result } from "../../../shared/base/result.ts";
import { type Delivery, deliveryStates, type Endpoint } from "../../../shared/webhooks/endpoint.ts";
import type { About } from "../../../shared/webhooks/store.ts";
import { type Column, listed } from "../columns.ts";
import { table, timeText } from "../table.ts";

/** A test that has no answer by then: no worker of `webhook` runs, or it is busy. */
export const TEST_MS = 20_000;

export type ShownEndpoint = Endpoint & { waiting: { lanes: number; dueSince: string | null } };

/** Stable: scripts read them. New ones go to the end. */
const COLUMNS: readonly Column<ShownEndpoint>[] = [
  { name: "id", of: ({ id }) => id },
  { name: "url", of: ({ url }) => url },
  { name: "events", of: ({ events }) => events.join(" ") },
  { name: "state", of: ({ state }) => state },
  { name: "ordersThatWait", of: ({ waiting }) => waiting.lanes },
  { name: "dueSince", of: ({ waiting }) => waiting.dueSince, isWide: true },
  { name: "disabledAt", of: ({ disabledAt }) => disabledAt, isWide: true },
  { name: "disabledBecause", of: ({ disabledBecause }) => disabledBecause, isWide: true },
  { name: "failingSince", of: ({ failingSince }) => failingSince, isWide: true },
  { name: "lastDelivery", of: ({ lastDelivery }) => lastDelivery?.at },
  { name: "lastAnswer", of: ({ lastDelivery }) => lastDelivery && (lastDelivery.error ?? lastDelivery.state) },
];

export function endpointsResult(items: readonly ShownEndpoint[]): Result {
  const rows = items.map(({ id, url, events, waiting, lastDelivery, ...each }) => [
    ...[id, new URL(url).host, events.join(" "), stateText(each), `${waiting.lanes}`],
    lastDelivery ? `${timeText(lastDelivery.at)} ${lastDelivery.error ?? lastDelivery.state}` : "never",
  ]);
  const note = items.length > 0 ? {} : { note: "There is no webhook endpoint. Add one: certfleet webhook add URL" };
  const text = table(["ID", "HOST", "EVENTS", "STATE", "ORDERS THAT WAIT", "LAST DELIVERY"], rows);
  const rest = { json: { items }, listed: listed(COLUMNS, items), ...note };
  return { ending: "done", text: items.length > 0 ? text : "", ...rest };
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

export function addedResult({ id, secret, url, events, allowPrivate }: About & { id: string; secret: string }): Result {
  return {
    ...{ ending: "done", text: secret, json: { id, secret, url, events, allowPrivate } },
    note: `This is the secret of the webhook ${id}. It is shown this once. Try it: certfleet webhook test ${id}`,
  };
}

export function removedResult(id: string): Result {
  return { ending: "done", text: `The webhook ${id} is removed.`, json: { removed: id } };
}

export function enabledResult(id: string, fromNow: boolean): Result {
  const what = fromNow ? "It gets what happens from now on." : "It gets what it has not got, within seconds.";
  return { ending: "done", text: `The webhook ${id} is switched on. ${what}`, json: { id, state: "on" } };
}

export function disabledResult(id: string): Result {
  const text = `The webhook ${id} is switched off. To switch it on within 30 days, with what it missed: certfleet webhook enable ${id}`;
  return { ending: "done", text, json: { id, state: "off" } };
}

export function rotatedResult({ id, secret, oldSecretUntil }: Rotated, keepOldHours: number): Result {
  const old =
    keepOldHours === 0
      ? "The old one signs nothing any more."
      : `The old one signs, too, until ${timeText(oldSecretUntil)}.`;
  return {
    ...{ ending: "done", text: secret, json: { id, secret, oldSecretUntil } },
    note: `This is the new secret of the webhook ${id}. It is shown this once. ${old}`,
  };
}

interface Rotated {
  id: string;
  secret: string;
  oldSecretUntil: string;
}

export interface Wanted {
  state?: string;
  limit: number;
}

export function isState(state: string | undefined): boolean {
  return state === undefined || (deliveryStates as readonly string[]).includes(state);
}

export function wrongState(): Result {
  return failure("usage", `--state must be one of ${deliveryStates.join(", ")}.`);
}

const DELIVERY_COLUMNS: readonly Column<Delivery>[] = [
  { name: "event", of: ({ id }) => id },
  { name: "lastTry", of: ({ at }) => at },
  { name: "type", of: ({ type }) => type },
  { name: "of", of: ({ subject }) => subject },
  { name: "state", of: ({ state }) => state },
  { name: "tries", of: ({ tries }) => tries },
  { name: "status", of: ({ status }) => status },
  { name: "error", of: ({ error }) => error },
  { name: "ms", of: ({ ms }) => ms, isWide: true },
  { name: "nextAt", of: ({ nextAt }) => nextAt, isWide: true },
];

export function deliveriesResult(items: readonly Delivery[]): Result {
  const rows = items.map((each) => [
    ...[each.id, timeText(each.at), each.type, each.subject, each.state, `${each.tries}`, outcome(each)],
  ]);
  const text = items.length === 0 ? "" : table(["EVENT", "LAST TRY", "TYPE", "OF", "STATE", "TRIES", "ANSWER"], rows);
  const note = items.length === 0 ? { note: "Nothing was tried yet." } : {};
  return { ending: "done", text, json: { items }, listed: listed(DELIVERY_COLUMNS, items), ...note };
}

function outcome({ status, error, ms, nextAt }: Delivery): string {
  const next = nextAt === null ? "" : `; next at ${timeText(nextAt)}`;
  return `${error ?? status} (${ms} ms)${next}`;
}

export function replayedResult(id: string, event: string, subject?: string): Result {
  const of = subject === undefined ? "" : ` of ${subject}`;
  const text = `The event ${event}${of} is delivered to ${id} once more.`;
  return { ending: "done", text, json: { id: event, ...(subject !== undefined && { subject }) } };
}

/** `found`: undefined where nothing came of it in time. */
export function triedResult(test: string, found: Delivery | undefined): Result {
  if (found?.state === "delivered")
    return { ending: "done", text: `The receiver took it: ${outcome(found)}.`, json: found };
  if (found) return failure("failed", `It did not arrive: ${outcome(found)}.`, { delivery: found });
  return failure("later", "No worker of webhook has sent it yet. Is one alive? certfleet health webhook", { id: test });
}
