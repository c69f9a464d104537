// What a worker says when nothing went wrong. A failure is thrown, never returned.

/** `done`, or: look again in so many seconds, because … (a sentence that an operator reads on the board). */
export type Outcome = "done" | { waitSeconds: number; because: string };

/** What a process that stops answers instead of a further step: whoever takes the job next goes on from what is saved. */
export const LEFT_TO_OTHERS: Outcome = { waitSeconds: 0, because: "Its worker stopped. Another one goes on at once." };
