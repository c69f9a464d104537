// Who carries a run out for a verb: this process on the fleet's Redis, or a gateway. The verb is written once, and knows neither.
import { failure, type Result } from "../../../shared/base/result.ts";
import type { Wanted } from "./actions.ts";
import { type ChangeFleet, carryOut, type Told } from "./carry-out.ts";
import { newRunId, runStore } from "./run-store.ts";
import { type Selected, select } from "./select.ts";
import type { Filter } from "./where.ts";

/** A run that goes on while its results are read. */
export interface Going {
  id: string;
  /** Certificates of the run, and how many of them were done before. */
  count: number;
  ended: number;
  results: AsyncIterable<Told>;
}

export interface ChangeDoor {
  /** Nothing is done. */
  look: (filter: Filter, wanted: Wanted) => Promise<Selected[] | Result>;
  /** `expect`: so many must match, or nothing is done. */
  begin: (filter: Filter, wanted: Wanted, how: { expect: number; rate: number }) => Promise<Going | Result>;
  /** What the run was asked for counts; `action` must be the same. */
  goOn: (run: string, action: Wanted["action"], rate: number) => Promise<Going | Result>;
}

export function mismatchText(expected: number, count: number, filter: string): string {
  return `Expected are ${expected}, and ${count} certificates match ${filter}. Nothing was done.`;
}

export function noRunText(run: string): string {
  return `There is no run ${run}.`;
}

export function otherRunText(run: string, action: string): string {
  return `The run ${run} is of certificate ${action}.`;
}

export function nearDoor(fleet: ChangeFleet): ChangeDoor {
  const runs = runStore(fleet);
  let looked: Selected[] | undefined;
  return {
    async look(filter, wanted) {
      looked = await select(filter, wanted, fleet);
      return looked;
    },
    async begin(filter, wanted, { expect, rate }) {
      const found = looked ?? (await select(filter, wanted, fleet));
      if (found.length !== expect) return failure("conflict", mismatchText(expect, found.length, filter.text));
      const now = fleet.clock.now();
      const id = newRunId(now);
      const entries = found.map(({ reference, plan }) => ({ reference, plan }));
      const told = { wanted, filter: filter.text, who: fleet.who, at: now.toISOString(), count: entries.length };
      await runs.keep(id, told, entries);
      return { id, count: entries.length, ended: 0, results: carryOut(id, entries, { wanted, rate }, fleet) };
    },
    async goOn(run, action, rate) {
      const found = await runs.read(run);
      if (!found) return failure("not-found", noRunText(run));
      const { told, open, ended } = found;
      if (told.wanted.action !== action) return failure("conflict", otherRunText(run, told.wanted.action));
      return {
        ...{ id: run, count: told.count, ended },
        results: carryOut(run, open, { wanted: told.wanted, rate }, fleet),
      };
    },
  };
}
