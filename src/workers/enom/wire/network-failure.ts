// What may be said about a network failure. Library errors carry request and answer with them, so none is passed on.
import type { Cause } from "../../../shared/account/connection-check.ts";

/**
 * A failure by its code alone (`ECONNREFUSED`, `UND_ERR_SOCKET`, `CERT_HAS_EXPIRED`, …), never its message, cause or
 * data.
 */
export function failureName(error: unknown): string {
  if (!(error instanceof Error)) return "unknown failure";
  if (error.name === "TimeoutError") return TIME_OUT;
  const code = "code" in error ? String(error.code) : "";
  return /^[A-Z][A-Z0-9_]{2,60}$/.test(code) ? code : "unknown failure";
}

const TIME_OUT = "time-out";

/**
 * What stands behind a failure's name. A name that nobody knows came from a connection that was there and is not any
 * more.
 */
export function causeOf(name: string): Cause {
  return CAUSES.find(([names]) => names.test(name))?.[1] ?? "connection-lost";
}

/** The first line that fits wins. (Node.js: errors, TLS, X.509 certificate error codes; undici: errors) */
const CAUSES: readonly (readonly [RegExp, Cause])[] = [
  [/^PROXY_UNREACHABLE$/, "proxy-unreachable"],
  [/^PROXY_/, "proxy-refused"],
  [/^(ENOTFOUND|ENODATA|EAI_)/, "name-not-resolved"],
  [/^ECONNREFUSED$/, "connection-refused"],
  [/^(EHOST|ENET)(UNREACH|DOWN)$|^EADDRNOTAVAIL$/, "unreachable"],
  [/^(UND_ERR_CONNECT_TIMEOUT|ETIMEDOUT)$/, "connect-timed-out"],
  [new RegExp(`^(${TIME_OUT}|UND_ERR_(HEADERS|BODY)_TIMEOUT)$`), "answer-timed-out"],
  [/^(ERR_TLS_CERT_ALTNAME_INVALID|HOSTNAME_MISMATCH)$/, "tls-wrong-name"],
  [/^CERT_(HAS_EXPIRED|NOT_YET_VALID)$/, "tls-expired"],
  [
    /^(CERT_|CERTIFICATE_|CRL_|INVALID_(CA|PURPOSE)$|PATH_LENGTH_|DEPTH_ZERO_|SELF_SIGNED_|UNABLE_TO_)/,
    "tls-untrusted",
  ],
  [/^(EPROTO$|ERR_SSL_|ERR_TLS_)/, "tls-failed"],
  [/^(HPE_|UND_ERR_RES_)/, "unreadable-answer"],
];
