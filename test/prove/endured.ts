// What the fleet's own errors are in the model: part of its life. Anything else is a bug that the run is told of.
import { Refused, Unavailable, Uncertain } from "../../src/shared/base/errors.ts";
import { isDeath } from "./process.ts";
import type { Run } from "./run.ts";

/** Waits for something that may end in one of the three errors, or in the process's death. */
export async function endured(run: Run, end: Promise<unknown>): Promise<void> {
  try {
    await end;
  } catch (error) {
    if (error instanceof Refused || error instanceof Unavailable || error instanceof Uncertain || isDeath(error))
      return;
    run.faults.push(`a bug: ${error instanceof Error ? error.stack : String(error)}`);
  }
}
