// What a worker says when nothing went wrong. A failure is thrown, never returned.

/** `done`, or: look again in so many seconds, because … (a sentence that an operator reads on the board). */
export type Outcome = "done" | { waitSeconds: number; because: string };
