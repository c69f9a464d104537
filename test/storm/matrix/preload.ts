// Loaded into each process of a storm before the program: its clock can be set, and its event loop blocked, from outside, by
// a file.
import { readFileSync } from "node:fs";

export interface Whim {
  /** Added to the time that the process sees. */
  offsetMs: number;
  /** The event loop stands for so long, once for each `number`. */
  blockMs: number;
  /** Memory is filled and dropped over and over for so long: the garbage collector takes its time from the work. */
  garbageMs: number;
  number: number;
}

const LOOK_MS = 100;
/** Objects made at a time, and how many times until all are dropped: some 100 MB. */
const GARBAGE = 50_000;
const HEAPS = 20;
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
  if (whim.garbageMs > 0) litter(performance.now() + whim.garbageMs);
}

/** Each heap that is dropped was old enough to be moved twice. */
function litter(until: number): void {
  const kept: object[] = [];
  const timer = setInterval(() => {
    for (let i = 0; i < GARBAGE; i++) kept.push({ i, text: `${i}` });
    if (kept.length >= GARBAGE * HEAPS) kept.length = 0;
    if (performance.now() > until) clearInterval(timer);
  }, 1);
}

function read(): Whim | undefined {
  try {
    return JSON.parse(readFileSync(file, "utf8")) as Whim;
  } catch {
    return undefined; // not written yet, or just being written
  }
}

setInterval(look, LOOK_MS).unref();
