// The answer of pages that nobody may see yet: how to let the first person in.
import type { FastifyReply, FastifyRequest } from "fastify";
import { html, pageOf } from "../html.ts";
import { sendProblem } from "../problems.ts";

const SENTENCE = "These pages are closed until there is a console user.";
const COMMAND = "certfleet user add NAME --role admin";

const STYLE = `
:root { color-scheme: light dark }
body { margin: 15vh auto; max-width: 34rem; padding: 0 1.25rem; font: 1rem/1.6 system-ui, -apple-system, "Segoe UI", sans-serif }
h1 { font-size: 1.3rem }
code { font: .95em ui-monospace, Menlo, Consolas, monospace }
`;

const PAGE = pageOf({
  title: "Closed · Certfleet",
  style: STYLE,
  body: html`<main>
<h1>${SENTENCE}</h1>
<p>Add one where Certfleet runs: <code>${COMMAND}</code></p>
</main>`,
});

/** A browser that a person looks at. */
export function wantsPage({ headers }: FastifyRequest): boolean {
  return /\btext\/html\b/i.test(headers.accept ?? "");
}

/** 403: a page for browsers, a problem for programs. */
export function sendClosed(request: FastifyRequest, reply: FastifyReply): FastifyReply {
  if (wantsPage(request))
    return reply.code(403).type("text/html; charset=utf-8").header("cache-control", "no-store").send(PAGE);
  return sendProblem(request, reply, { name: "forbidden", detail: `${SENTENCE} Add one: ${COMMAND}` });
}
