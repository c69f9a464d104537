// What an order meets outside of itself: the state of its accounts and of the fleet, and whether its workers work.

import { fits } from "../../../shared/account/fitting-accounts.ts";
import { findAccountTroubles, findFleetTroubles, meets, type Trouble } from "../../../shared/account/troubles.ts";
import { type Certificate, isFinished } from "../../../shared/certificate/certificate.ts";
import { askedMails } from "../../../shared/queue/asked-mails.ts";
import type { JobName } from "../../../shared/queue/jobs.ts";
import type { Fleet } from "../fleet.ts";
import { countAlive } from "../health/health.ts";

export interface Surroundings {
  /** Of the order's accounts and of the fleet: those that its next step meets. */
  troubles: readonly Trouble[];
  /** Queues that the order needs and nobody works on. What is paused is among the troubles. */
  asleep: readonly JobName[];
  /** Another account may still take the order. */
  hasWayOut: boolean;
  /** Orders of the same key and customer whose jobs wait and are taken before this one's; 0 where it does not wait. */
  ahead?: number;
  /** Mails about it that were asked for and have not gone out, by their templates. */
  mails?: readonly string[];
}

/** What it is found with: the gateway has it, too. */
export type Known = Pick<Fleet, "accounts" | "redis" | "keys" | "clock" | "policyFor" | "waitingIn">;

/** Everything was looked at, and nothing is wrong. */
export const ALL_WELL: Surroundings = { troubles: [], asleep: [], hasWayOut: false, ahead: 0 };

export async function findSurroundings(certificate: Certificate, fleet: Known): Promise<Surroundings> {
  const [{ troubles, hasWayOut }, ofFleet, asleep, ahead, mails] = await Promise.all([
    ofAccounts(certificate, fleet),
    findFleetTroubles(fleet),
    findAsleep(certificate, fleet),
    findAhead(certificate, fleet),
    askedMails(fleet.redis, fleet.keys).templatesOf(certificate.order.reference),
  ]);
  const met = [...troubles, ...ofFleet.filter((each) => concerns(each, certificate))];
  return { troubles: met, asleep, hasWayOut, ahead, mails };
}

/** Of one key's customer the urgent go first, then those that came first; all others take turns with them. */
async function findAhead(certificate: Certificate, fleet: Known): Promise<number> {
  if (!hasWork(certificate)) return 0;
  const waiting = await fleet.waitingIn(workOf(certificate));
  const own = waiting.find(({ reference }) => reference === certificate.order.reference);
  if (!own) return 0;
  const before = waiting.filter(({ share, isUrgent, since }) => {
    if (share.by !== own.share.by || share.of !== own.share.of) return false;
    return isUrgent === own.isUrgent ? since < own.since : isUrgent;
  });
  return before.length;
}

function hasWork(certificate: Certificate): boolean {
  const { reissue, wish } = certificate.record;
  return !isFinished(certificate) || reissue !== null || wish !== null;
}

function workOf({ record }: Certificate): "open" | "reissue" {
  return record.reissue && !record.wish ? "reissue" : "open";
}

/** The account that has the order; before one has, each that may. */
async function ofAccounts(
  certificate: Certificate,
  fleet: Known,
): Promise<Pick<Surroundings, "troubles" | "hasWayOut">> {
  const { order, record } = certificate;
  const all = await fleet.accounts.all();
  const chosen = certificate.attempt > 0 || certificate.term > 1 ? record.account : null;
  const possible = all.filter((each) => (chosen === null ? fits(each, order) : each.id === chosen));
  const found = await Promise.all(possible.map((each) => findAccountTroubles(each, fleet)));
  const met = found.map((each) => each.filter((one) => concerns(one, certificate)));
  return { troubles: met.flat(), hasWayOut: met.some((each) => each.length === 0) };
}

/** Whether the order's next step meets it. What is over meets nothing; what is idle only needs its mails. */
function concerns({ code, about }: Trouble, certificate: Certificate): boolean {
  const { state, record } = certificate;
  if (state === "CANCELLED" || state === "REFUSED") return false;
  const isUnderWay = !isFinished(certificate) || record.reissue !== null;
  switch (meets[code]) {
    case "slots":
      return isUnderWay && state !== "CONFIGURED";
    case "purchases":
      return state === "APPROVED";
    case "enom":
      return isUnderWay;
    case "mails":
      return true;
    case "queue":
      return needsQueue(about?.split("/")[0], { isUnderWay, isReissued: record.reissue !== null });
    case "nothing":
      return false;
  }
}

/** What is idle is reissued by policy one day, and its owner is written to. Of the balances no order is told. */
function needsQueue(queue: string | undefined, at: { isUnderWay: boolean; isReissued: boolean }): boolean {
  switch (queue) {
    case "open":
      return at.isUnderWay && !at.isReissued;
    case "reissue":
      return at.isReissued || !at.isUnderWay;
    default:
      return queue === "notify";
  }
}

async function findAsleep(certificate: Certificate, fleet: Known): Promise<Surroundings["asleep"]> {
  if (!hasWork(certificate)) return [];
  const looked = await Promise.all(
    [workOf(certificate), "notify" as const].map(async (queue) =>
      (await countAlive(queue, fleet, fleet.clock)) === 0 ? [queue] : [],
    ),
  );
  return looked.flat();
}
