// Wrong usage that shows only when a verb runs: the exit code says so, and the sentence is for the person who typed it.

/** `failureOf` (terminal.ts) ends it as wrong usage. */
export function badWords(message: string): Error {
  return Object.assign(new Error(message), { name: "BadSettings", problems: [message] });
}
