// The OpenAPI document as the tests of it read it: operations, their schemas, and every field however deep it lies.

export interface Schema {
  type?: string | string[];
  description?: string;
  example?: unknown;
  examples?: unknown[];
  default?: unknown;
  enum?: unknown[];
  const?: unknown;
  format?: string;
  $ref?: string;
  properties?: Record<string, Schema>;
  items?: Schema;
  additionalProperties?: Schema | boolean;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
}

export interface Media {
  schema: Schema;
  example?: unknown;
  examples?: Record<string, { summary?: string; value: unknown }>;
}

export interface Operation {
  operationId: string;
  summary?: string;
  description?: string;
  tags?: string[];
  security?: Record<string, string[]>[];
  parameters?: {
    in: string;
    name: string;
    description?: string;
    required?: boolean;
    example?: unknown;
    schema: Schema;
  }[];
  requestBody?: { content: Record<string, Media> };
  responses: Record<
    string,
    {
      description: string;
      content?: Record<string, Media>;
      headers?: Record<string, { description?: string; schema: Schema }>;
    }
  >;
}

export interface Document {
  openapi: string;
  servers: { url: string }[];
  tags: { name: string; description?: string }[];
  paths: Record<string, Record<string, Operation>>;
  components: { schemas: Record<string, Schema> };
}

/** `POST /v1/certificates` and what the document says of it. */
export function operationsOf({
  paths,
}: Document): { name: string; method: string; path: string; operation: Operation }[] {
  return Object.entries(paths).flatMap(([path, methods]) =>
    Object.entries(methods).map(([method, operation]) => ({
      ...{ name: `${method.toUpperCase()} ${path}`, method: method.toUpperCase(), path, operation },
    })),
  );
}

/** Every field of a schema with its path, such as `contacts/admin/city`. `beside`: an example of the whole. */
export function* fieldsOf(
  schema: Schema,
  path = "",
  beside?: unknown,
): Generator<{ path: string; field: Schema; beside: unknown }> {
  const inner = (beside ?? schema.example) as Record<string, unknown> | unknown[] | undefined;
  for (const [name, field] of Object.entries(schema.properties ?? {})) {
    const at = `${path}${path && "/"}${name}`;
    const value = Array.isArray(inner) ? undefined : inner?.[name];
    yield { path: at, field, beside: value };
    yield* fieldsOf(field, at, value);
  }
  if (schema.items) yield* fieldsOf(schema.items, `${path}/*`, Array.isArray(inner) ? inner[0] : undefined);
  if (typeof schema.additionalProperties === "object") yield* fieldsOf(schema.additionalProperties, `${path}/*`);
  for (const form of [...(schema.anyOf ?? []), ...(schema.oneOf ?? []), ...(schema.allOf ?? [])])
    yield* fieldsOf(form, path, beside);
}

/** A reference is explained where it leads. */
export function isDescribed({ description, $ref, anyOf = [] }: Schema): boolean {
  return Boolean(description ?? $ref) || anyOf.some(isDescribed);
}

/** What a program can show for it without guessing: objects and lists show what is in them. */
export function hasExample(schema: Schema): boolean {
  const { type, example, examples, default: usual, enum: choices, const: only, $ref } = schema;
  if ([example, examples, usual, choices, only, $ref].some((each) => each !== undefined)) return true;
  const forms = [...(schema.anyOf ?? []), ...(schema.oneOf ?? [])];
  if (forms.length > 0) return forms.some(hasExample);
  const kinds = [type].flat();
  if (kinds.includes("boolean")) return true;
  if (kinds.includes("array")) return schema.items !== undefined && hasExample(schema.items);
  return kinds.includes("object") && schema.properties !== undefined;
}
