// Turns an error of a connection to Redis into words and a remedy, for the start of a process, `doctor` and all verbs.

import { Unavailable } from "../../base/errors.ts";

/** Redis cannot be used: told with what to do, in one message, and apart for `doctor`. */
export class RedisUnusable extends Unavailable {
  readonly what: string;
  readonly remedy: string;

  /** `which`: of which Redis it is said. */
  constructor(which: string, cause: unknown) {
    const { words, remedy } = explainTrouble(cause);
    const what = `${which} cannot be used: ${words}`;
    super(`${what}. ${remedy}`, { cause });
    this.what = what;
    this.remedy = remedy;
  }
}

export interface Explained {
  /** What is wrong, without a full stop. */
  words: string;
  /** What to do: whole sentences. */
  remedy: string;
}

const CHECK = "Check REDIS_URL, and that Redis is running.";
const LOOK = "Check REDIS_URL, and look at the log of Redis.";
const CLOSED: Explained = {
  words: "it closed the connection without a word",
  remedy: "If that port speaks TLS, write rediss:// in REDIS_URL. Else look at the log of Redis.",
};
const UNKNOWN_CA = {
  words: "its certificate is signed by a CA that is not known here",
  remedy: "Set REDIS_CA_FILE to the file with the certificate of that CA.",
};

/** By code or first word; the first that is found in the error counts. */
const TABLE: readonly (readonly [pattern: RegExp, words: string, remedy: string])[] = [
  [
    /SELF_SIGNED_CERT|self-signed certificate|UNABLE_TO_(VERIFY|GET_ISSUER)|unable to (verify|get)/i,
    UNKNOWN_CA.words,
    UNKNOWN_CA.remedy,
  ],
  [
    /ALTNAME_INVALID|does not match certificate's altnames/,
    "its certificate is for another name than the one that was asked for",
    "Use a name of the certificate in REDIS_URL, or give Redis a certificate for this one. Sentinels and Clusters tell names or addresses of their own: the certificates must hold those, too.",
  ],
  [/CERT_HAS_EXPIRED|certificate has expired/, "its certificate has expired", "Give Redis a new certificate."],
  [/CERT_NOT_YET_VALID/, "its certificate is not valid yet", "Check the clocks of both machines."],
  [
    /CERTIFICATE_REQUIRED|certificate required|HANDSHAKE_FAILURE|handshake failure/i,
    "it wants to be shown a certificate",
    "Set REDIS_CERT_FILE and REDIS_KEY_FILE, or tls-auth-clients no in Redis.",
  ],
  [
    /ALERT_(UNKNOWN_CA|BAD_CERTIFICATE)|alert (unknown ca|bad certificate)/i,
    "it does not trust the certificate that it was shown",
    "REDIS_CERT_FILE must be signed by the CA that Redis has as tls-ca-cert-file.",
  ],
  [
    /WRONG_VERSION_NUMBER|wrong version number|packet length too long|EPROTO|ERR_SSL/i,
    "it does not speak TLS there",
    "Write redis:// instead of rediss:// in REDIS_URL, or name the port that speaks TLS (tls-port).",
  ],
  [
    /closed after TLS/,
    "it wants to be shown a certificate, or ended the connection for another reason",
    "Set REDIS_CERT_FILE and REDIS_KEY_FILE, or tls-auth-clients no in Redis. Else look at the log of Redis.",
  ],
  [
    /no TLS/,
    "it took the connection, and answers nothing to TLS",
    "If it does not speak TLS there, write redis:// instead of rediss:// in REDIS_URL, or name its tls-port. Else check that Redis is not stopped.",
  ],
  [/WRONGPASS|invalid password/, "user or password is wrong", "Check the login in REDIS_URL."],
  [
    /NOAUTH/,
    "it wants a password",
    "Write the login into REDIS_URL: redis://user:password@host:6379, or redis://:password@host:6379 without users.",
  ],
  [
    /NOPERM|ACL failure in script/,
    "the user in REDIS_URL may not do what Certfleet does",
    "Give it the rights that certfleet redis acl prints.",
  ],
  [
    /No such master/,
    "the Sentinels know no master of this name",
    "Check the name behind the / in REDIS_URL; SENTINEL MASTERS lists the names.",
  ],
  [
    /READONLY/,
    "it is a replica, and takes no writes",
    "REDIS_URL must lead to the primary; redis+sentinel:// finds it after a failover.",
  ],
  [/^LOADING/, "it is still reading its data", "Wait until it has read them."],
  [/MASTERDOWN/, "it is a replica that has lost its primary", "REDIS_URL must lead to the primary."],
  [
    /CLUSTERDOWN/,
    "the Cluster does not work: some slots have no master",
    "CLUSTER INFO at one of its servers says more.",
  ],
  [/cluster support disabled/i, "it is no Cluster", "Write redis:// instead of redis+cluster:// in REDIS_URL."],
  [/^MOVED/, "it is part of a Cluster", "Write redis+cluster:// instead of redis:// in REDIS_URL."],
  [/DB index is out of range|invalid DB index/i, "it has no database of this number", "Check the number in REDIS_URL."],
  [
    /^OOM/,
    "its memory is full, and it takes no writes",
    "Give it more memory (maxmemory). Do not let it evict: maxmemory-policy noeviction.",
  ],
  [
    /MISCONF/,
    "it cannot write to its disk, and takes no writes",
    "Make room on the disk of Redis, then look at its log.",
  ],
  [
    /NOREPLICAS/,
    "too few of its replicas are connected, and it takes no writes",
    "Start the replicas, or lower min-replicas-to-write.",
  ],
  [/ECONNREFUSED/, "nothing listens there", CHECK],
  [/ENOTFOUND|EAI_AGAIN/, "its host name cannot be resolved", "Check the name in REDIS_URL, and DNS on this machine."],
  [/ENOENT/, "there is no such socket", "Check the path in REDIS_URL, and that Redis is running (unixsocket)."],
  [
    /EACCES|EPERM/,
    "its socket may not be opened",
    "Give this user the right to (unixsocketperm, the socket's folder).",
  ],
  [/EHOSTUNREACH|ENETUNREACH/, "there is no way to it in the network", CHECK],
  [
    /Command timed out|Socket timeout|is not ready after|ETIMEDOUT/,
    "it does not answer in time",
    "Check that Redis and its machine are not stopped or overloaded, and that no firewall is between.",
  ],
  [
    /isn't (writeable|ready)|max retries|Cluster redirections|slots cache|startup nodes|due to connection close/,
    "it does not respond",
    CHECK,
  ],
  [/ECONNRESET|EPIPE|Connection is closed|Protocol error/, CLOSED.words, CLOSED.remedy],
];

/** What an error of a connection means, whichever of its causes says it. Holds no secret. */
export function explainTrouble(error: unknown): Explained {
  const text = textsOf(error).join(" ");
  if (/sentinels are unreachable/.test(text)) return explainSentinels(text);
  return explainText(text);
}

/** The server answers, and refuses every write: a replica, full memory, a full disk, too few replicas. */
export function takesNoWrites(error: unknown): boolean {
  return /\b(READONLY|MISCONF|NOREPLICAS)\b|^OOM\b|-OOM\b/.test(textsOf(error).join(" "));
}

function explainText(text: string): Explained {
  for (const [pattern, words, remedy] of TABLE) if (pattern.test(text)) return { words, remedy };
  return text === "" ? { words: "it does not respond", remedy: CHECK } : { words: text, remedy: LOOK };
}

function explainSentinels(text: string): Explained {
  const last = /Last error: (.*)$/.exec(text)?.[1] ?? "";
  if (/No such master/.test(last)) return explainText(last);
  if (last === "")
    return {
      words: "no Sentinel names a master",
      remedy: "Check the name behind the / in REDIS_URL, and the Sentinels.",
    };
  if (/WRONGPASS|NOAUTH|NOPERM|invalid password/.test(last)) {
    const words = /NOAUTH/.test(last) ? "the Sentinels want a password" : "the Sentinels refuse the login";
    return { words, remedy: "Set REDIS_SENTINEL_PASSWORD, and REDIS_SENTINEL_USERNAME where they have users." };
  }
  const { words, remedy } = explainText(last);
  if (words === CLOSED.words) {
    const closed =
      "If they speak TLS, write rediss+sentinel:// in REDIS_URL, and set REDIS_CA_FILE where the CA is your own. Else look at the log of a Sentinel.";
    return { words: "the Sentinels closed the connection without a word", remedy: closed };
  }
  if (remedy === CHECK || remedy === LOOK)
    return { words: `no Sentinel can be reached: ${words}`, remedy: "Check REDIS_URL, and that they run." };
  return { words: `no Sentinel can be used: ${words}`, remedy };
}

/** The error's own words, with code, and those of what it was caused by. */
function textsOf(error: unknown): string[] {
  const texts: string[] = [];
  let each = error;
  for (let depth = 0; each instanceof Error && depth < 4; depth++) {
    const { code, lastNodeError, errors } = each as NodeJS.ErrnoException & { lastNodeError?: Error; errors?: Error[] };
    texts.push(each.message || (errors?.[0]?.message ?? ""), code ?? "");
    each = each.cause ?? lastNodeError ?? undefined;
  }
  return texts.filter((text) => text !== "");
}
