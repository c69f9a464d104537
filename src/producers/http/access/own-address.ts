// Where our own pages are, as browsers see them: what cookies, redirects and the check of Origin go by.
import type { FastifyRequest } from "fastify";

/** Whether the browser speaks https, so that cookies may be kept from plain http. */
export function isHttps(request: FastifyRequest): boolean {
  return request.protocol === "https";
}

/** An address of ours as it is written into pages and redirects. */
export function pathOf(path: string): string {
  return path;
}

/** Where the browser believes to be, such as `https://fleet.example.com`. */
export function askedOrigin(request: FastifyRequest): string {
  return `${request.protocol}://${request.host}`;
}

/** Whether a page of ours sent the request, by what the browser says (RFC 6454; W3C Fetch Metadata). */
export function isFromOwnPage(request: FastifyRequest): boolean {
  const { origin, "sec-fetch-site": site = "same-origin" } = request.headers;
  if (site !== "same-origin") return false;
  if (origin === undefined) return request.headers["sec-fetch-site"] !== undefined;
  if (!URL.canParse(origin)) return false;
  // A proxy may speak https for us: the host decides.
  const { protocol, host } = new URL(origin);
  const asked = `${protocol}//${request.host}`;
  return /^https?:$/.test(protocol) && URL.canParse(asked) && new URL(asked).host === host;
}

/** Whether the browser says that a page of somebody else's sent it; programs say nothing. */
export function isFromForeignPage(request: FastifyRequest): boolean {
  const { origin, "sec-fetch-site": site = "none" } = request.headers;
  return (origin !== undefined || (site !== "none" && site !== "same-origin")) && !isFromOwnPage(request);
}
