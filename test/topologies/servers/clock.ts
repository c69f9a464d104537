// A clock that a process lives by and that can be stepped while it runs (libfaketime).
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { findFaketime } from "./program.ts";

export interface StepClock {
  /** For the process. What it measures with the monotonic clock stays true, as on a real machine. */
  env: NodeJS.ProcessEnv;
  /** Seconds from the machine's clock, from now on. */
  step: (seconds: number) => void;
}

/** @throws Error where libfaketime is not installed */
export function stepClock(folder: string, name: string): StepClock {
  const library = findFaketime();
  if (!library) throw new Error("libfaketime is not installed: Debian's package is faketime");
  const file = join(folder, `${name}.clock`);
  const step = (seconds: number): void => {
    writeFileSync(`${file}.new`, `${seconds < 0 ? "" : "+"}${seconds}\n`);
    renameSync(`${file}.new`, file); // never half a number
  };
  step(0);
  const env = {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    DONT_FAKE_MONOTONIC: "1",
  };
  return { env, step };
}
