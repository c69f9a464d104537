// What this process knows of the replicas of its Redis: survives the loss of what Redis itself knows.

/** The server that was seen with replicas last, and when, in milliseconds; several with spaces between where only told of. */
export interface Remembered {
  seenRun: string;
  seenAt: number;
}

let seen: Remembered | undefined;
/** By Sentinels, of this Redis and of the journal's: `run_id`, and when. */
const told = new Map<string, number>();

/** Arguments of the scripts that ask for replicas (`lua/replicas.lua`). */
export function rememberedReplicas(): Remembered {
  return seen ?? { seenRun: [...told.keys()].join(" "), seenAt: Math.max(0, ...told.values()) };
}

/** What such a script saw. */
export function rememberReplicas(online: number, run: string, at: number): void {
  if (online > 0) seen = { seenRun: run, seenAt: at };
}

/**
 * What Sentinels say of the primary `run`: it has replicas, or had them a moment ago. Counts as long as this process has
 * seen none by itself. A fleet that starts while the primary is replaced would take the old one for a single server.
 */
export function rememberToldReplicas(run: string): void {
  told.set(run, Date.now());
}
