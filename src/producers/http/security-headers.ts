// What browsers are told about our pages: load nothing from elsewhere, show them in no frame, guess no types.
import type { FastifyInstance } from "fastify";

/**
 * Everything from this server; styles may be inline, since Bull Board writes some of its own into the page.
 * This also keeps the pages from fetching fonts from other sites.
 */
const PAGES =
  "default-src 'self'; style-src 'self' 'unsafe-inline'; img-src 'self' data: blob:; font-src 'self' data:; frame-ancestors 'none'; base-uri 'self'; form-action 'self'; object-src 'none'";

/** JSON is no page: should a browser ever show it as one, it may do nothing. */
const NO_PAGE = "default-src 'none'; frame-ancestors 'none'";

export function sendSecurityHeaders(app: FastifyInstance): void {
  app.addHook("onSend", async (_request, reply, payload) => {
    reply.headers({
      "x-content-type-options": "nosniff",
      "x-frame-options": "DENY",
      // Not no-referrer: browsers would then say "Origin: null" of our own forms (Fetch standard, 3.1).
      "referrer-policy": "same-origin",
      "cross-origin-opener-policy": "same-origin",
      "cross-origin-resource-policy": "same-origin",
    });
    if (!reply.hasHeader("content-security-policy")) {
      const isPage = `${reply.getHeader("content-type") ?? ""}`.startsWith("text/html");
      reply.header("content-security-policy", isPage ? PAGES : NO_PAGE);
    }
    return payload;
  });
}
