// Where a Redis is, as settings say it: judged before anything connects, shown without a login, and never quoted when it is wrong.
import { z } from "zod";

export interface RedisAddress {
  /** For `connectRedis`: one spelling for each form. Holds the password. */
  url: string;
  /** The same for people: without user, password and query. */
  shown: string;
  way: "socket" | "tcp" | "tls";
  hasPassword: boolean;
}

export const REDIS_FORMS =
  "must be an address of Redis: redis://user:password@host:6379, rediss:// with TLS (valkey:// and valkeys:// are the same), unix:/path/of/the.sock, redis+sentinel://host:26379/master or redis+cluster://host:6379. Write @ / : ? # % of a password as %40 %2F %3A %3F %23 %25";

/** What a client may be told in a query. Anything else is rather a password with a sign that should have been encoded. */
const QUERY = new Set(["db", "family", "username", "password", "connectTimeout", "keepAlive"]);
const HOST = /^(\[[0-9a-f:.]+\]|[\w.-]+)$/i;
const HOST_AND_PORT = /^(\[[0-9a-f:.]+\]|[\w.-]+)(:\d{1,5})?$/i;

/** Undefined where the text is none of the known forms, or could be read in two ways. */
export function readRedisAddress(text: string): RedisAddress | undefined {
  if (/[\s\p{Cc}]/u.test(text)) return undefined; // the URL parser would drop some of them
  const socket = /^(?:unix:(?:\/\/)?)?(\/(?!\/)[^?#]*)(?:\?([^#]*))?$/.exec(text);
  if (socket) return socketAddress(socket[1] ?? "", socket[2]);
  const scheme = /^(redis|valkey)(s)?(?:\+(sentinel|cluster))?:\/\/(.+)$/i.exec(text);
  if (!scheme) return undefined;
  const [, , tls, kind, rest = ""] = scheme;
  const name = tls ? "rediss" : "redis";
  const way = tls ? "tls" : "tcp";
  const found = kind ? severalServers(rest, kind.toLowerCase()) : oneServer(rest);
  if (!found) return undefined;
  const prefix = kind ? `${name}+${kind.toLowerCase()}://` : `${name}://`;
  return { url: `${prefix}${rest}`, shown: `${prefix}${found.shown}`, way, hasPassword: found.hasPassword };
}

/** The address for messages, whatever it is: what cannot be read is not shown at all. */
export function shownRedis(text: string): string {
  return readRedisAddress(text)?.shown ?? "an address that cannot be read";
}

/** A setting. Its value is the address in one spelling; a complaint never holds the text. */
export const redisUrl = z
  .string({ error: ({ input }) => `${input === undefined ? "is missing; it " : ""}${REDIS_FORMS}` })
  .transform((text, { addIssue }) => readRedisAddress(text)?.url ?? faulty(addIssue, REDIS_FORMS));

/** A folder, or a second Redis: what looks like neither a path nor a known address is refused, since it may hold a password. */
export const folderOrRedis = z.string().transform((text, { addIssue }) => {
  const address = /^(redis|valkey|unix:)/i.test(text) ? readRedisAddress(text)?.url : undefined;
  if (address !== undefined) return address;
  const isPath = /^(\/(?!\/)|\.{0,2}\/(?!\/))/.test(text) || !/[@:?#]|\/\//.test(text);
  return isPath ? text : faulty(addIssue, `must be the path of a folder, or, for a second Redis, it ${REDIS_FORMS}`);
});

function faulty(addIssue: (issue: { code: "custom"; message: string }) => void, message: string): never {
  addIssue({ code: "custom", message });
  return z.NEVER;
}

function socketAddress(path: string, query: string | undefined): RedisAddress | undefined {
  if (query !== undefined && !isKnown(query)) return undefined;
  const hasPassword = new URLSearchParams(query).has("password");
  return { url: query === undefined ? path : `${path}?${query}`, shown: path, way: "socket", hasPassword };
}

interface Servers {
  shown: string;
  hasPassword: boolean;
}

function oneServer(rest: string): Servers | undefined {
  const text = `redis://${rest}`;
  const url = URL.canParse(text) ? new URL(text) : undefined; // Node 20, where a client may run, has no URL.parse
  if (!url || !HOST.test(url.hostname) || url.hash || !/^(\/\d{0,3})?$/.test(url.pathname)) return undefined;
  if ((url.search && !isKnown(url.search.slice(1))) || !canDecode(url.username) || !canDecode(url.password))
    return undefined;
  return {
    shown: `${url.host}${url.pathname === "/" ? "" : url.pathname}`,
    hasPassword: url.password !== "" || url.searchParams.has("password"),
  };
}

/** `user:password@host:port,host:port/name?db=5`: no URL, since it has several hosts. A Cluster has neither name nor db. */
function severalServers(rest: string, kind: string): Servers | undefined {
  const parts = /^(?:([^@/?#]*)@)?([^@/?#]+)(?:\/([\w.-]*))?(\?db=\d{1,3})?$/.exec(rest);
  if (!parts) return undefined;
  const [, login = "", hosts = "", name, db] = parts;
  if (db && kind !== "sentinel") return undefined;
  const [user = "", password = "", ...more] = login.split(":");
  if (more.length > 0 || !canDecode(user) || !canDecode(password)) return undefined;
  if (!hosts.split(",").every((each) => HOST_AND_PORT.test(each))) return undefined;
  return { shown: name ? `${hosts}/${name}` : hosts, hasPassword: password !== "" };
}

function isKnown(query: string): boolean {
  return query
    .split("&")
    .every((pair) => QUERY.has(pair.split("=")[0] ?? "") && canDecode(pair) && !pair.includes("@"));
}

function canDecode(text: string): boolean {
  try {
    decodeURIComponent(text);
    return true;
  } catch {
    return false;
  }
}
