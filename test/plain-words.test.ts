// Promise: whoever reads an error, a mail or a document meets standard terms, and none of the words that this house made up.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { parseAst } from "vitest/node";

const root = join(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

/** What this house said, and what a reader expects instead. */
const HOUSE_WORDS: readonly (readonly [RegExp, string])[] = [
  [/\bdoorbells?\b/i, "job"],
  [/\b(?:rings?|rang|rung)\b/i, "enqueue, wake"],
  [/\bwish(?:es|ed)?\b/i, "request"],
  [/\bmend(?:s|ed|ing)?\b/i, "fix, correct"],
  [/\breckon(?:s|ed|ing)?\b/i, "calculate"],
  [/\bin the air\b/i, "in flight"],
  [/\b(?:is|are|was|were|be|been|stays?) away\b/i, "does not respond"],
  [/\bgiven up\b/i, "abandoned"],
  [/\bspare (?:slots?|ones?)\b/i, "unused slot"],
  [/\bstands? still\b/i, "is stuck"],
  [/\bneeds? a person\b/i, "needs attention"],
  [/\byour word\b/i, "your go-ahead"],
];

test("No text of the program has a house word: no message, no status, no description.", () => {
  const files = globSync("src/**/*.ts", { cwd: root });

  const found = files.flatMap((file) => textsOf(file).flatMap(({ line, text }) => violations(`${file}:${line}`, text)));

  expect(files.length).toBeGreaterThan(200);
  expect(found).toEqual([]);
});

test("No mail has a house word.", () => {
  const files = globSync("templates/{en,parts}/*", { cwd: root });

  expect(files.length).toBeGreaterThan(40);
  expect(files.flatMap((file) => linesOf(file))).toEqual([]);
});

test("No document has a house word, but for those that explain or quote what was said before.", () => {
  const pages = globSync("{README,CONTRIBUTING}.md", { cwd: root }).concat(
    globSync("{docs,examples}/**/*.md", { cwd: root }).filter((page) => !MAY_QUOTE.test(page)),
  );

  expect(pages.length).toBeGreaterThan(20);
  expect(pages.flatMap((page) => linesOf(page))).toEqual([]);
});

test("The check finds a word in a text with gaps, and lets names of events and comments pass.", () => {
  expect(violations("x.ts:1", "the order was rung")).toEqual(['x.ts:1: "rung" → enqueue, wake: the order was rung']);
  expect(violations("x.ts:1", "during, string, spare time, a way")).toEqual([]);
  const program = ["// mended", 'log("wish.made");', `fail(\`it is ${"$"}{at} in the air\`);`].join("\n");
  expect(textsIn(program)).toEqual([{ line: 3, text: "it is … in the air" }]);
});

/** Decisions and the record of mutations are history; the glossary translates. */
const MAY_QUOTE = /^docs\/(?:decisions\/|explanation\/glossary\.md|mutations\.md)/;

/** Names of events, fields and settings in backquotes are no words. */
function violations(where: string, text: string): string[] {
  const words = text.replace(/`[^`\s]+`/g, "`…`");
  return HOUSE_WORDS.flatMap(([word, instead]) => {
    const [found] = word.exec(words) ?? [];
    return found === undefined ? [] : [`${where}: "${found}" → ${instead}: ${text.trim().slice(0, 120)}`];
  });
}

function linesOf(file: string): string[] {
  return read(file)
    .split("\n")
    .flatMap((text, i) => violations(`${file}:${i + 1}`, text));
}

function textsOf(file: string): { line: number; text: string }[] {
  return textsIn(read(file));
}

/** Every string of a program that is more than a name, with its line. What is filled in is shown as `…`. */
function textsIn(code: string): { line: number; text: string }[] {
  const found: { line: number; text: string }[] = [];
  const lineOf = (at: number) => code.slice(0, at).split("\n").length;
  const visit = (node: unknown): void => {
    if (!isNode(node)) return;
    const text =
      node.type === "TemplateLiteral"
        ? node.quasis?.map(({ value }) => value.raw).join("…")
        : node.type === "Literal" && typeof node.value === "string"
          ? node.value
          : undefined;
    if (text?.includes(" ")) found.push({ line: lineOf(node.start), text });
    for (const child of Object.values(node).flat()) visit(child);
  };
  visit(parseAst(code, { lang: "ts" }));
  return found;
}

interface Node {
  type: string;
  start: number;
  value?: unknown;
  quasis?: { value: { raw: string } }[];
}

function isNode(value: unknown): value is Node {
  return typeof value === "object" && value !== null && "type" in value;
}
