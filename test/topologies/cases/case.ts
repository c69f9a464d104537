// What a case is: a topology that is started for real, and what happens to it while orders come in.
import type { Lifecycle } from "../../../src/shared/base/lifecycle.ts";
import type { EnvOf, Fleet } from "../fleet/fleet.ts";
import type { Surroundings } from "../fleet/surroundings.ts";
import type { Traffic } from "../fleet/traffic.ts";
import type { Need } from "../servers/program.ts";

export interface Ground {
  folder: string;
  life: Lifecycle;
}

export interface Scene {
  envOf: EnvOf;
  isSplit?: boolean;
  workerEnv?: NodeJS.ProcessEnv;
  /** What goes wrong. A main road has nothing. */
  strike?: (play: Play) => Promise<void>;
}

export interface Case {
  /** For `--only`: topology first. */
  name: string;
  /** Nothing goes wrong in it, and nothing is timed. */
  isRoad?: boolean;
  /** What happens, for the table. */
  story: string;
  needs?: readonly Need[];
  /** Orders of the billing system, at most; a main road has four. */
  most?: number;
  build: (ground: Ground) => Promise<Scene>;
}

/** What a strike may do and say. Times are `performance.now()`. */
export interface Play extends Surroundings {
  fleet: Fleet;
  traffic: Traffic;
  folder: string;
  pause: (ms: number) => Promise<void>;
  /** From now on there is a Redis that can be written: the 15 seconds begin. */
  redisIsBack: () => void;
  /** Waits until orders are accepted and bought again, or the time for it is over. */
  untilRecovered: () => Promise<void>;
  /** Whether anything was accepted or bought in a time when nothing may be. */
  nothingSince: (what: "accepted" | "bought", since: number, sentence: string) => void;
  /** Something against what was promised. */
  fault: (sentence: string) => void;
}

/** The same address for every part. */
export function everywhere(env: NodeJS.ProcessEnv): EnvOf {
  return () => env;
}
