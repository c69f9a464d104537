// The Lua scripts as a reviewer reads them: each in a file of its own, its operands named once at the top, and accepted by Redis.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, inject, onTestFinished, test } from "vitest";
import { connectRedis } from "../src/shared/redis/client.ts";
import { defineScript, textOf } from "../src/shared/redis/script.ts";

const root = join(import.meta.dirname, "../src");
const files = globSync("**/*.lua", { cwd: root });
const sources = globSync("**/*.ts", { cwd: root }).map(
  (file) => [file, readFileSync(join(root, file), "utf8")] as const,
);
const textOfFile = (file: string): string => readFileSync(join(root, file), "utf8");

/** The folder's files that others include. */
const included = new Set(
  files.flatMap((file) =>
    [...textOfFile(file).matchAll(/^--- @include (\S+)$/gm)].map(([, name]) => join(file, "..", `${name}.lua`)),
  ),
);
/** In front of every step of the ledger. They have operands of their own. */
const PREAMBLE = ["preamble", "shut", "thawed"].map((name) => `workers/ledger/lua/${name}.lua`);
const scripts = files.filter((file) => !included.has(file) && !PREAMBLE.includes(file));

/** What Redis gets of a file: a step of the ledger has the preamble in front, and is known by the operands that it takes behind those. */
function composed(file: string): string {
  const text = textOfFile(file);
  const isStep =
    /^local [\w, ]+ = unpack\(KEYS, 3\)|^local [\w, ]+ = unpack\(ARGV, 5/m.test(text) || /\banswer\(/.test(text);
  const parts = isStep ? [...PREAMBLE, file] : [file];
  const named = (of: "KEYS" | "ARGV"): string[] =>
    new RegExp(`^local ([\\w, ]+) = unpack\\(${of}\\b`, "m").exec(text)?.[1]?.split(", ") ?? [];
  return textOf(
    defineScript(
      parts.map((part) => join(root, part)),
      { keys: named("KEYS"), args: named("ARGV") },
    ),
  );
}

test("Redis takes every script: none has a syntax error", async () => {
  const redis = connectRedis(inject("redisUrl"), "never-give-up", () => undefined);
  onTestFinished(() => redis.disconnect());

  const refused: string[] = [];
  for (const file of scripts)
    await redis
      .call("SCRIPT", "LOAD", composed(file))
      .catch((error: Error) => refused.push(`${file}: ${error.message}`));

  expect(scripts.length).toBeGreaterThan(35);
  expect(refused).toEqual([]);
});

test("no script addresses an operand by its number below its first lines, and each says what it answers or returns", () => {
  const numbered = files.flatMap((file) =>
    textOfFile(file)
      .split("\n")
      .flatMap((line, i) =>
        /\b(KEYS|ARGV)\[/.test(line) && !/^local [\w, ]+ = (KEYS|ARGV)\[/.test(line) ? [`${file}:${i + 1}`] : [],
      ),
  );
  const silent = scripts.filter((file) => !/^-- .*\n/.test(textOfFile(file)));
  const unnamed = scripts.filter((file) => {
    const [head = ""] = textOfFile(file).split(/^(?!--)/m);
    const operands = [...textOfFile(file).matchAll(/^local ([\w, ]+) = unpack\((?:KEYS|ARGV)\b/gm)];
    return operands.some(([, names = ""]) => names.split(", ").some((name) => !new RegExp(`\\b${name}\\b`).test(head)));
  });
  const withoutCodes = scripts.filter((file) => {
    const text = textOfFile(file);
    return /\breturn [^\s]/.test(text.replaceAll("then return end", "")) && !/^-- (Answers|Returns) /m.test(text);
  });

  expect(numbered).toEqual([]);
  expect(silent).toEqual([]);
  expect(unnamed).toEqual([]);
  expect(withoutCodes).toEqual([]);
});

test("every file of Lua is used, and no Lua is left in TypeScript", () => {
  const inTypeScript = sources.filter(([, text]) => /redis\.call\('/.test(text)).map(([file]) => file);
  const named = sources.map(([, text]) => text).join("\n");
  const unused = scripts.filter((file) => {
    const name = file.split("/").at(-1)?.replace(".lua", "") ?? "";
    return (
      !named.includes(`lua/${name}.lua"`) && !named.includes(`"${name}.lua"`) && !named.includes(`step: "${name}"`)
    );
  });

  const names = files.map((file) => file.split("/").at(-1));

  // A connection knows a script by the name of its file.
  expect(new Set(names).size).toBe(names.length);
  expect(inTypeScript).toEqual([]);
  expect(unused).toEqual([]);
});

test("a definition that names other operands than its file, or in another order, is refused at its first use", () => {
  const file = join(root, "workers/notify/lua/renew-mail.lua");

  expect(() => textOf(defineScript(file, { keys: ["mail"], args: ["leaseMs", "token"] }))).toThrow(
    "names the ARGV token, leaseMs; its definition says leaseMs, token",
  );
});
