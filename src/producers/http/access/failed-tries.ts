// How often an address may show a wrong key, or none: counted in this process, because a guess costs an attacker more
// than it costs us, and nothing of it is worth a call to Redis.
import ipaddr from "ipaddr.js";

/** So many at once, which come back evenly within so many milliseconds. */
interface Bucket {
  tries: number;
  withinMs: number;
}

/** A hundred wrong keys at once, then one a second. */
export const WRONG_KEYS: Bucket = { tries: 100, withinMs: 100_000 };
/** Without any key: as many as a key may send. */
export const WITHOUT_KEY: Bucket = { tries: 1_000, withinMs: 10_000 };

/** So long after it opened a key is looked at, however many wrong ones its address shows. */
const OPENED_MS = 24 * 3_600_000;

/** So many addresses are remembered. */
const MOST = 10_000;

export interface Tries {
  /** Milliseconds until the next try; 0: now. */
  wait: (address: string | null) => number;
  count: (address: string | null) => void;
}

export function countTries({ tries, withinMs }: Bucket, now: () => number = () => performance.now()): Tries {
  const each = withinMs / tries;
  /** When all tries of an address are forgiven. */
  const full = new Map<string, number>();
  return {
    wait: (address) => Math.max(0, (full.get(groupOf(address)) ?? 0) + each - withinMs - now()),
    count(address) {
      const group = groupOf(address);
      const at = now();
      const forgiven = Math.max(at, full.get(group) ?? 0) + each;
      full.delete(group);
      full.set(group, Math.min(forgiven, at + withinMs));
      if (full.size > MOST) forgetOldest(full);
    },
  };
}

/**
 * Which keys opened from which address lately: guesses of others who share it, as behind a proxy that is not named, do not
 * shut them out.
 */
export function rememberOpened(now: () => number = () => performance.now()) {
  const until = new Map<string, number>();
  const nameOf = (sha256: string, address: string | null) => `${sha256} ${groupOf(address)}`;
  return {
    has: (sha256: string, address: string | null) => (until.get(nameOf(sha256, address)) ?? 0) > now(),
    note(sha256: string, address: string | null) {
      const name = nameOf(sha256, address);
      until.delete(name);
      until.set(name, now() + OPENED_MS);
      if (until.size > MOST) forgetOldest(until);
    },
  };
}

/** Those that tried last stay. A tenth at once, so that a flood of addresses costs a step each, and not ten thousand. */
function forgetOldest(full: Map<string, unknown>): void {
  const most = MOST * 0.9;
  for (const group of full.keys()) {
    if (full.size <= most) return;
    full.delete(group);
  }
}

/** Of the addresses that came last: each request asks several times. */
const groups = new Map<string, string>();

/** One customer has a whole IPv6 network of 64 bits (RFC 6177); a Unix socket is one caller. */
export function groupOf(address: string | null): string {
  if (address === null) return "socket";
  const known = groups.get(address);
  if (known !== undefined) return known;
  const group = groupAnew(address);
  groups.set(address, group);
  if (groups.size > MOST) forgetOldest(groups);
  return group;
}

function groupAnew(address: string): string {
  if (!ipaddr.isValid(address)) return address;
  const read = ipaddr.process(address);
  return read instanceof ipaddr.IPv6 ? read.parts.slice(0, 4).join(":") : read.toString();
}
