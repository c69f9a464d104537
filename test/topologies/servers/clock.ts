// A clock that a process lives by and that can be stepped while it runs: libfaketime, and for servers with an allocator that
// does not bear it a small library of our own, where there is a C compiler.
import { execFileSync } from "node:child_process";
import { renameSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { canFakeRedis, findFaketime, findProgram } from "./program.ts";

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
  return stepped(file, {
    LD_PRELOAD: library,
    FAKETIME_TIMESTAMP_FILE: file,
    FAKETIME_NO_CACHE: "1",
    FAKETIME_DONT_FAKE_MONOTONIC: "1",
    DONT_FAKE_MONOTONIC: "1",
  });
}

/** The same for a Redis or Valkey. @throws Error where there is neither a compiler nor a libfaketime that gets along */
export function stepServerClock(folder: string, name: string): StepClock {
  if (canFakeRedis()) return stepClock(folder, name);
  const [file, library] = [join(folder, `${name}.clock`), join(folder, "stepped-clock.so")];
  const compiler = findProgram("cc") ?? "cc";
  execFileSync(compiler, ["-O2", "-shared", "-fPIC", "-o", library, join(import.meta.dirname, "stepped-clock.c")]);
  return stepped(file, { LD_PRELOAD: library, STEPPED_CLOCK: file });
}

function stepped(file: string, env: NodeJS.ProcessEnv): StepClock {
  const step = (seconds: number): void => {
    writeFileSync(`${file}.new`, `${seconds < 0 ? "" : "+"}${seconds}\n`);
    renameSync(`${file}.new`, file); // never half a number
  };
  step(0);
  return { env, step };
}
