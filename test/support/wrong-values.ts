// Wrong input of every kind for a schema: at each place of it a value that is missing, null, of another type, too big, unknown, …
import { expect } from "vitest";

/** JSON Schema, as far as it tells where something may stand. */
export interface Shape {
  properties?: Record<string, Shape>;
  required?: string[];
  items?: Shape;
  additionalProperties?: Shape | boolean;
  anyOf?: Shape[];
  oneOf?: Shape[];
  allOf?: Shape[];
  const?: unknown;
  $ref?: string;
  $defs?: Record<string, Shape>;
}

const WRONG: readonly unknown[] = [
  ...[undefined, null, true, "", " ", "wrong", "x".repeat(20_000), "\u0000", "2027-13-99"],
  ...[Number.NaN, Number.POSITIVE_INFINITY, -1, 0, 0.5, 10 ** 9, 1e300, 12n],
  ...[[], [null], Array(300).fill("x"), {}, { unknown: 1, another: 2 }, { method: "phone", decision: "maybe" }],
];

/** Documents in which one place is wrong (and others are missing). */
export function* wrongOnes(shape: Shape, root: Shape = shape, depth = 0): Generator<unknown> {
  yield* WRONG;
  if (depth > 6) return;
  const target = shape.$ref?.startsWith("#/$defs/") ? root.$defs?.[shape.$ref.slice(8)] : undefined;
  for (const inner of [
    ...(target ? [target] : []),
    ...(shape.anyOf ?? []),
    ...(shape.oneOf ?? []),
    ...(shape.allOf ?? []),
  ])
    yield* wrongOnes(inner, root, depth + 1);
  const fixed = Object.entries(shape.properties ?? {}).filter(([, inner]) => inner.const !== undefined);
  const constants = Object.fromEntries(fixed.map(([name, inner]) => [name, inner.const]));
  for (const [name, inner] of Object.entries(shape.properties ?? {}))
    for (const value of wrongOnes(inner, root, depth + 1)) yield { ...constants, [name]: value };
  if (shape.items) for (const value of wrongOnes(shape.items, root, depth + 1)) yield [value];
  if (typeof shape.additionalProperties === "object")
    for (const value of wrongOnes(shape.additionalProperties, root, depth + 1)) yield { any: value };
}

/** What the schema library says by itself, in any of its sentences. */
const LIBRARY = /\binvalid\b|\bexpected\b|\breceived\b|too big|too small|unrecognized|discriminator/i;

/** Each text is a plain sentence of ours. */
export function expectOurs(texts: Iterable<string>): void {
  const all = [...new Set(texts)];

  expect(all.filter((text) => LIBRARY.test(text))).toEqual([]);
  // The longest names every type of event.
  expect(all.filter((text) => !/^[^\n]{5,1500}$/.test(text))).toEqual([]);
}
