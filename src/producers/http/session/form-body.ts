// Reads the bodies of HTML forms (application/x-www-form-urlencoded), only where a page of ours has a form.
import type { FastifyRequest } from "fastify";
import type { App } from "../needs.ts";

const FORM_BYTES = 8_192;

export function readForms(app: App, bodyLimit = FORM_BYTES): void {
  app.addContentTypeParser(
    "application/x-www-form-urlencoded",
    { parseAs: "string", bodyLimit },
    (_request, body: string, done) => done(null, new URLSearchParams(body)),
  );
}

/** What stands in a field, empty where there is none; of several the first. JSON bodies have the same fields. */
export function fieldOf({ body }: FastifyRequest, name: string): string {
  if (body instanceof URLSearchParams) return body.get(name) ?? "";
  const value: unknown = typeof body === "object" && body !== null ? Reflect.get(body, name) : undefined;
  return typeof value === "string" ? value : "";
}
