// What a worker says when nothing went wrong. A failure is thrown, never returned.
import type { JobResult } from "../../shared/queue/job-result.ts";

/** `done`, or: look again in so many seconds, because … (a sentence that an operator reads on the board). */
export type Outcome = "done" | { waitSeconds: number; because: string };

/** The same of a job's work, with what is told of its order. */
export type WorkOutcome =
  | Outcome
  | { result: JobResult }
  | {
      waitSeconds: number;
      because: string;
      about: JobResult;
      /** Asked when the job lies there to be woken: whether what it waits for has come meanwhile. */
      hasCome?: () => Promise<boolean>;
    };

/** What a process that stops answers instead of a further step: whoever takes the job next goes on from what is saved. */
export const LEFT_TO_OTHERS: Outcome = { waitSeconds: 0, because: "Its worker stopped. Another one goes on at once." };
