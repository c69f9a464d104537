// Which errors say that Redis cannot be used just now: of ioredis, of Redis itself, of the network, and of BullMQ.

/** ioredis gives most of its errors no class that it exports; by their names it need not be loaded. */
const WORDS =
  /^(Command timed out|Connection is closed|Stream isn't writeable|Cluster isn't ready|Too many Cluster redirections|None of startup nodes is available|Failed to refresh slots cache|Cluster is (ended|disconnect)|Command aborted due to connection close|All sentinels are unreachable|Socket timeout\.|Reached the max retries per request limit|BullMQ: cluster reconnect timed out|Connection in subscriber mode|connect ETIMEDOUT|Node is disconnected)/;
const NAMES = new Set(["ReplyError", "MaxRetriesPerRequestError", "ClusterAllFailedError", "ConnectionClosedError"]);
const CODES = new Set([
  ...["ECONNREFUSED", "ECONNRESET", "ECONNABORTED", "EPIPE", "ETIMEDOUT", "EHOSTUNREACH", "ENETUNREACH", "EHOSTDOWN"],
  ...["ENOTFOUND", "EAI_AGAIN", "ENOENT"],
]);

/**
 * A process that talks to nothing else by sockets may ask for any of its errors; elsewhere errors of other servers look the
 * same. ENOENT counts for a socket's path only.
 */
export function isRedisTrouble(error: unknown): boolean {
  if (!(error instanceof Error)) return false;
  if (NAMES.has(error.name) || WORDS.test(error.message)) return true;
  const { code, syscall } = error as NodeJS.ErrnoException;
  if (code === undefined || !CODES.has(code)) return false;
  return code !== "ENOENT" || syscall === "connect";
}

/** The server that answered is not, or not any more, the one that takes writes: another one must be looked for. */
export function isElsewhere(error: Error): boolean {
  return /\b(READONLY|MASTERDOWN)\b|^UNBLOCKED\b|^LOADING\b/.test(error.message);
}

/** The server takes writes and lacks replicas: it may have been replaced meanwhile. */
export function lacksReplicas(error: Error): boolean {
  return /\bNOREPLICAS\b/.test(error.message);
}
