// Where our own pages are, as browsers see them: what cookies, redirects and the check of Origin go by.
import type { FastifyRequest } from "fastify";
import * as publicUrl from "../../../shared/gateway/public-url.ts";
import { isOwnOrigin } from "../caller/foreign.ts";
import * as peer from "../caller/peer.ts";

/** Whether the browser speaks https, so that cookies may be kept from plain http. */
export function isHttps(request: FastifyRequest): boolean {
  return peer.isHttps(request, request.door);
}

/** An address of ours as it is written into pages and redirects. */
export function pathOf(request: FastifyRequest, path: string): string {
  return publicUrl.pathOf(request.door.publicUrl, path);
}

/** Where the browser believes to be, such as `https://fleet.example.com`. */
export function askedOrigin(request: FastifyRequest): string {
  return request.door.publicUrl?.origin ?? peer.askedOrigin(request, request.door);
}

/** Whether a page of ours sent the request, by what the browser says (RFC 6454; W3C Fetch Metadata). */
export function isFromOwnPage(request: FastifyRequest): boolean {
  const { origin, "sec-fetch-site": site = "same-origin" } = request.headers;
  if (site !== "same-origin") return false;
  if (origin === undefined) return request.headers["sec-fetch-site"] !== undefined;
  return isOwnOrigin(origin, request, request.door);
}

/** Whether the browser says that a page of somebody else's sent it; programs say nothing. */
export function isFromForeignPage(request: FastifyRequest): boolean {
  const { origin, "sec-fetch-site": site = "none" } = request.headers;
  return (origin !== undefined || (site !== "none" && site !== "same-origin")) && !isFromOwnPage(request);
}
