// Who asked for something: as it is kept in records and in the audit trail, and as people read it.
import { z } from "zod";

/**
 * `key`: an API key, by its id. `person`: a console user. `system`: a system user at the command line, or anybody of this
 * machine where no key is asked for. `queue`: whoever put a job straight into a queue. `fleet`: Certfleet itself.
 */
export const actor = z.object({
  kind: z.enum(["key", "person", "system", "queue", "fleet"]).meta({ description: "What kind of caller it was" }),
  id: z.string().meta({ description: "The key's or person's name", example: "shop" }),
});
export type Actor = z.infer<typeof actor>;

const KINDS: Record<Actor["kind"], string> = {
  key: "API key",
  person: "console",
  system: "command line",
  queue: "job in the queue",
  fleet: "Certfleet",
};

/** Whoever asks over HTTP on this machine where no key is asked for. */
export const LOCAL: Actor = { kind: "system", id: "local" };

/** Whoever nobody knows: no key, no login. */
export const NOBODY: Actor = { kind: "system", id: "nobody" };

/** For timelines and pages, such as `shop (API key)`. */
export function actorText({ kind, id }: Actor): string {
  if (kind === LOCAL.kind && id === LOCAL.id) return "somebody on this machine";
  if (kind === NOBODY.kind && id === NOBODY.id) return "somebody unknown";
  return kind === "fleet" ? KINDS.fleet : `${id} (${KINDS[kind]})`;
}

/** For keys of Redis and comparisons, such as `key:shop`. */
export function actorId({ kind, id }: Actor): string {
  return `${kind}:${id}`;
}
