// The pages of the settings: the environment's, from their schemas; and certfleet.yaml's, from its JSON Schema.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { z } from "zod";
import { partSettings } from "../../src/shared/config/part-settings.ts";
import * as groups from "../../src/shared/config/settings.ts";
import { code, page, table } from "./page.ts";

/** Who reads it besides the processes of `partSettings`. */
const COMMAND_LINE = new Set([
  "SSL_SUBSCRIPTION_POLICY",
  "SSL_SUBSCRIPTION_BEFORE",
  "BILLMGR_CONF",
  "CERTFLEET_JOURNAL",
  "CERTFLEET_URL",
  "CERTFLEET_PROFILE",
  "CERTFLEET_WEBHOOK_KEY",
]);

const { settingNames: _names, ...shapes } = groups;
const settings = Object.entries(Object.assign({}, ...Object.values(shapes)) as Record<string, z.ZodType>);

export function settingsPage(): string {
  const rows = settings.map(([name, schema]) => {
    if (!schema.description) throw new Error(`${name} has no description in src/shared/config/settings.ts`);
    return [code(name), defaultOf(schema), readersOf(name), schema.description];
  });
  return page(
    "Settings",
    [
      "Settings come from the environment. `NAME_FILE` reads NAME from a file, for secrets. An empty value counts as not set.",
      "A process reads only its own settings. It names everything that is wrong at once.",
      "[.env.example](../../.env.example) is a file to start from. `–`: there is no default.",
      "More than one account, products and templates go into [certfleet.yaml](certfleet-yaml.md).",
    ],
    table(["setting", "default", "read by", "meaning"], rows),
    "## Addresses of Redis\n\n`REDIS_URL`, and `CERTFLEET_JOURNAL` for a second Redis, take:",
    table(
      ["form", "for"],
      [
        ["`redis://user:password@host:6379`, `rediss://…`", "one server, without or with TLS"],
        ["`unix:/run/redis/redis.sock`", "a Unix socket"],
        ["`redis+sentinel://user:password@host1:26379,host2:26379/mymaster`", "Sentinel"],
        ["`redis+cluster://user:password@host1:6379,host2:6379`", "Cluster"],
      ],
    ),
    "`rediss+sentinel://` and `rediss+cluster://` use TLS. `valkey://` and `valkeys://` mean the same as `redis://` and\n`rediss://`. Any other scheme is refused, and so is an address that could be read in two ways: write `@ / : ? # %` of a\npassword as `%40 %2F %3A %3F %23 %25`. A complaint never shows the address.",
  );
}

function defaultOf(schema: z.ZodType): string {
  const read = schema.safeParse(undefined);
  if (!read.success || read.data === undefined) return "–";
  return code(read.data === false ? "0" : String(read.data));
}

function readersOf(name: string): string {
  if (name in groups.commonSettings) return "all";
  const parts = Object.entries(partSettings).filter(([, shape]) => name in shape);
  if (parts.length === Object.keys(partSettings).length - 1 && !parts.some(([part]) => part === "gateway"))
    return "all workers";
  const readers = parts.map(([part]) => part);
  if (name in groups.wizardSettings || COMMAND_LINE.has(name)) readers.push("command line");
  return readers.join(", ");
}

interface Schema {
  type?: string;
  description?: string;
  default?: unknown;
  examples?: unknown[];
  enum?: unknown[];
  const?: unknown;
  anyOf?: Schema[];
  properties?: Record<string, Schema>;
  required?: string[];
  items?: Schema;
}

export function configurationFilePage(root: string): string {
  const schema = JSON.parse(readFileSync(join(root, "certfleet.schema.json"), "utf8")) as Schema;
  const parts = Object.entries(schema.properties ?? {}).filter(([name]) => name !== "$schema");
  return page(
    "certfleet.yaml",
    [
      "The configuration file of a fleet. Every part is optional; an unknown field is an error.",
      "`certfleet schema config` prints its JSON Schema, so that an editor can complete and check it.",
      "A change needs no restart: [accounts](../howto/accounts.md) tells how it is taken over.",
    ],
    ...parts.map(([name, part]) => {
      const fields = fieldsOf(part, name);
      const rows = fields.length > 0 ? fields : [[code(name), takes(part), shownDefault(part), part.description ?? ""]];
      return `## ${name}\n\n${part.description ?? ""}.\n\n${table(["field", "takes", "default", "meaning"], rows)}`;
    }),
  );
}

/** One row a field, nested ones behind the field that holds them. */
function fieldsOf(part: Schema, path: string): string[][] {
  const holder = part.type === "array" ? (part.items ?? {}) : part;
  const prefix = part.type === "array" ? `${path}[]` : path;
  // A value of its own, not an object.
  if (!holder.properties)
    return [[code(path), takes(part), shownDefault(part), `${part.description ?? ""}${exampleOf(part)}`]];
  return Object.entries(holder.properties ?? {}).flatMap(([name, field]) => {
    const without = holder.required?.includes(name) ? "required" : shownDefault(field);
    const row = [code(`${prefix}.${name}`), takes(field), without, `${field.description ?? ""}${exampleOf(field)}`];
    return [row, ...(field.type === "object" ? fieldsOf(field, `${prefix}.${name}`) : [])];
  });
}

function takes({ type, enum: values, const: only, anyOf, items }: Schema): string {
  if (values) return values.map((value) => code(String(value))).join(", ");
  if (only !== undefined) return code(String(only));
  if (anyOf) return anyOf.map(takes).join(" or ");
  if (type === "array") return `list of ${takes(items ?? {})}`;
  return (
    { string: "text", integer: "whole number", number: "number", boolean: "`true` or `false`", object: "fields below" }[
      type ?? ""
    ] ?? ""
  );
}

/** As a person would write it; not where the kinds of value say all, or the default shows one. */
function exampleOf({ examples: [first] = [], enum: values, default: preset }: Schema): string {
  if (first === undefined || values || preset !== undefined) return "";
  return `. For example ${code(typeof first === "string" ? first : JSON.stringify(first))}`;
}

function shownDefault({ default: value }: Schema): string {
  return value === undefined || typeof value === "object" ? "–" : code(String(value));
}
