// Who orders in a storm: a billing system that sends each order over HTTP, the same again until it is taken, to one gateway
// after the other.
import { setTimeout as pause } from "node:timers/promises";
import type { StormOrder } from "../orders.ts";

/** As `recipes` of billing systems wait: longer than a gateway takes to say 503. */
const ANSWER_MS = 10_000;
const AGAIN_MS = 400;
const AT_ONCE = 8;

export interface Customers {
  /** Accepted by a 200 or 202, in the order of their answers. */
  accepted: StormOrder[];
  /** References of orders that nobody knew any more, and that were sent again. */
  sentAgain: Set<string>;
  /** Answers by status; `0`: none came. */
  statuses: Map<number, number>;
  /** Answers that no order may ever get, a sentence each. */
  wrongAnswers: string[];
  /** Sends it until it is taken, or until `signal`. */
  place: (order: StormOrder, signal: AbortSignal) => Promise<void>;
  /** Orders that nobody knows any more are sent again. Answers how many. */
  sendMissing: (signal: AbortSignal) => Promise<number>;
  /** Any other question; undefined where no answer came. */
  ask: (path: string, body?: object) => Promise<Answer | undefined>;
}

export interface Answer {
  status: number;
  text: string;
}

export function customersOf(gatewayUrls: readonly string[], key: string): Customers {
  const sentAgain = new Set<string>();
  const statuses = new Map<number, number>();
  const accepted: StormOrder[] = [];
  const wrongAnswers: string[] = [];
  let turn = 0;

  const ask = async (path: string, body?: object): Promise<Answer | undefined> => {
    const url = gatewayUrls[turn++ % gatewayUrls.length] ?? "";
    const answer = await fetch(`${url}${path}`, {
      ...(body && { method: "POST", body: JSON.stringify(body) }),
      headers: { authorization: `Bearer ${key}`, ...(body && { "content-type": "application/json" }) },
      signal: AbortSignal.timeout(ANSWER_MS),
    })
      .then(async (response) => ({
        status: response.status,
        text: await response.text(),
        retryAfter: response.headers.get("retry-after"),
      }))
      .catch(() => undefined);
    const status = answer?.status ?? 0;
    statuses.set(status, (statuses.get(status) ?? 0) + 1);
    if (answer && status >= 500 && status !== 503)
      wrongAnswers.push(`${path} was answered with ${status}: ${answer.text.slice(0, 200)}`);
    if (answer && status === 503 && answer.retryAfter === null)
      wrongAnswers.push(`A 503 of ${path} has no Retry-After.`);
    return answer;
  };

  const send = async ({ order, body }: StormOrder, signal: AbortSignal): Promise<boolean> => {
    while (!signal.aborted) {
      const answer = await ask("/v1/certificates", body);
      if (answer?.status === 200 || answer?.status === 202) return true;
      if (answer && answer.status < 500 && answer.status !== 429) {
        wrongAnswers.push(`${order.reference} was answered with ${answer.status}: ${answer.text.slice(0, 300)}`);
        return false;
      }
      await pause(AGAIN_MS);
    }
    return false;
  };

  /** Asked until somebody answers. */
  const isKnown = async (reference: string, signal: AbortSignal): Promise<boolean> => {
    while (!signal.aborted) {
      const answer = await ask(`/v1/certificates/${reference}`);
      if (answer?.status === 200) return true;
      if (answer?.status === 404) return false;
      await pause(AGAIN_MS);
    }
    return true;
  };

  return {
    ...{ accepted, sentAgain, statuses, wrongAnswers, ask },
    async place(order, signal) {
      if (await send(order, signal)) accepted.push(order);
    },
    async sendMissing(signal) {
      const waiting = [...accepted];
      let missing = 0;
      const lane = async (): Promise<void> => {
        for (let next = waiting.shift(); next; next = waiting.shift()) {
          if (await isKnown(next.order.reference, signal)) continue;
          sentAgain.add(next.order.reference);
          if (await send(next, signal)) missing++;
        }
      };
      await Promise.all(Array.from({ length: AT_ONCE }, lane));
      return missing;
    },
  };
}
