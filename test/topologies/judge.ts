// What a case showed: the pretended eNom's own books against the orders, and every answer against what was promised.
import { setTimeout as pause } from "node:timers/promises";
import type { Finding } from "../../src/shared/base/result.ts";
import type { Case } from "./cases/case.ts";
import type { Fleet } from "./fleet/fleet.ts";
import type { Surroundings } from "./fleet/surroundings.ts";
import { type Answer, type PlacedOrder, showCertificate, type Traffic } from "./fleet/traffic.ts";

export interface Verdict {
  name: string;
  story: string;
  tookMs: number;
  /** From the first writable Redis until orders are accepted and bought; null where nothing went wrong, or never. */
  recoveredMs: number | null;
  /** Answers to orders. */
  count503: number;
  /** Of all requests. */
  count500: number;
  slowestMs: number;
  orders: number;
  issued: number;
  purchases: number;
  lost: number;
  doubled: number;
  /** What was promised and not kept, a sentence each. */
  faults: readonly string[];
}

export interface Played {
  each: Case;
  fleet: Fleet;
  traffic: Traffic;
  surroundings: Surroundings;
  states: ReadonlyMap<PlacedOrder, string>;
  /** What `doctor --json` found in the end; words where it found nothing. */
  findings: readonly Finding[] | string;
  faults: readonly string[];
  recoveredMs: number | undefined;
  hasStruck: boolean;
  mustRecover: boolean;
  tookMs: number;
}

const RECOVERY_S = 15;
/** A frozen Redis is told within 3 s; the answer needs a moment to come here on a loaded machine. */
const ANSWER_MS = 3_000;
/** A request waits for this machine several times: here, in the gateway, in Redis, and on the way back. */
const LAGS = 5;
const ISSUED_WITHIN_MS = 90_000;
/** The gateway takes a thousand requests a minute. */
const LOOK_MS = 80;
const LOST = "lost";

/** Each accepted order's status, as soon as all are issued or the time for it is over. */
export async function untilIssued(fleet: Fleet, traffic: Traffic): Promise<Map<PlacedOrder, string>> {
  const states = new Map<PlacedOrder, string>();
  let waiting = 0;
  for (const end = performance.now() + ISSUED_WITHIN_MS; ; await pause(250 + waiting * LOOK_MS)) {
    waiting = 0;
    for (const order of traffic.accepted()) {
      if (states.get(order) === "issued") continue;
      waiting++;
      const shown = await showCertificate(fleet, order.reference).catch((error: Error) => ({
        status: error.message,
        attention: null,
      }));
      const attention = shown?.attention ? `, ${shown.attention.code}: ${shown.attention.message}` : "";
      states.set(order, shown ? `${shown.status}${attention}` : LOST);
    }
    if ([...states.values()].every((state) => state === "issued") || performance.now() > end) return states;
  }
}

export function judge(played: Played): Verdict {
  const { each, traffic, surroundings, states, recoveredMs, tookMs } = played;
  const accepted = traffic.accepted();
  const everything = [...traffic.answers, ...traffic.reads];
  const purchases = surroundings.enom.books.purchases().length;
  const byDomain = Map.groupBy(surroundings.enom.books.slots(), ({ configuration }) => configuration?.domain);
  const twice = [...byDomain].filter(([domain, slots]) => domain !== undefined && slots.length > 1).length;
  const verdict = {
    ...{ name: each.name, story: each.story, tookMs, purchases },
    recoveredMs: recoveredMs ?? null,
    count503: traffic.answers.filter(({ status }) => status === 503).length,
    count500: everything.filter(({ status }) => status === 500).length,
    slowestMs: Math.max(0, ...traffic.answers.map(({ ms }) => ms)),
    orders: accepted.length,
    issued: [...states.values()].filter((state) => state === "issued").length,
    lost: [...states.values()].filter((state) => state === LOST).length,
    doubled: Math.max(twice, purchases - accepted.length),
  };
  return { ...verdict, faults: [...new Set([...played.faults, ...faultsOf(verdict, played)])] };
}

function faultsOf(verdict: Omit<Verdict, "faults">, played: Played): string[] {
  const { traffic, states, fleet, recoveredMs, mustRecover, findings, surroundings } = played;
  const { orders, purchases, doubled } = verdict;
  const mostMs = ANSWER_MS + LAGS * traffic.lagMs();
  const stuck = [...states].filter(([, state]) => state !== "issued");
  const ill = typeof findings === "string" ? [] : findings.filter(({ state }) => state === "ill");
  return [
    ...stuck.map(([{ reference }, state]) => `Order ${reference} is ${state}`),
    ...(doubled > 0 ? [`${doubled} bought twice: ${purchases} purchases for ${orders} orders`] : []),
    ...(purchases < orders ? [`${purchases} purchases for ${orders} orders`] : []),
    ...(mustRecover && (recoveredMs === undefined || recoveredMs > RECOVERY_S * 1_000)
      ? [`Not accepting and buying again ${RECOVERY_S} s after Redis could be written again`]
      : []),
    ...[...traffic.answers, ...traffic.reads].flatMap((answer) => faultOfAnswer(answer, mostMs)),
    ...traffic.orders
      .filter(({ acceptedAt }) => acceptedAt === undefined)
      .map(({ reference }) => `Order ${reference} was never accepted`),
    ...fleet.fellOver,
    ...surroundings.enom.books.faults,
    ...(typeof findings === "string" ? [findings] : []),
    ...ill.map(({ name, detail }) => `doctor in the end: ${name}: ${detail}`),
  ];
}

function faultOfAnswer({ status, ms, detail, retryAfter, reference }: Answer, mostMs: number): string[] {
  const [isPost, where] = reference.startsWith("/")
    ? [false, reference.replace(/storm-\d+$/, "…")]
    : [true, "an order"];
  if (status === 0) return [`No answer to ${where}: ${detail}`];
  if (status === 503) {
    const late = isPost && ms > mostMs ? [`503 to ${where} after more than 3 s`] : [];
    return where !== "/readyz" && !retryAfter ? [...late, `503 without Retry-After to ${where}: ${detail}`] : late;
  }
  if (status >= 400) return [`${status} to ${where}: ${detail.replace(/request \S+/, "request …")}`];
  return isPost && ms > 2 * mostMs ? [`${status} to ${where} after more than 6 s`] : [];
}
