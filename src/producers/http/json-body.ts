// Reads the JSON of a body as Fastify does, names that would reach into prototypes refused, and says where a text is no JSON.
import { readJson } from "../../shared/base/json.ts";
import type { App } from "./needs.ts";
import { type ProblemError, problem } from "./problems.ts";

/** A caller who sends no body must not say that it is JSON. */
const EMPTY = "The body is empty. Send JSON, or leave out the Content-Type.";
const POISONED = "The body has a field named __proto__ or constructor, which is not allowed.";

export function readJsonBodies(app: App): void {
  const parse = app.getDefaultJsonParser("error", "error");
  app.addContentTypeParser("application/json", { parseAs: "string" }, (request, body: string, done) => {
    void parse(request, body, (error, value) => done(error ? unreadable(body) : null, value));
  });
}

function unreadable(body: string): ProblemError {
  if (body === "") return problem("malformed", EMPTY);
  const read = readJson(body);
  return problem("malformed", "fault" in read ? `The body is not valid JSON: ${read.fault}` : POISONED);
}
