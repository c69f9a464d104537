// Lua scripts in files of their own: each is read once, joined with what it includes, and run by its SHA (EVALSHA, else
// EVAL).
import { readFileSync } from "node:fs";
import { basename, dirname, join } from "node:path";
import type { RedisClient } from "./client.ts";

/**
 * A script. Its head names the same keys and arguments in the same order: `local a, b = unpack(KEYS)`, `local c =
 * unpack(ARGV)`.
 */
export interface Script<K extends string = string, A extends string = string> {
  /** What ioredis calls the command. */
  name: string;
  /** Absolute paths, joined in this order. The head of the last one names the operands. */
  files: readonly string[];
  keys: readonly K[];
  args: readonly A[];
}

export interface Operands<K extends string, A extends string> {
  keys: Record<K, string>;
  args: Record<A, string | number>;
  /** Keys or arguments behind the named ones, where a script takes any number of them. */
  moreKeys?: readonly string[];
  moreArgs?: readonly (string | number)[];
}

type Command = (keyCount: number, ...operands: (string | number)[]) => Promise<unknown>;

/** Each file is read once. */
const read = new Map<string, string>();

export function defineScript<const K extends string, const A extends string>(
  files: string | readonly string[],
  operands: { keys: readonly K[]; args: readonly A[] },
): Script<K, A> {
  const all = typeof files === "string" ? [files] : files;
  return { name: `certfleet:${all.map((file) => basename(file, ".lua")).join("+")}`, files: all, ...operands };
}

/**
 * `before`: operands in front of the script's own, of what it is joined with.
 * @throws Error where file and definition disagree
 */
export function runScript<K extends string, A extends string>(
  redis: RedisClient,
  script: Script<K, A>,
  { keys, args, moreKeys = [], moreArgs = [] }: Operands<K, A>,
  before: { keys: readonly string[]; args: readonly (string | number)[] } = { keys: [], args: [] },
): Promise<unknown> {
  if (!(script.name in redis)) redis.defineCommand(script.name, { lua: textOf(script) });
  const command = Reflect.get(redis, script.name) as Command;
  const allKeys = [...before.keys, ...script.keys.map((name) => keys[name]), ...moreKeys];
  return command.call(
    redis,
    allKeys.length,
    ...allKeys,
    ...before.args,
    ...script.args.map((name) => args[name]),
    ...moreArgs,
  );
}

/** The whole text that Redis gets. @throws Error where the head of the file names other operands than the definition */
export function textOf(script: Script): string {
  const texts = script.files.map(readWithIncludes);
  const head = texts.at(-1) ?? "";
  for (const [of, names] of [
    ["KEYS", script.keys],
    ["ARGV", script.args],
  ] as const) {
    const named = operandsIn(head, of);
    if (named.join() !== names.join())
      throw new Error(
        `${script.files.at(-1)} names the ${of} ${named.join(", ")}; its definition says ${names.join(", ")}`,
      );
  }
  return texts.join("\n");
}

/** `--- @include NAME` is replaced by NAME.lua of the same folder. */
function readWithIncludes(file: string): string {
  const text = read.get(file) ?? readFileSync(file, "utf8");
  read.set(file, text);
  return text.replace(/^--- @include (\S+)$/gm, (_line, name: string) =>
    readWithIncludes(join(dirname(file), `${name}.lua`)),
  );
}

/**
 * Names in `local a, b = unpack(KEYS)`; what takes the rest of a list (`restOf`) has a name of its own and is not among
 * them.
 */
function operandsIn(text: string, of: "KEYS" | "ARGV"): string[] {
  const found = new RegExp(`^local ([\\w, ]+) = unpack\\(${of}\\b`, "m").exec(text);
  return found?.[1]?.split(", ") ?? [];
}
