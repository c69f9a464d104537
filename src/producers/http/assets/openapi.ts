// What the OpenAPI document says beyond the schemas of the routes: scopes, headers of answers, examples of problems.
import type { RouteOptions } from "fastify";
import { jsonSchemaTransform, jsonSchemaTransformObject } from "fastify-type-provider-zod";
import { z } from "zod";
import { scopeTexts } from "../../../shared/authority/scopes.ts";
import { type Answer, type Answers, type HeaderText, repeatProblems, withProblems } from "../answers.ts";
import { exampleProblem } from "../problem-pages/example.ts";
import { problemKind } from "../problems.ts";
import { idempotencyKey } from "../saving.ts";
import { everyHeaders, keptHeaders, problemHeaders, rateHeaders } from "./answer-headers.ts";

type Given = Parameters<typeof jsonSchemaTransform>[0] & { route: Pick<RouteOptions, "config" | "method"> };
type Document = ReturnType<typeof jsonSchemaTransformObject>;

export interface DocumentNeeds {
  /** The pages of problems, the base path of the public address included. */
  problemPages: string;
}

/** For `@fastify/swagger`: the schema of one route as the document has it. */
export function routeSchema(given: Given, needs: DocumentNeeds): { schema: object; url: string } {
  const isKept = mayBeRepeated(given);
  const asked = isKept ? { ...given, schema: withKey(given.schema) } : given;
  const { schema, url } = jsonSchemaTransform(asked);
  if (!asked.schema || "hide" in schema) return { schema, url };
  const response = (asked.schema.response ?? {}) as Record<string, Answer>;
  const written = (schema.response ?? {}) as Record<string, object>;
  const answered = Object.entries(response).map(([status, answer]) => [
    status,
    withBeside(
      written[status] ?? {},
      { answer, status: Number(status), isCounted: /^\/(v1\/|metrics$)/.test(url), isKept },
      needs,
    ),
  ]);
  return { schema: withScope({ ...schema, response: Object.fromEntries(answered) }, given.route), url };
}

/** What changes something takes an Idempotency-Key, unless it says otherwise. */
function mayBeRepeated({ schema, url, route: { method, config } }: Given): boolean {
  const isChange = [method].flat().some((each) => !/^(GET|HEAD|OPTIONS)$/.test(each));
  return Boolean(schema) && isChange && url.startsWith("/v1/") && config?.idempotency !== "none";
}

/** The header with what it may be answered. Read-only calls and those that know what they take by name have none. */
function withKey(schema: Given["schema"]): Given["schema"] {
  const own = schema.headers instanceof z.ZodObject ? schema.headers : z.looseObject({});
  const response = withProblems((schema.response ?? {}) as Answers, repeatProblems);
  return { ...schema, headers: own.extend(idempotencyKey.shape), response };
}

/** Headers and examples, which the schema plugin leaves behind. */
function withBeside(
  written: object,
  { answer, status, isCounted, isKept }: { answer: Answer; status: number; isCounted: boolean; isKept: boolean },
  needs: DocumentNeeds,
): object {
  const headers: Record<string, HeaderText> = {
    ...answer.headers,
    ...(status >= 400 ? problemHeaders[status] : {}),
    ...everyHeaders,
    ...(isKept && status < 400 ? keptHeaders : {}),
    ...(isCounted && (status < 400 || status === 429) ? rateHeaders : {}),
  };
  const { content } = written as { content: Record<string, object> };
  const media = Object.entries(answer.content).map(([type, { example, problems }]) => [
    type,
    {
      ...content[type],
      ...(example !== undefined && { example }),
      ...(problems && {
        examples: Object.fromEntries(
          problems.map((name) => [
            name,
            { summary: problemKind(name).title, value: exampleProblem(name, needs.problemPages) },
          ]),
        ),
      }),
    },
  ]);
  return { ...written, content: Object.fromEntries(media), ...(Object.keys(headers).length > 0 && { headers }) };
}

/** The schema of a route with its scope in words, and as a role of its security (OpenAPI 3.1, 4.8.30). */
function withScope(schema: object, { config }: Pick<RouteOptions, "config">): object {
  const scope = config?.scope;
  if (!scope || scope === "any" || "security" in schema) return schema;
  const before = "description" in schema ? `${schema.description}\n\n` : "";
  const description = `${before}Needs the scope \`${scope}\`: ${scopeTexts[scope]}.`;
  return { ...schema, security: [{ key: [scope] }], description };
}

/** The whole document. Named schemas are made for both directions; ours are answers only, and nothing refers to the other. */
export function wholeDocument(given: Parameters<typeof jsonSchemaTransformObject>[0]): Document {
  const document = jsonSchemaTransformObject(given);
  const schemas = "components" in document ? document.components?.schemas : undefined;
  for (const name of Object.keys(schemas ?? {})) if (name.endsWith("Input")) delete schemas?.[name];
  writeColons(document);
  exemplifyTimes(document);
  for (const path of Object.values(document.paths ?? {}))
    for (const { parameters } of Object.values(path as Record<string, { parameters?: Parameter[] }>))
      for (const parameter of parameters ?? []) if (!parameter.required) leaveEmpty(parameter);
  return document;
}

/** Fastify writes a colon that begins no parameter as two; what is made of them here names no address. */
function writeColons({ paths = {} }: Document): void {
  for (const [path, item] of Object.entries(paths)) {
    if (!path.includes("{}:")) continue;
    delete paths[path];
    paths[path.replace("{}:", ":")] = item;
  }
}

interface Parameter {
  required?: boolean;
  example?: unknown;
  schema: { example?: unknown; examples?: unknown[] };
}

/** Where nobody is asked for a key, each call may be made with one or without (OpenAPI 3.1, 4.8.30). */
export function withoutKey(document: object): object {
  return JSON.parse(JSON.stringify(document), (name, value) =>
    name === "security" && Array.isArray(value) && value.length > 0 ? [...value, {}] : value,
  );
}

/** Pages fill a form with each `example`: of a filter that may be left out, the same is told as a list of one. */
function leaveEmpty({ schema, ...parameter }: Parameter): void {
  const { example } = parameter.example === undefined ? schema : parameter;
  if (example === undefined) return;
  delete schema.example;
  schema.examples = [example];
}

const FORMATS: Readonly<Record<string, string>> = { date: "2026-11-22", "date-time": "2026-11-22T12:00:00.000Z" };

/** A date or a time without an example of its own has the same one everywhere. */
function exemplifyTimes(part: unknown): void {
  if (typeof part !== "object" || part === null) return;
  const { type, format, example, examples } = part as Record<string, unknown>;
  const given = typeof format === "string" && [type].flat().includes("string") ? FORMATS[format] : undefined;
  if (given !== undefined && example === undefined && examples === undefined) Object.assign(part, { example: given });
  for (const [name, inner] of Object.entries(part)) if (name !== "parameters") exemplifyTimes(inner);
}
