// An answer held against its schema in the OpenAPI document, where no field is allowed that the document does not name.
import { z } from "zod";
import type { Document, Schema } from "./document.ts";

/** What is wrong with an answer, a line each. */
export function faultsOfAnswer(answer: unknown, schema: Schema, { components }: Document): string[] {
  const $defs = Object.fromEntries(Object.entries(components.schemas).map(([name, each]) => [name, strict(each)]));
  const whole = { ...(strict(schema) as object), $defs } as Parameters<typeof z.fromJSONSchema>[0];
  const read = z.fromJSONSchema(whole).safeParse(answer);
  return read.success
    ? []
    : read.error.issues.map(({ path, code, ...issue }) => `${path.join("/")}: ${code} ${JSON.stringify(issue)}`);
}

/** Readers bear with fields that are added; whoever adds one describes it. */
function strict(part: unknown): unknown {
  if (typeof part !== "object" || part === null) return part;
  if (Array.isArray(part)) return part.map(strict);
  const { example: _example, examples: _examples, ...schema } = part as Record<string, unknown>;
  const inner = Object.fromEntries(
    Object.entries(schema).map(([name, value]) => [
      name,
      name === "properties" ? ofEach(value as object) : strict(value),
    ]),
  );
  if (typeof inner.$ref === "string") inner.$ref = inner.$ref.replace("#/components/schemas/", "#/$defs/");
  const isOpen = typeof inner.additionalProperties === "object";
  return inner.properties && !isOpen ? { ...inner, additionalProperties: false } : inner;
}

function ofEach(properties: object): object {
  return Object.fromEntries(Object.entries(properties).map(([name, value]) => [name, strict(value)]));
}
