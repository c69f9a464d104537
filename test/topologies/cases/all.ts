// All cases, in the order in which they are played: the roads first, for without them no fault means anything.
import type { Case } from "./case.ts";
import { clockFaults } from "./clock-faults.ts";
import { clusterFaults } from "./cluster-faults.ts";
import { failovers } from "./failovers.ts";
import { restores } from "./restores.ts";
import { roads } from "./roads.ts";
import { serverFaults } from "./server-faults.ts";

export const cases: readonly Case[] = [
  ...roads,
  ...restores,
  ...failovers,
  ...clusterFaults,
  ...serverFaults,
  ...clockFaults,
];

/** The case of this name. @throws Error there is none */
export function caseOf(name: string): Case {
  const found = cases.find((each) => each.name === name);
  if (!found) throw new Error(`there is no case ${name}`);
  return found;
}
