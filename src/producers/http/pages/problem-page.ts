// Answers that say no, as pages: a browser that asks for a page gets one instead of the problem's JSON. The API keeps its JSON.
import type { FastifyInstance, FastifyRequest } from "fastify";
import { type Html, html } from "../html.ts";
import { CARD_HEADERS, cardPage } from "./card.ts";

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
/** Of a 403 to somebody whom nobody knows. */
const CLOSED = "This is closed";
/** A page that was not available is loaded again by itself. */
const AGAIN_SECONDS = 10;

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
    const problem = JSON.parse(payload) as Problem;
    reply.headers(CARD_HEADERS).removeHeader("content-length");
    if (problem.status === 503 && request.method === "GET") reply.header("refresh", AGAIN_SECONDS);
    return problemPage(problem, { ...surroundings, isKnown: request.caller.scopes.length > 0 });
  });
}

function isForPerson({ url, headers }: FastifyRequest): boolean {
  return /\btext\/html\b/i.test(headers.accept ?? "") && !/^\/v1(\/|\?|$)/.test(url);
}

interface Shown extends Surroundings {
  /** Somebody is signed in, or needs not. */
  isKnown: boolean;
}

function problemPage({ status, title, detail }: Problem, { env, linkTo, isKnown }: Shown): string {
  const another = status === 403 ? "Sign in as somebody else" : "Your account";
  const content = html`<p class="soft">${withCommand(detail)}</p>
${status === 503 ? html`<p class="soft">The page is loaded again in ${AGAIN_SECONDS} seconds.</p>` : null}
<p class="links"><a href="${linkTo("/")}">Dashboard</a><a href="${linkTo("/sign-in")}">${isKnown ? another : "Sign in"}</a></p>`;
  const heading = status === 403 && !isKnown ? CLOSED : TITLES[status];
  return cardPage({ title: heading ?? title.replace(/\.$/, ""), env, content });
}

/** A command of ours at the end of a sentence stands on a line of its own. */
function withCommand(detail: string): Html {
  const [, sentence, command] = /^(.*): (certfleet [^.]+)\.?$/s.exec(detail) ?? [];
  return command === undefined ? html`${detail}` : html`${sentence ?? ""}:<code class="command">${command}</code>`;
}
