// Which values of a mail are words that somebody may choose freely, and so must be told from ours.
import type { z } from "zod";

type Kind = "words" | "line";
const kinds = new WeakMap<z.core.$ZodType, Kind>();

/** Says of a form of values that it is words, whatever they look like: a reason, a product's name. */
export function words<S extends z.ZodType>(schema: S): S {
  kinds.set(schema, "words");
  return schema;
}

/** Says of a form that it may be words: a single token, as a serial number, an id or a host name, is none. */
export function line<S extends z.ZodType>(schema: S): S {
  kinds.set(schema, "line");
  return schema;
}

const TOKEN = /^[\x21-\x7e]{1,253}$/;

/** Where in the values words stand, each a JSON pointer without its first slash. */
export function wordsIn(schema: z.ZodType, values: unknown): string[] {
  return found(schema, values, []);
}

function found(schema: z.core.$ZodType, value: unknown, path: readonly string[]): string[] {
  if (value === null || value === undefined) return [];
  const kind = kindOf(schema);
  if (kind !== undefined)
    return typeof value === "string" && (kind === "words" || !TOKEN.test(value)) ? [path.join("/")] : [];
  const { def } = schema._zod as { def: Def };
  if (def.innerType) return found(def.innerType, value, path);
  const { shape, element } = def;
  if (shape)
    return Object.entries(shape).flatMap(([name, inner]) =>
      found(inner, (value as Record<string, unknown>)[name], [...path, name]),
    );
  if (element && Array.isArray(value)) return value.flatMap((each, i) => found(element, each, [...path, `${i}`]));
  return [];
}

interface Def {
  innerType?: z.core.$ZodType;
  shape?: Readonly<Record<string, z.core.$ZodType>>;
  element?: z.core.$ZodType;
}

/** What is described anew is another schema, with the first one as its parent. */
function kindOf(schema: z.core.$ZodType | undefined): Kind | undefined {
  return schema && (kinds.get(schema) ?? kindOf(schema._zod.parent));
}
