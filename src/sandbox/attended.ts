// What runs in front of a person: Ctrl-C ends it, its parts stop in order, and what went wrong is said in one line.
import { type Lifecycle, lifecycle } from "../shared/base/lifecycle.ts";
import { createLog } from "../shared/base/log.ts";
import { onStopSignal } from "../shared/process/signals.ts";

export interface Attended {
  life: Lifecycle;
  /** Talk, on stderr. */
  say: (line: string) => void;
  /** Aborted when somebody ends it. */
  signal: AbortSignal;
}

/** Behind the parts: Redis writes what it has, the pretended eNom and the mailbox close. */
const OTHERS_MS = 10_000;

/** Answers with the exit code: that of `run`, 0 after Ctrl-C, 1 when it failed. `graceMs`: what a part gets to stop. */
export async function attended(graceMs: number, run: (attended: Attended) => Promise<number>): Promise<number> {
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const life = lifecycle(createLog("warn", "start"), graceMs + OTHERS_MS);
  const ended = new AbortController();
  // The parts, which then end in order all the same, hear of our end by their pipes.
  onStopSignal({ stop: () => ended.abort(), atOnce: () => process.exit(1) });
  try {
    return await run({ life, say, signal: ended.signal });
  } catch (error) {
    if (ended.signal.aborted) return 0;
    say(error instanceof Error ? error.message : String(error));
    return 1;
  } finally {
    if (ended.signal.aborted) say("\nStopping …");
    await life.stop();
  }
}
