// `ledger rebuild`: a person lets a ledger that Redis lost, or lost the end of, be written again from its journal (rule 3).
import { type Rebuilt, rebuild } from "../ledger/rebuild.ts";
import type { Desk } from "./ledger-desk.ts";
import { readStanding } from "./ledger-standing.ts";

export type RebuildAnswer =
  | ({ state: "rebuilt" } & Rebuilt)
  /** Nothing is missing: words would only hide why the account is frozen. */
  | { state: "whole" }
  /** There is nothing to write again from: an empty journal would make the loss final. */
  | { state: "no-journal" | "other-journal" };

export async function rebuildLedger(
  { account, reason }: { account: string; reason: string },
  desk: Desk,
): Promise<RebuildAnswer> {
  const { state } = await readStanding(desk, account);
  switch (state) {
    case "unused":
      return { state: "no-journal" };
    case "other-journal":
      return { state };
    case "well":
    case "frozen":
      return { state: "whole" };
    case "lost":
    case "behind": {
      const words = `${reason} (${desk.who})`;
      return {
        state: "rebuilt",
        ...(await rebuild(desk, { account, words }, { certificates: desk.certificates, now: desk.clock.now() })),
      };
    }
  }
}
