// The console's style and script: two files of our own under addresses that name their content, so that browsers keep them.
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { App } from "../../needs.ts";

const TYPES = { "style.css": "text/css; charset=utf-8", "script.js": "text/javascript; charset=utf-8" } as const;
type Asset = keyof typeof TYPES;

const read = (name: Asset) => {
  const text = readFileSync(join(import.meta.dirname, name), "utf8");
  return { text, digest: createHash("sha256").update(text).digest("base64url").slice(0, 12) };
};
const assets = { "style.css": read("style.css"), "script.js": read("script.js") };

/** Nothing from elsewhere, no inline script, no inline style; forms go to this gateway alone. */
export const CONSOLE_POLICY =
  "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'";

/** `/console/style.css?v=…`: changes with its content. */
export function assetPath(name: Asset): string {
  return `/console/${name}?v=${assets[name].digest}`;
}

/** Open to everybody, as the sign-in page is: they hold nothing but our own text. */
export function assetRoutes(app: App): void {
  for (const name of Object.keys(TYPES) as Asset[]) {
    app.get(`/console/${name}`, async (_request, reply) =>
      reply.type(TYPES[name]).header("cache-control", "public, max-age=31536000, immutable").send(assets[name].text),
    );
  }
}
