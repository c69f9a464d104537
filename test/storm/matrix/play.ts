// One matrix from its first order to its last: orders come in, faults hit the fleet in lanes, then everything is healed and
// watched until each order and each mail has ended.
import { setTimeout as pause } from "node:timers/promises";
import type { Lifecycle } from "../../../src/shared/base/lifecycle.ts";
import { isRedisTrouble } from "../../../src/shared/redis/connection/trouble.ts";

import type { Fault } from "../faults/fault.ts";
import { makeOrders } from "../orders.ts";
import { watchOrders } from "../run.ts";
import { seeded } from "../seeded.ts";
import { type Gathered, gatherEvidence } from "./evidence.ts";
import { lookAround, thawIfFrozen } from "./operator.ts";
import type { MatrixPlan } from "./plan.ts";
import { buildScene, type Scene } from "./scene.ts";

/** Of all the time: the rest is calm. */
const FAULT_SHARE = 0.55;
const START_MS = 60_000;
/** The judge's own time. */
const JUDGE_MS = 8_000;
/** Between two faults of a lane. */
const REST = { least: 300, most: 1_500 };
const LOOK_MS = 1_000;
/** A person reads mails now and then. */
const OPERATOR_MS = 3_000;
const RELAY_TURNS = 8;
/** By all workers together. */
const MAILS_AT_ONCE = 8;

export interface PlayedFault {
  name: string;
  /** Seconds since the fleet was at work. */
  at: number;
  took: number;
  saw: string | undefined;
}

export interface Played extends Gathered {
  played: readonly PlayedFault[];
  notPlayed: readonly string[];
  statuses: ReadonlyMap<number, number>;
  ended: number;
  purchases: number;
  tookMs: number;
}

/** Plays the plan in this folder. Everything that is started is added to `life`. @throws Error the fleet does not start */
export async function playMatrix(
  plan: MatrixPlan,
  folder: string,
  life: Lifecycle,
  say: (line: string) => void,
): Promise<Played> {
  const began = performance.now();
  const deadline = began + plan.seconds * 1_000 - JUDGE_MS;
  const orders = await makeOrders(plan.orders);
  const scene = await buildScene(folder, { ...plan, random: seeded(plan.seed) }, life);
  const { fleet, customers } = scene;
  await fleet.untilAtWork(START_MS);
  const atWork = performance.now();
  const since = (): number => (performance.now() - atWork) / 1_000;
  const tell = (line: string): void => say(`${since().toFixed(1).padStart(6)} s  ${line}`);
  const faultsUntil = atWork + (deadline - atWork) * FAULT_SHARE;
  const placingUntil = signalAt(deadline);

  const operator = setInterval(() => void thawIfFrozen(scene).catch(() => undefined), OPERATOR_MS);
  life.add("operator", () => clearInterval(operator));

  const played: PlayedFault[] = [];
  const lanes = Promise.all(
    plan.lanes.map((lane, i) =>
      playLane(scene, lane, { ...plan, random: seeded(plan.seed + 10 + i) }, { played, faultsUntil, since, tell }),
    ),
  );
  const gapMs = plan.spreads ? (faultsUntil - atWork) / plan.orders : 150;
  const placing: Promise<void>[] = [];
  for (const order of orders) {
    placing.push(customers.place(order, placingUntil));
    await pause(gapMs);
  }
  await lanes;
  clearInterval(operator);
  await heal(scene);
  tell(`calm: ${customers.accepted.length} orders accepted, ${scene.enom.books.purchases().length} slots bought`);
  await Promise.all(placing);
  await calmDown(scene, { deadline, tell });
  await fleet.dismiss();
  const names = new Set(played.map(({ name }) => name));
  return {
    ...(await gatherEvidence(scene)),
    ...{ played, statuses: customers.statuses, ended: fleet.ended() },
    notPlayed: plan.lanes.flat().flatMap(({ name }) => (names.has(name) ? [] : [name])),
    purchases: scene.enom.books.purchases().length,
    tookMs: performance.now() - began,
  };
}

interface LaneTime {
  played: PlayedFault[];
  faultsUntil: number;
  since: () => number;
  tell: (line: string) => void;
}

async function playLane(
  scene: Scene,
  lane: readonly Fault[],
  { rounds, spreads, random }: { rounds: number; spreads: boolean; random: () => number },
  { played, faultsUntil, since, tell }: LaneTime,
): Promise<void> {
  const signal = signalAt(faultsUntil + 30_000);
  const began = performance.now();
  const turns = Array.from({ length: rounds }, () => lane).flat();
  // Spread over all the time there is; what took longer is made up for.
  const eachMs = spreads ? (faultsUntil - began) / turns.length : 0;
  for (const [i, fault] of turns.entries()) {
    const rest = REST.least + random() * (REST.most - REST.least);
    await pause(Math.max(rest, began + i * eachMs - performance.now()));
    if (performance.now() > faultsUntil) return;
    const at = since();
    // Mails that had left and were not noted yet go again with the same Message-ID.
    if (fault.group === "redis") scene.losses += MAILS_AT_ONCE;
    tell(fault.name);
    const saw = await fault.play(scene, signal).catch((error: Error) => {
      if (isRedisTrouble(error)) return "Redis was in another fault's hands";
      scene.complaints.push(`${fault.name} could not be played: ${error.message}`);
      return undefined;
    });
    if (saw) tell(`${fault.name} over: ${saw}`);
    played.push({ name: fault.name, at, took: since() - at, saw });
  }
}

/** Whatever a fault left behind is gone. */
async function heal({ lines, enom, fleet, redis, queues, receiver }: Scene): Promise<void> {
  receiver.health = "well";
  lines.enom.weather = "clear";
  lines.smtp.weather = "clear";
  enom.settings.loginWorks = true;
  for (const member of fleet.members()) {
    member.signal("SIGCONT");
    member.whim({ offsetMs: 0 });
  }
  await redis.call("CONFIG", "SET", "maxmemory", "0");
  for (const queue of Object.values(queues.all)) await queue.resume();
  await fleet.untilAtWork(START_MS);
}

/** Until every order and every mail has ended, or the deadline. A person looks around now and then. */
async function calmDown(
  scene: Scene,
  { deadline, tell }: { deadline: number; tell: (line: string) => void },
): Promise<void> {
  const signal = signalAt(deadline);
  const missing = await scene.customers.sendMissing(signal);
  if (missing > 0) tell(`${missing} orders were missing, and were sent again`);
  const watch = watchOrders(scene, scene.customers.accepted);
  for (let turn = 0; performance.now() < deadline; turn++) {
    await watch.again();
    const { orders, issued, stopped } = watch.counts();
    const isTold = (await scene.receiver.waiting(scene).catch(() => 1)) === 0;
    if (issued + stopped >= orders && (await mailsOpen(scene)) === 0 && isTold) break;
    // Where the mail server is silent a mail may wait for it for ten minutes (RFC 5321): somebody restarts it.
    if (turn % RELAY_TURNS === RELAY_TURNS - 1) scene.lines.smtp.cut();
    const done = await lookAround(scene, signal).catch((error: Error) => `nobody could look: ${error.message}`);
    if (done || turn % 10 === 9)
      tell(done ?? `${issued}/${orders} issued, ${stopped} with a person, ${await mailsOpen(scene)} mails wait`);
    await pause(LOOK_MS);
  }
}

async function mailsOpen({ queues, redis, keys }: Scene): Promise<number> {
  const counts = await queues.all.notify.getJobCounts("waiting", "active", "delayed", "prioritized");
  const asked = await redis.zcard(keys.askedMails);
  return Math.max(asked, ...Object.values(counts));
}

/** Aborts at this time of `performance.now`. */
function signalAt(deadline: number): AbortSignal {
  return AbortSignal.timeout(Math.max(1, Math.round(deadline - performance.now())));
}
