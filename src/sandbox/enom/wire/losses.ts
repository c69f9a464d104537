// Loses calls by chance, as a bad line does; what a test wants at a certain call is a fault (`faults.ts`).

import type { Settings } from "../books/settings.ts";
import type { Fault } from "./faults.ts";

/** One call that chance has lost. */
export interface Lost {
  /** As the caller wrote it. */
  readonly command: string;
  /** Whether the command had done its work before the answer was lost. */
  readonly effect: boolean;
}

export interface LossDraw {
  /** What was lost so far, oldest first. */
  readonly lost: readonly Lost[];
  /** How this call is lost, or undefined when it comes through. One random number a call, so a seed replays a run. */
  draw(command: string): Fault | undefined;
}

export function lossDraw(settings: Settings): LossDraw {
  const lost: Lost[] = [];
  return {
    lost,
    draw: (command) => {
      const { losses } = settings;
      if (losses === null || losses.commands?.has(command.toLowerCase()) === false) return undefined;
      const { rate, random = Math.random } = losses;
      const drawn = random();
      if (drawn >= rate) return undefined;
      const effect = drawn < rate / 2;
      lost.push({ command, effect });
      return { kind: effect ? "lose-answer" : "lose-request" };
    },
  };
}
