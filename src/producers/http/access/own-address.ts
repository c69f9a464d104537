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
  const { origin, "sec-fetch-site": site } = request.headers;
  if (origin === undefined) return site === "same-origin";
  const asked = askedOrigin(request);
  const isSame = URL.canParse(origin) && URL.canParse(asked) && new URL(origin).origin === new URL(asked).origin;
  return isSame && (site ?? "same-origin") === "same-origin";
}
