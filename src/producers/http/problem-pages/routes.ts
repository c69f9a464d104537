// The pages that the `type` of each problem leads to, open to everybody: who is refused may read why.
import { STATUS_CODES } from "node:http";
import { z } from "zod";
import { pathOf } from "../../../shared/gateway/public-url.ts";
import { type Html, html } from "../html.ts";
import type { App, GatewayNeeds } from "../needs.ts";
import { sendCard } from "../pages/card.ts";
import { PROBLEM_PAGES, type ProblemName, problem, problemKind, problemNames } from "../problems.ts";
import { exampleProblem } from "./example.ts";
import { problemTexts } from "./texts.ts";

const params = z.object({ name: z.string().max(64) });

export function problemPageRoutes(app: App, { env, publicUrl }: Pick<GatewayNeeds, "env" | "publicUrl">): void {
  const linkTo = (path: string): string => pathOf(publicUrl, path);

  app.get(PROBLEM_PAGES, { schema: { hide: true } }, async (_request, reply) =>
    sendCard(reply, { title: "Problems", env, content: listOf(linkTo) }),
  );

  app.get(`${PROBLEM_PAGES}/:name`, { schema: { hide: true, params } }, async (request, reply) => {
    const name = problemNames.find((each) => each === request.params.name);
    if (!name)
      throw problem(
        "not-found",
        `There is no problem of this name. ${linkTo(PROBLEM_PAGES)} lists all that there are.`,
      );
    return sendCard(reply, { title: problemKind(name).title.replace(/\.$/, ""), env, content: pageOf(name, linkTo) });
  });
}

type LinkTo = (path: string) => string;

function listOf(linkTo: LinkTo): Html {
  return html`<p class="soft">What an answer of the API says in <code>code</code>. Its <code>type</code> leads here.</p>
<ul>${problemNames.map(
    (name) => html`
<li><a href="${linkTo(`${PROBLEM_PAGES}/${name}`)}"><code>${name}</code></a> (${problemKind(name).status}): ${problemKind(name).title}</li>`,
  )}
</ul>`;
}

function pageOf(name: ProblemName, linkTo: LinkTo): Html {
  const { status } = problemKind(name);
  const { means, next, again, headers = {} } = problemTexts[name];
  const head = [`HTTP/1.1 ${status} ${STATUS_CODES[status]}`, "content-type: application/problem+json; charset=utf-8"];
  const lines = [...head, ...Object.entries(headers).map(([header, value]) => `${header}: ${value}`)];
  const body = JSON.stringify(exampleProblem(name, linkTo(PROBLEM_PAGES)), null, 2);
  return html`<p class="soft">Status ${status}, <code>code</code> <code>${name}</code></p>
<p>${marked(means)}</p>
<h2>What to do</h2>
<ul>${next.map(
    (each) => html`
<li>${marked(each)}</li>`,
  )}
</ul>
<h2>Send it again?</h2>
<p>${marked(again)}</p>
<h2>Example</h2>
<pre class="command">${lines.join("\n")}

${body}</pre>
<p class="links"><a href="${linkTo(PROBLEM_PAGES)}">All problems</a><a href="${linkTo("/docs/")}">API reference</a></p>`;
}

/** Words between backquotes are code. */
function marked(text: string): Html {
  const parts = text.split("`");
  return html`${parts.map((part, i) => (i % 2 === 1 ? html`<code>${part}</code>` : html`${part}`))}`;
}
