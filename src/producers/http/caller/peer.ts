// Whom a request comes from: this machine, somebody outside, or somebody for whom a proxy speaks, which is believed only
// where it was named.
import type { IncomingHttpHeaders } from "node:http";
import type { FastifyRequest } from "fastify";
import type { PublicUrl } from "../../../shared/gateway/public-url.ts";
import { NO_PROXIES, plainAddress, type TrustedProxies } from "../../../shared/gateway/trusted-proxies.ts";
import { isLoopback } from "./this-machine.ts";

export interface Door {
  publicUrl?: PublicUrl | undefined;
  trustedProxies?: TrustedProxies | undefined;
}

/** What proxies, tunnels and content networks add to what they pass on. None of them is believed; each tells of a proxy. */
const SIGNS =
  /^(forwarded|via|x-forwarded(-.+)?|x-real-ip|x-client-ip|x-cluster-client-ip|x-original-(host|forwarded-for|url)|x-envoy-.+|x-proxy.*|x-scheme|true-client-ip|cf-.+|cdn-loop|fastly-.+|fly-.+|x-amzn-.+|x-amz-cf-.+|x-azure-.+|x-arr-.+|x-appengine-.+|x-cloud-trace-context|ngrok-.+|tailscale-.+|x-vercel-.+)$/;

/** Asked of the system once: a server keeps its address. */
const onSocket = new WeakMap<object, boolean>();

/** Whether the gateway listens on a Unix socket. A connection that has ended has no address either: it must not pass for one. */
export function isOnSocket(request: FastifyRequest): boolean {
  const { server } = request.server;
  const isKnown = onSocket.get(server);
  if (isKnown !== undefined) return isKnown;
  const address = server.address();
  if (address !== null) onSocket.set(server, typeof address === "string");
  return typeof address === "string";
}

/**
 * The address that a request came from: the peer's, or, as far as named proxies speak for others, the nearest one in
 * X-Forwarded-For that is no named proxy; further ones anybody may have written. Null where there is none to tell.
 */
export function clientAddress(request: FastifyRequest, { trustedProxies = NO_PROXIES }: Door): string | null {
  const peer = isOnSocket(request) ? null : peerOf(request);
  if (!trustedProxies.include(peer)) return peer;
  let nearest = peer;
  for (const hop of hopsOf(request.headers).reverse()) {
    const address = plainAddress(hop);
    if (address === undefined) return nearest;
    nearest = address;
    if (!trustedProxies.include(address)) return address;
  }
  return nearest;
}

/** Of its connection, which may bring many requests. */
function peerOf({ socket }: FastifyRequest): string | null {
  const known = peers.get(socket);
  if (known !== undefined) return known;
  const peer = plainAddress(socket.remoteAddress ?? "") ?? null;
  if (peer !== null) peers.set(socket, peer);
  return peer;
}

const peers = new WeakMap<object, string>();

/**
 * Came from this very machine by a name of loopback, and through no proxy, named or not. The name matters: a page may point
 * its own name at 127.0.0.1 (DNS rebinding). So does the version: proxies ask by HTTP/1.0 where nobody told them else.
 */
export function isThisMachine(request: FastifyRequest, { trustedProxies = NO_PROXIES }: Door): boolean {
  if (showsProxy(request.headers) || request.raw.httpVersion === "1.0") return false;
  const { hostname } = request;
  if (isOnSocket(request)) return !trustedProxies.unix && (isLoopback(hostname) || /^[a-z0-9_-]+$/i.test(hostname));
  const peer = request.socket.remoteAddress ?? "";
  return isLoopback(peer) && !trustedProxies.include(peer) && isLoopback(hostname);
}

/** Where the client believes to be: `https://fleet.example.com`; of a proxy that was named, what it tells of that. */
export function askedOrigin(request: FastifyRequest, door: Door): string {
  const told = isNamedProxy(request, door) ? request.headers : {};
  const host = lastOf(told["x-forwarded-host"]) ?? request.host;
  return `${isHttps(request, door) ? "https" : "http"}://${host}`;
}

/** Whether the client speaks https: to us, to a proxy that was named and says so, or because the public address does. */
export function isHttps(request: FastifyRequest, door: Door): boolean {
  const told = isNamedProxy(request, door) ? lastOf(request.headers["x-forwarded-proto"]) : undefined;
  return told !== undefined ? told.toLowerCase() === "https" : Boolean(door.publicUrl?.isSecure);
}

function isNamedProxy(request: FastifyRequest, { trustedProxies = NO_PROXIES }: Door): boolean {
  return trustedProxies.include(isOnSocket(request) ? null : (request.socket.remoteAddress ?? ""));
}

function showsProxy(headers: IncomingHttpHeaders): boolean {
  return Object.keys(headers).some((name) => SIGNS.test(name));
}

function hopsOf({ "x-forwarded-for": told }: IncomingHttpHeaders): string[] {
  return `${told ?? ""}`.split(",").flatMap((hop) => hop.trim() || []);
}

/** What was there before the proxy stands in front of what it added. */
function lastOf(told: string | string[] | undefined): string | undefined {
  return `${told ?? ""}`.split(",").at(-1)?.trim() || undefined;
}
