// What this process knows of the replicas of its Redis: survives the loss of what Redis itself knows.

/** Servers that had replicas, by `run_id`, and when that was last known, in milliseconds: of this Redis and of the journal's. */
const known = new Map<string, number>();
/** Servers that were replaced long ago are asked nothing any more. */
const AT_MOST = 16;

/** Argument `remembered` of the scripts that ask for replicas (`lua/replicas.lua`): `RUN_ID:MS`, several with spaces between. */
export function rememberedReplicas(): string {
  return [...known].map(([run, at]) => `${run}:${at}`).join(" ");
}

/** What such a script saw. */
export function rememberReplicas(online: number, run: string, at: number): void {
  if (online > 0) remember(run, at);
}

/**
 * What Sentinels say of the primary `run`: it has replicas, or had them a moment ago. A fleet that starts while the primary
 * is replaced would take the old one for a single server.
 */
export function rememberToldReplicas(run: string): void {
  remember(run, Date.now());
}

function remember(run: string, at: number): void {
  const latest = Math.max(at, known.get(run) ?? 0);
  known.delete(run);
  known.set(run, latest);
  const [oldest] = known.keys();
  if (known.size > AT_MOST && oldest !== undefined) known.delete(oldest);
}
