// One storm from its first order to its last: orders come in, workers die, Redis dies, and it is watched until every order has ended.

import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { goesOnByItself } from "../../src/shared/base/codes.ts";
import type { Lifecycle } from "../../src/shared/base/lifecycle.ts";
import {
  type Certificate,
  isFinished,
  isParkedAndTold,
  type Status,
} from "../../src/shared/certificate/certificate.ts";
import { type Crew, hireCrew } from "./crew.ts";
import { type Ending, gather } from "./ending.ts";
import { makeOrders, placeOrders, type StormOrder } from "./orders.ts";
import { cutOff, killed, type Outage } from "./outages.ts";
import type { Fate, Plan } from "./plan.ts";
import { seeded } from "./seeded.ts";
import { buildStage, type Stage } from "./stage.ts";

/** Between two orders: they still come in when Redis dies for the first time. */
const BETWEEN_ORDERS_MS = 75;
/** Redis dies when this share of the orders has ended. */
const OUTAGES = { keep: [], kill: [0.1, 0.6], cut: [0.1, 0.6] } satisfies Record<Fate, number[]>;
const LOOK_MS = 1_000;
const TELL_MS = 5_000;
/** Of wall clock; a loaded machine needs patience. */
const DEADLINE_MS = 600_000;

/** Plays the plan in this folder. Everything that is started is added to `life`. @throws Error when a part of the stage fails */
export async function playStorm(
  plan: Plan,
  folder: string,
  life: Lifecycle,
  say: (line: string) => void,
): Promise<Ending> {
  const began = performance.now();
  const orders = await makeOrders(plan.orders);
  const stage = await buildStage(folder, { ...plan, random: seeded(plan.seed) }, life);
  const logDir = join(folder, "logs");
  const crew = hireCrew({ size: plan.workers, env: stage.env, logDir, random: seeded(plan.seed + 1) });
  life.add("crew", () => crew.dismiss());

  const watch = watchOrders(stage, orders);
  const outages: Outage[] = [];
  const tell = setInterval(() => say(progress(stage, { began, crew, outages, ...watch.counts() })), TELL_MS);
  life.add("progress", () => clearInterval(tell));
  const placed: StormOrder[] = [];
  const placing = placeOrders(stage, { orders, placed, pauseMs: BETWEEN_ORDERS_MS });
  for (const share of OUTAGES[plan.fate]) {
    await watch.until(share, began + DEADLINE_MS);
    outages.push(plan.fate === "cut" ? await cutOff(stage, placed) : await killed(stage));
    await watch.again(); // what had ended may have been forgotten
  }
  await placing;
  await watch.until(1, began + DEADLINE_MS);
  clearInterval(tell);
  await crew.dismiss();
  stage.enom.settings.losses = null;
  return gather(stage, { plan, orders, outages, crew, tookMs: performance.now() - began });
}

/** An order has ended when its certificate is there, or when only a person can take it on. */
function hasEnded(certificate: Certificate): boolean {
  const { attention } = certificate.record;
  return (
    isFinished(certificate) || isParkedAndTold(certificate) || (attention !== null && !goesOnByItself(attention.code))
  );
}

/** Most orders are under way, and their status alone says so. */
const UNDER_WAY: ReadonlySet<string | null> = new Set(["ordered", "awaiting-validation"] satisfies Status[]);

export function watchOrders({ certificates, redis, keys }: Stage, orders: readonly StormOrder[]) {
  const ended = new Map<string, Certificate>();
  const lookAt = async (reference: string): Promise<void> => {
    if (ended.has(reference) || UNDER_WAY.has(await redis.hget(keys.certificate(reference), "status"))) return;
    const certificate = await certificates.find(reference);
    if (certificate && hasEnded(certificate)) ended.set(reference, certificate);
  };
  const look = (): Promise<unknown> => Promise.all(orders.map(({ order }) => lookAt(order.reference)));
  return {
    counts() {
      const issued = [...ended.values()].filter(({ record }) => record.issue).length;
      return { orders: orders.length, issued, stopped: ended.size - issued };
    },
    async again(): Promise<void> {
      ended.clear();
      await look();
    },
    /** Resolves when this share of the orders has ended, or at the deadline. */
    async until(share: number, deadline: number): Promise<void> {
      while (ended.size < share * orders.length && performance.now() < deadline) {
        await pause(LOOK_MS);
        await look();
      }
    },
  };
}

interface Progress {
  began: number;
  crew: Crew;
  outages: readonly Outage[];
  orders: number;
  issued: number;
  stopped: number;
}

function progress({ enom }: Stage, { began, crew, outages, orders, issued, stopped }: Progress): string {
  const seconds = Math.round((performance.now() - began) / 1_000);
  const bought = enom.books.purchases().length;
  const counts = `${issued}/${orders} issued, ${stopped} parked, ${bought} purchases`;
  return `${`${seconds}`.padStart(4)} s  ${counts}, ${enom.lost.length} calls lost, ${crew.kills()} kills, ${outages.length}× without Redis`;
}
