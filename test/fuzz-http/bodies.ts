// Bodies that nearly fit: made from the schemas of the OpenAPI document, then bent.
import type { Draw } from "./draw.ts";

export interface Schema {
  $ref?: string;
  type?: string | string[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  oneOf?: Schema[];
  allOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
  example?: unknown;
  examples?: unknown[];
}

const DEEP = 3_000;
const deep = (open: string, close: string): string => open.repeat(DEEP) + close.repeat(DEEP);

/** As JSON text: what JSON.stringify would never write is among them. */
const ODD_VALUES = [
  ...[
    "null",
    "true",
    '""',
    '"\\ud800"',
    '"\\udc00\\ud800"',
    '"\\u0000"',
    '"\\u202e"',
    '"a\\r\\nb"',
    "[]",
    "{}",
    "[null]",
  ],
  ...["0", "-0", "-1", "1e999", "-1e999", "1e-999", "9007199254740993", "0.1e1", "123456789012345678901234567890"],
  ...[
    '{"__proto__":{"a":1}}',
    '{"constructor":{"prototype":{"a":1}}}',
    '{"toString":1}',
    '{"length":1e9}',
    '"__proto__"',
  ],
  ...[deep("[", "]"), deep('{"a":', "}").replace(":}", ":1}"), `"${"x".repeat(60_000)}"`, `[${"0,".repeat(20_000)}0]`],
  ...[
    '"../../etc/passwd"',
    '"<script>alert(1)</script>"',
    '"{{7*7}}"',
    '"%00"',
    '"🂡"',
    '"ﬀ"',
    '"2026-13-45T99:99:99Z"',
  ],
];

/** A value that the schema may take, as JSON text. */
export function fitting(schema: Schema, all: Record<string, Schema>, by: Draw, depth = 0): string {
  if (schema.example !== undefined && !by.oneIn(3)) return JSON.stringify(schema.example);
  if (schema.$ref) return fitting(all[schema.$ref.split("/").at(-1) ?? ""] ?? {}, all, by, depth + 1);
  if (schema.const !== undefined) return JSON.stringify(schema.const);
  if (schema.enum) return JSON.stringify(by.pick(schema.enum));
  const choice = schema.anyOf ?? schema.oneOf ?? schema.allOf;
  if (choice) return fitting(by.pick(choice), all, by, depth + 1);
  const type = Array.isArray(schema.type) ? by.pick(schema.type) : schema.type;
  if (depth > 6) return "null";
  switch (type) {
    case "object": {
      const fields = Object.entries(schema.properties ?? {}).filter(
        ([name]) => schema.required?.includes(name) || by.oneIn(2),
      );
      return `{${fields.map(([name, of]) => `${JSON.stringify(name)}:${fitting(of, all, by, depth + 1)}`).join(",")}}`;
    }
    case "array":
      return `[${Array.from({ length: by.below(3) }, () => fitting(schema.items ?? {}, all, by, depth + 1)).join(",")}]`;
    case "number":
    case "integer":
      return by.pick(["0", "1", "2", "-1", "365"]);
    case "boolean":
      return by.pick(["true", "false"]);
    case "string":
      return by.pick([
        '"x"',
        '"shop.example.com"',
        '"ada@example.com"',
        '"2026-12-01"',
        '"Certificate-RapidSSL-RapidSSL"',
      ]);
    default:
      return by.pick(ODD_VALUES.slice(0, 20));
  }
}

/** Up to three wrong things in a JSON text: a value, a name, or its bytes. */
export function bent(json: string, by: Draw): string {
  let text = json;
  for (let times = by.below(4); times > 0; times--) {
    const at = by.below(text.length + 1);
    const how = by.below(8);
    if (how <= 2) text = replaceValue(text, by);
    else if (how === 3)
      text = text.replace(/^\{/, `{${by.pick(['"__proto__":1,', '"constructor":{},', '"a":1,"a":2,', '"":0,'])}`);
    else if (how === 4) text = text.slice(0, at);
    else if (how === 5) text = text.slice(0, at) + by.bytes(1 + by.below(4)) + text.slice(at);
    else if (how === 6) text = by.pick(["\xef\xbb\xbf", "\xff\xfe", " ", "\n", "[", '"']) + text;
    else text = by.pick(ODD_VALUES);
  }
  return text;
}

/** One of the values of an object, wherever it stands. */
function replaceValue(text: string, by: Draw): string {
  const values = [...text.matchAll(/:("(?:[^"\\]|\\.)*"|-?[\d.e+]+|true|false|null)/g)];
  if (values.length === 0) return text;
  const { index, 0: whole } = by.pick(values);
  return `${text.slice(0, index)}:${by.pick(ODD_VALUES)}${text.slice(index + whole.length)}`;
}
