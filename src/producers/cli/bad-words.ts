// Wrong usage that shows only when a verb runs: the exit code says so, and the sentence is for the person who typed it.

/** `failureOf` (terminal.ts) ends it as wrong usage. */
export function badWords(message: string): Error {
  return Object.assign(new Error(message), { name: "BadSettings", problems: [message] });
}

/** A verb that a gateway does not answer. */
export function notFromAfar({ asked }: { asked?: { verb?: string } }): Error {
  const verb = asked?.verb ?? "this verb";
  return badWords(
    `${verb} does not work over HTTP: it needs the fleet's Redis, and some verbs the eNom login or the journal of its workers. ` +
      `Run it where a worker runs, with its settings, such as: docker compose exec open node bin/${verb}`,
  );
}
