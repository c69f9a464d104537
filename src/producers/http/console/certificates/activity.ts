// How many certificates were issued, reissued and bought on each of the last days, from the records; and on the coming ones, from
// the forecast. Both are kept for a while: they are drawn, not counted on.
import { forecastFleet } from "../../../../shared/forecast/fleet-forecast.ts";
import type { Visit } from "../frame/visit.ts";
import { indexOf } from "./search-index.ts";

const DAY_MS = 86_400_000;
/** A forecast of the whole fleet takes seconds where it is large. */
const KEPT_MS = 600_000;
const LONGEST_MS = 60_000;

export interface Day {
  issued: number;
  reissued: number;
  bought: number;
}

interface Coming {
  days: Day[];
  madeAt: number;
}

const kept = new WeakMap<object, { coming?: Coming; making?: Promise<void> }>();

/** Undefined while the records are still being read. */
export async function activityOf(visit: Visit, days: number): Promise<{ past: Day[]; coming: Day[] } | undefined> {
  const index = indexOf(visit.needs);
  if (!(await index.ready(200))) return undefined;
  return { past: index.past(days), coming: comingDays(visit, days) };
}

/** What was made last; a newer one is begun, and not waited for. */
function comingDays({ needs, now, plan }: Visit, days: number): Day[] {
  const held = kept.get(needs) ?? {};
  kept.set(needs, held);
  if (!held.coming || now.getTime() - held.coming.madeAt > KEPT_MS) {
    held.making ??= makeComing({ needs, now, plan }, days)
      .then((coming) => {
        held.coming = coming;
      })
      .catch((err: unknown) => needs.log.debug({ event: "activity.unmade", err }))
      .finally(() => {
        delete held.making;
      });
  }
  return held.coming?.days ?? Array.from({ length: days }, () => ({ issued: 0, reissued: 0, bought: 0 }));
}

async function makeComing({ needs, now, plan }: Pick<Visit, "needs" | "now" | "plan">, count: number): Promise<Coming> {
  const signal = AbortSignal.timeout(LONGEST_MS);
  const made = await plan.shared.inTurn(() => forecastFleet({ years: 1, by: "day" }, { ...needs, signal }), signal);
  const rows = new Map((made?.policies[0]?.rows ?? []).map((row) => [row.from, row]));
  const days = Array.from({ length: count }, (_each, i) => {
    const row = rows.get(new Date(now.getTime() + i * DAY_MS).toISOString().slice(0, 10));
    return { issued: 0, reissued: row?.reissues ?? 0, bought: row?.purchases ?? 0 };
  });
  return { days, madeAt: now.getTime() };
}
