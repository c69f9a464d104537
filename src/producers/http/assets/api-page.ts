// The page on which people read the API: Swagger UI, from its package, with a script of ours that starts it.
import { createHash } from "node:crypto";
import { html, pageOf } from "../html.ts";

/** Our answers link to no other call, and a phone is narrower than the table of answers makes itself. */
const STYLE = `body { margin: 0; background: #fff }
.swagger-ui .response-col_links { display: none }
@media (max-width: 40rem) {
  .swagger-ui .responses-table { table-layout: fixed }
  .swagger-ui .parameters thead { display: none }
  .swagger-ui .parameters tr, .swagger-ui .parameters td { display: block; width: auto; min-width: 0 }
  .swagger-ui .responses-table > thead .response-col_status, .swagger-ui .response > .response-col_status { width: 3.2rem; min-width: 0 }
  .swagger-ui .response-col_description { min-width: 0; overflow-x: auto }
  .swagger-ui .responses-table .headers-wrapper, .swagger-ui .responses-table .headers { display: block; overflow-x: auto }
  .swagger-ui pre { white-space: pre-wrap; overflow-wrap: anywhere }
  .swagger-ui select { max-width: 100% }
  .swagger-ui .opblock-tag, .swagger-ui .opblock-summary-control { flex-wrap: wrap }
  .swagger-ui .opblock-tag small { flex-basis: 80%; padding: 0 }
  .swagger-ui .opblock-summary-path-description-wrapper { flex-basis: 75%; gap: 0 10px }
  .swagger-ui .response-controls { display: block }
}`;

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
