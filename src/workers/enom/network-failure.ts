// What may be said about a network failure. Library errors carry request and answer with them, so none is passed on.

/**
 * A failure by its code alone (`ECONNREFUSED`, `UND_ERR_SOCKET`, `CERT_HAS_EXPIRED`, …), never its message, cause or data.
 */
export function failureName(error: unknown): string {
  if (!(error instanceof Error)) return "unknown failure";
  if (error.name === "TimeoutError") return "time-out";
  const code = "code" in error ? String(error.code) : "";
  return /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : "unknown failure";
}
