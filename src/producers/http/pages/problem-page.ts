// Answers that say no, as pages: a browser that asks for a page gets one instead of the problem's JSON. The API keeps its JSON.
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Html, html } from "../html.ts";
import { CARD_HEADERS, cardPage } from "./card.ts";

/** What helps next, by status. */
const TITLES: Readonly<Record<number, string>> = {
  400: "This request cannot be read",
  401: "Please sign in",
  403: "You may not do this",
  404: "There is nothing here",
  422: "Something in this address is wrong",
  429: "Too many requests",
  500: "Something went wrong",
  503: "Not available right now",
};

interface Problem {
  status: number;
  title: string;
  detail: string;
}

export interface Surroundings {
  env: string;
  /** Where an address of ours is. */
  linkTo: (path: string) => string;
}

export function sendProblemPages(app: FastifyInstance, surroundings: Surroundings): void {
  app.addHook("onSend", async (request, reply, payload) => {
    const type = `${reply.getHeader("content-type") ?? ""}`;
    if (!type.startsWith("application/problem+json") || typeof payload !== "string" || !isForPerson(request))
      return payload;
    const page = problemPage(JSON.parse(payload) as Problem, surroundings);
    reply.headers(CARD_HEADERS).removeHeader("content-length");
    return page;
  });
}

function isForPerson({ url, headers }: FastifyRequest): boolean {
  return /\btext\/html\b/i.test(headers.accept ?? "") && !/^\/v1(\/|\?|$)/.test(url);
}

export function problemPage({ status, title, detail }: Problem, { env, linkTo }: Surroundings): string {
  const content = html`<p class="soft">${withCommand(detail)}</p>
${status === 503 ? html`<p class="soft">The page tries again by itself.</p>` : null}
<p class="links"><a href="${linkTo("/")}">Dashboard</a><a href="${linkTo("/sign-in")}">${status === 403 ? "Sign in as somebody else" : "Sign in"}</a></p>`;
  return cardPage({ title: TITLES[status] ?? title.replace(/\.$/, ""), env, content });
}

/** A command of ours at the end of a sentence stands on a line of its own. */
function withCommand(detail: string): Html {
  const [, sentence, command] = /^(.*): (certfleet [^.]+)\.?$/s.exec(detail) ?? [];
  return command === undefined ? html`${detail}` : html`${sentence ?? ""}:<code class="command">${command}</code>`;
}
