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

/**
 * A script that runs as a worker goes by its own headers, not by the page's (W3C CSP 3, 4.2.2): Bull Board's shows why a
 * job failed, and loads the rest of itself from here.
 */
const SCRIPT = "default-src 'none'; script-src 'self'; frame-ancestors 'none'";

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
      reply.header("content-security-policy", policyOf(`${reply.getHeader("content-type") ?? ""}`));
    }
    return payload;
  });
}

function policyOf(type: string): string {
  if (type.startsWith("text/html")) return PAGES;
  return /^(text|application)\/javascript\b/.test(type) ? SCRIPT : NO_PAGE;
}
