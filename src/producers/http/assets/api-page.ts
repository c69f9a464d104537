// The page on which people read the API: Swagger UI, from its package, with a script of ours that starts it.
import { createHash } from "node:crypto";
import { html, pageOf } from "../html.ts";

const STYLE = "body { margin: 0; background: #fff }";

/** Swagger UI keeps some pictures as `data:` in its style sheet. Scripts are files from here only, and one style is ours, named by its hash. */
export const REFERENCE_POLICY = `default-src 'none'; script-src 'self'; style-src 'self' 'sha256-${createHash("sha256").update(STYLE).digest("base64")}'; img-src 'self' data:; connect-src 'self'; frame-ancestors 'none'; base-uri 'none'; form-action 'self'`;

export const REFERENCE_PAGE = pageOf({
  title: "Certfleet API",
  style: STYLE,
  head: html`
<link rel="stylesheet" href="viewer/swagger-ui.css">`,
  body: html`<div id="reference"></div>
<script src="viewer/swagger-ui-bundle.js"></script>
<script src="page/reference-page.js"></script>`,
});
