// What people do about certificates at the pretended eNom, each as one request: the owner approves, eNom's support
// corrects, reissues or refunds, and somebody tops the account up. A page with buttons, and the same by curl.
import type { IncomingMessage, ServerResponse } from "node:http";
import { text } from "node:stream/consumers";
import type { Books } from "../books/books.ts";
import type { DomainOwner, Support } from "../commands/reissuing.ts";
import { controlPage } from "./page.ts";

export interface People {
  books: Books;
  support: Support;
  owner: DomainOwner;
}

/** What an account holds after it was topped up. */
const FULL = "5000.00";
const PAGE_POLICY =
  "default-src 'none'; style-src 'unsafe-inline'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'";

const ACTIONS: Record<string, (people: People, certId: number) => unknown> = {
  "/top-up": ({ books }) => books.setBalance(FULL),
  "/approve": ({ owner }, certId) => owner.approve(certId),
  "/correct": ({ support }, certId) => support.correct(certId),
  "/reissue": ({ support }, certId) => support.reissue(certId),
  "/refund": ({ books }, certId) => books.refund(certId),
};

/** Answers every path but eNom's own. `done` keeps the books after a change. */
export async function servePeople(
  request: IncomingMessage,
  response: ServerResponse,
  { people, done }: { people: People; done: () => Promise<void> },
): Promise<void> {
  const path = request.url?.split("?")[0] ?? "";
  const action = Object.hasOwn(ACTIONS, path) ? ACTIONS[path] : undefined;
  if (path === "/" && request.method === "GET") return answer(response, 200, controlPage(people.books), "text/html");
  if (action === undefined || request.method !== "POST") return answer(response, 404, "Not found\n");
  // Another page in the same browser must not press these buttons.
  const site = request.headers["sec-fetch-site"] ?? "none";
  if (site !== "none" && site !== "same-origin") return answer(response, 403, "Use the page of this server.\n");
  const certId = Number(new URLSearchParams(await text(request)).get("certId"));
  try {
    await action(people, certId);
  } catch (error) {
    return answer(response, 409, `${error instanceof Error ? error.message : error}\n`);
  }
  await done();
  response.setHeader("location", "/");
  answer(response, 303, "done\n");
}

function answer(response: ServerResponse, status: number, body: string, type = "text/plain"): void {
  response
    .writeHead(status, {
      "content-type": `${type}; charset=utf-8`,
      "content-security-policy": PAGE_POLICY,
      "cache-control": "no-store",
    })
    .end(body);
}
