// Loaded into each process of a storm before the program: its clock can be set, and its event loop blocked, from outside, by
// a file.
import { readFileSync } from "node:fs";

export interface Whim {
  /** Added to the time that the process sees. */
  offsetMs: number;
  /** The event loop stands for so long, once for each `number`. */
  blockMs: number;
  number: number;
}

const LOOK_MS = 100;
const file = process.env.STORM_WHIM ?? "";
const RealDate = Date;
let offsetMs = 0;
let done = 0;

class ShiftedDate extends RealDate {
  constructor(...args: unknown[]) {
    if (args.length === 0) super(RealDate.now() + offsetMs);
    else super(...(args as [string]));
  }
  static override now(): number {
    return RealDate.now() + offsetMs;
  }
}
globalThis.Date = ShiftedDate as DateConstructor;

function look(): void {
  const whim = read();
  if (!whim) return;
  offsetMs = whim.offsetMs;
  if (whim.number === done) return;
  done = whim.number;
  const until = performance.now() + whim.blockMs;
  while (performance.now() < until);
}

function read(): Whim | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Whim;
  } catch {
    return undefined; // not written yet, or just being written
  }
}

setInterval(look, LOOK_MS).unref();
