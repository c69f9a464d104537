// Which names play, and that everybody can read of each.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { PLAYS, playAt } from "../../../src/sandbox/enom/books/plays.ts";

const root = join(import.meta.dirname, "../../..");
const plays = Object.keys(PLAYS);

test.each([
  ["silent.example.com", "silent"],
  ["shop.silent.example.com", "silent"],
  ["a.b.silent.example.com", "silent"],
  ["*.silent.example.com", "silent"],
  ["Lost-Answer.EXAMPLE.org", "lost-answer"],
  ["no-chain.example.net", "no-chain"],
  ["silent.shop.example.com", undefined],
  ["not-silent.example.com", undefined],
  ["silent.example.com.example.org", undefined],
  ["silent.example.info", undefined],
  ["silent-example.com", undefined],
  ["silent.com", undefined],
  ["constructor.example.com", undefined],
  ["example.com", undefined],
  ["", undefined],
])("at %j is played: %s", (domain, play) => {
  expect(playAt(domain)).toBe(play);
});

test("each play has its line and its section for everybody, and a story with the real fleet", () => {
  const page = readFileSync(join(root, "docs/howto/try-trouble.md"), "utf8");
  const stories = readFileSync(join(root, "test/sandbox/trouble.test.ts"), "utf8");
  const listed = [...page.matchAll(/^\| \[`([a-z-]+)\.example\.com`\]\(#([a-z-]+)\)/gm)];

  expect(listed.map(([, play]) => play).sort()).toEqual(plays.sort());
  for (const [, , section] of listed) expect(page).toContain(`\n### ${section}\n`);
  for (const play of plays) expect(stories).toContain(`${play}.example.com`);
});
