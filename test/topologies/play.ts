// One case from its first server to its verdict: topology, fleet, orders, what goes wrong, and what eNom's books say in the end.
import { mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import type { Finding } from "../../src/shared/base/result.ts";
import { seeded } from "../storm/seeded.ts";
import type { Case, Ground, Play } from "./cases/case.ts";
import { type Fleet, startFleet } from "./fleet/fleet.ts";
import { buildSurroundings, type Surroundings } from "./fleet/surroundings.ts";
import { startTraffic, type Traffic } from "./fleet/traffic.ts";
import { judge, untilIssued, type Verdict } from "./judge.ts";

export const RECOVERY_MS = 15_000;
const ROAD_ORDERS = 4;
const STORY_ORDERS = 120;
const EVERY_MS = 400;
/** Orders that were accepted before anything goes wrong, and that come in after it is over. */
export const BEFORE = 5;
const AFTER_MS = 2_000;
/** A machine that is busy needs patience until `doctor` has connected. */
const WELL_MS = 30_000;

interface PlayWish extends Ground {
  seed: number;
  /** Between two orders, about. */
  everyMs?: number;
}

/** Plays it in this folder. Everything that is started is added to `life`. @throws Error when the topology does not stand */
export async function playCase(each: Case, { folder, life, seed, everyMs = EVERY_MS }: PlayWish): Promise<Verdict> {
  const began = performance.now();
  mkdirSync(folder, { recursive: true });
  const surroundings = await buildSurroundings(join(folder, "fleet"), life);
  const scene = await each.build({ folder: join(folder, "servers"), life });
  const { envOf, isSplit, workerEnv, strike } = scene;
  const wish = { folder: join(folder, "fleet"), life, env: surroundings.env, envOf, isSplit, workerEnv };
  const fleet = await startFleet(wish);
  const most = each.most ?? (strike ? STORY_ORDERS : ROAD_ORDERS);
  const traffic = await startTraffic(fleet, { most, everyMs, random: seeded(seed) });
  const faults: string[] = [];
  let backAt: number | undefined;
  const recovery = (): number | undefined => backAt && recoveryMs(backAt, { traffic, surroundings });
  const play: Play = {
    ...{ ...surroundings, fleet, traffic, folder, pause },
    fault: (sentence) => void faults.push(sentence),
    redisIsBack: () => {
      backAt = performance.now();
    },
    async untilRecovered() {
      const end = (backAt ?? performance.now()) + RECOVERY_MS + 5_000;
      while (recovery() === undefined && performance.now() < end) await pause(50);
    },
    nothingSince(what, since, sentence) {
      const count = what === "accepted" ? acceptedSince(traffic, since) : boughtSince(surroundings, since);
      if (count > 0) faults.push(`${count} ${what}: ${sentence}`);
    },
  };
  if (strike) {
    await traffic.untilAccepted(BEFORE);
    await strike(play).catch((error: Error) => faults.push(`The case did not go on: ${error.message}`));
    if (backAt !== undefined) await play.untilRecovered();
    await pause(AFTER_MS);
  } else await traffic.untilAccepted(most);
  const recoveredMs = recovery();
  await traffic.stop();
  const states = await untilIssued(fleet, traffic);
  const findings = await lastFindings(fleet);
  // For a person, where the folder is kept.
  writeFileSync(
    join(folder, "answers.json"),
    JSON.stringify({ backAt, answers: traffic.answers, reads: traffic.reads }, null, 1),
  );
  return judge({
    ...{ each, fleet, traffic, surroundings, states, findings, faults, recoveredMs },
    ...{ hasStruck: strike !== undefined, mustRecover: backAt !== undefined, tookMs: performance.now() - began },
  });
}

/** What `doctor` finds as soon as it finds nothing ill, or else at the end of its time: what was late is done by then. */
async function lastFindings(fleet: Fleet): Promise<readonly Finding[] | string> {
  for (const end = performance.now() + WELL_MS; ; await pause(500)) {
    const findings = await fleet.doctor().catch((error: Error) => error.message);
    const isWell = typeof findings !== "string" && findings.every(({ state }) => state !== "ill");
    if (isWell || performance.now() > end) return findings;
  }
}

/** From the first writable Redis to the later of: an order accepted, a purchase at eNom; both asked for after it. */
function recoveryMs(
  backAt: number,
  { traffic, surroundings }: { traffic: Traffic; surroundings: Surroundings },
): number | undefined {
  const answered = traffic.answers.find(({ sentAt, status }) => sentAt > backAt && (status === 202 || status === 200));
  const bought = purchaseTimes(surroundings).find((at) => at > backAt);
  if (!answered || bought === undefined) return undefined;
  return Math.max(answered.sentAt + answered.ms, bought) - backAt;
}

function acceptedSince({ orders }: Traffic, since: number): number {
  return orders.filter(({ acceptedAt }) => acceptedAt !== undefined && acceptedAt > since).length;
}

function boughtSince(surroundings: Surroundings, since: number): number {
  return purchaseTimes(surroundings).filter((at) => at > since).length;
}

/** When eNom was asked for purchases, on the clock of `performance.now()`. */
function purchaseTimes({ enom }: Surroundings): number[] {
  return enom.asked("PurchaseServices").map(({ at }) => at.getTime() - performance.timeOrigin);
}
