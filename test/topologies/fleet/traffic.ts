// A billing system: one order after the other over HTTP, each the same again until it is accepted; every answer is written down.
import { monitorEventLoopDelay } from "node:perf_hooks";
import { setTimeout as pause } from "node:timers/promises";
import { makeOrders } from "../../storm/orders.ts";
import type { Random } from "../../storm/seeded.ts";
import type { Fleet } from "./fleet.ts";

export interface Answer {
  reference: string;
  /** The request left then; `performance.now()`. */
  sentAt: number;
  ms: number;
  /** 0: no answer at all. */
  status: number;
  retryAfter: string | null;
  detail: string;
}

export interface PlacedOrder {
  reference: string;
  domain: string;
  /** When it was answered with 202 or 200 first; undefined as long as it was not. */
  acceptedAt: number | undefined;
}

export interface Traffic {
  /** Of orders. */
  answers: readonly Answer[];
  /** Of pages that are read meanwhile: a certificate, the list, /readyz, /metrics. */
  reads: readonly Answer[];
  orders: readonly PlacedOrder[];
  accepted: () => PlacedOrder[];
  /** How much later than asked this machine ran something, at most: what a busy machine adds to each answer. */
  lagMs: () => number;
  /** Resolves when so many orders are accepted. @throws Error after a minute */
  untilAccepted: (count: number) => Promise<void>;
  /** Sends no new order; resolves when those under way are accepted, at most after 30 s. */
  stop: () => Promise<void>;
  /** The same order once more, as a billing system does that finds it missing. */
  sendAgain: (order: PlacedOrder) => Promise<Answer>;
}

const LIMIT_MS = 10_000;
const LAST_MS = 30_000;
/** Retry-After is 2 s; several callers together come sooner. */
const AGAIN_MS = 700;
const READ_EVERY_MS = 1_000;

/** At most `most` orders, a new one about every `everyMs`, whether the last one was answered or not. */
export async function startTraffic(
  fleet: Pick<Fleet, "url" | "apiKey">,
  { most, everyMs, random }: { most: number; everyMs: number; random: Random },
): Promise<Traffic> {
  const bodies = (await makeOrders(most)).map(({ order }) => order);
  const answers: Answer[] = [];
  const reads: Answer[] = [];
  const orders: PlacedOrder[] = [];
  const lag = monitorEventLoopDelay({ resolution: 20 });
  lag.enable();
  const stopping = new AbortController();
  const giveUp = new AbortController();
  const bodyOf = ({ reference }: PlacedOrder): object => {
    const order = bodies.find((each) => each.reference === reference);
    if (!order) throw new Error(`no order ${reference}`);
    const { product, years, csr, approver, contacts, customer } = order;
    return { reference, product, years, csr, approver, contacts, customer };
  };
  const post = async (order: PlacedOrder): Promise<Answer> => {
    const answer = await ask(fleet, "POST", "/v1/certificates", order.reference, bodyOf(order));
    answers.push(answer);
    if (answer.status === 202 || answer.status === 200) order.acceptedAt ??= answer.sentAt + answer.ms;
    return answer;
  };
  const persist = async (order: PlacedOrder): Promise<void> => {
    while (order.acceptedAt === undefined && !giveUp.signal.aborted) {
      const { status } = await post(order);
      if (status >= 400 && status < 500 && status !== 429) return; // no repetition mends it; the judge tells
      if (order.acceptedAt === undefined) await quiet(AGAIN_MS, giveUp.signal);
    }
  };

  const under: Promise<void>[] = [];
  const placing = (async () => {
    for (const { reference, domain } of bodies) {
      if (stopping.signal.aborted) return;
      const order = { reference, domain, acceptedAt: undefined };
      orders.push(order);
      under.push(persist(order));
      await quiet(everyMs * (0.5 + random()), stopping.signal);
    }
  })();
  const reading = (async () => {
    while (!stopping.signal.aborted) {
      const reference = orders.find(({ acceptedAt }) => acceptedAt !== undefined)?.reference;
      const paths = [
        "/v1/certificates?limit=5",
        "/readyz",
        "/metrics",
        ...(reference ? [`/v1/certificates/${reference}`] : []),
      ];
      reads.push(...(await Promise.all(paths.map((path) => ask(fleet, "GET", path, path)))));
      await quiet(READ_EVERY_MS, stopping.signal);
    }
  })();

  const accepted = (): PlacedOrder[] => orders.filter(({ acceptedAt }) => acceptedAt !== undefined);
  return {
    ...{ answers, reads, orders, accepted, sendAgain: post, lagMs: () => lag.max / 1e6 },
    async untilAccepted(count) {
      for (const end = performance.now() + 60_000; accepted().length < count; await pause(50))
        if (performance.now() > end) throw new Error(`only ${accepted().length} of ${count} orders were accepted`);
    },
    async stop() {
      lag.disable();
      stopping.abort();
      const last = setTimeout(() => giveUp.abort(), LAST_MS);
      await Promise.all([placing, reading]);
      await Promise.all(under);
      clearTimeout(last);
    },
  };
}

async function ask(
  { url, apiKey }: Pick<Fleet, "url" | "apiKey">,
  method: "GET" | "POST",
  path: string,
  reference: string,
  body?: object,
): Promise<Answer> {
  const sentAt = performance.now();
  const headers = { authorization: `Bearer ${apiKey}`, "content-type": "application/json" };
  try {
    const answer = await fetch(`${url}${path}`, {
      ...{ method, headers, signal: AbortSignal.timeout(LIMIT_MS) },
      ...(body && { body: JSON.stringify(body) }),
    });
    const text = await answer.text();
    const detail = answer.ok ? "" : text.slice(0, 400);
    const { status } = answer;
    return {
      reference,
      sentAt,
      ms: performance.now() - sentAt,
      status,
      retryAfter: answer.headers.get("retry-after"),
      detail,
    };
  } catch (error) {
    return { reference, sentAt, ms: performance.now() - sentAt, status: 0, retryAfter: null, detail: `${error}` };
  }
}

/** A pause that ends early, without an error, when it is no longer wanted. */
export async function quiet(ms: number, signal: AbortSignal): Promise<void> {
  await pause(ms, undefined, { signal }).catch(() => undefined);
}

/** One certificate as the API shows it; undefined where nobody knows it. @throws Error another answer */
export async function showCertificate(
  { url, apiKey }: Pick<Fleet, "url" | "apiKey">,
  reference: string,
): Promise<{ status: string; attention: { code: string; message: string } | null } | undefined> {
  const headers = { authorization: `Bearer ${apiKey}` };
  const answer = await fetch(`${url}/v1/certificates/${reference}`, { headers, signal: AbortSignal.timeout(LIMIT_MS) });
  if (answer.status === 404) return undefined;
  if (!answer.ok) throw new Error(`GET ${reference}: ${answer.status} ${await answer.text()}`);
  return (await answer.json()) as { status: string; attention: { code: string; message: string } | null };
}
