// What is turned away before anybody looks at who sends it: hosts that cannot be, and changes that a foreign page asks for.
import { isIPv6 } from "node:net";
import type { FastifyRequest } from "fastify";
import { sendProblem } from "../problems.ts";
import type { Guard } from "./caller.ts";
import { askedOrigin, type Door } from "./peer.ts";

const LONGEST_NAME = 253;
const PROBES = ["/healthz", "/readyz"];

/**
 * Refuses a Host that is no host (RFC 9112, 3.2; RFC 3986, 3.2.2): nothing behind has to think of one. Load balancers that
 * probe by HTTP/1.0 send none, and may.
 */
export const hostGuard: Guard = async (request, reply) => {
  const { rawHeaders, url = "" } = request.raw;
  const hosts = rawHeaders.filter((name, i) => i % 2 === 0 && name.toLowerCase() === "host").length;
  if (hosts === 0 && PROBES.includes(url)) return undefined;
  if (hosts <= 1 && isHost(request.headers.host ?? "")) return undefined;
  const detail = "The header Host must be one name or address, with or without a port: it is missing, or is none.";
  return sendProblem(request, reply, { name: "malformed", detail });
};

/** `name`, `name:3000`, `192.0.2.1`, `[::1]:3000` */
export function isHost(text: string): boolean {
  const [, name = "", port] = /^(\[[^\]]*\]|[^:[\]]*)(?::(\d{0,5}))?$/.exec(text) ?? [];
  if (Number(port) > 65_535) return false;
  if (name.startsWith("[")) return isIPv6(name.slice(1, -1)) && !name.includes("%");
  return name.length <= LONGEST_NAME && /^[a-z0-9_-]+(\.[a-z0-9_-]+)*\.?$/i.test(name);
}

/**
 * Browsers add logins by themselves and reach loopback for anyone's page: what changes something comes from our own pages.
 * Newer browsers say so in Sec-Fetch-Site (W3C Fetch Metadata), all say in Origin (RFC 6454) whose page it is.
 */
export function sameSiteGuard(door: Door): Guard {
  return async (request, reply) => {
    if (request.method === "GET" || request.method === "HEAD" || request.method === "OPTIONS") return undefined;
    const { "sec-fetch-site": site, origin } = request.headers;
    const isOurs = site === undefined || site === "same-origin" || site === "none";
    if (isOurs && (origin === undefined || isOwnOrigin(origin, request, door))) return undefined;
    const remedy =
      origin && !door.publicUrl ? " Behind a proxy, CERTFLEET_PUBLIC_URL names the pages' own address." : "";
    const detail = `A page of another site may not change anything here.${remedy}`;
    return sendProblem(request, reply, { name: "forbidden", detail });
  };
}

/** The public address; else the one that was asked: of that the host decides, since a proxy may speak TLS for us. */
export function isOwnOrigin(origin: string, request: FastifyRequest, door: Door): boolean {
  if (!/^https?:\/\/[^/?#@\s]+$/i.test(origin) || !URL.canParse(origin)) return false;
  const own = new URL(origin);
  if (own.host === door.publicUrl?.host) return own.origin === door.publicUrl.origin;
  const asked = askedOrigin(request, door);
  return URL.canParse(asked) && new URL(asked).host === own.host;
}
