// Comments and test names quote the purchase protocol ("rule 7", "I5") and eNom's interface by name: each name is one that a reviewer can look up.
import { existsSync, globSync, readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";

const root = resolve(import.meta.dirname, "..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");

const MONEY = "docs/explanation/money.md";
const ENOM_API = "docs/reference/enom-api.md";

interface Source {
  file: string;
  /** In one line, as if no comment were ever broken. */
  text: string;
}

const sources: Source[] = globSync("{src,test,scripts}/**/*.{ts,mjs,lua}", { cwd: root })
  .filter((file) => !file.includes("/fixtures/") && file !== "test/quoted-rules.test.ts")
  .map((file) => ({ file, text: read(file).replace(/\n\s*(\/\/+|--|\*(?!\/))?\s*/g, " ") }));

test("every rule and every invariant of the purchase that a comment or a test names is one of money.md", () => {
  const names = namesIn(MONEY);
  const unknown = sources.flatMap(({ file, text }) =>
    [...rulesIn(text), ...invariantsIn(text)]
      .filter((name) => !names.has(name.toLowerCase()))
      .map((name) => `${file}: ${name}`),
  );

  expect(unknown).toEqual([]);
});

test("every quote of eNom's interface names a heading or a row of enom-api.md", () => {
  const names = namesIn(ENOM_API);
  const unknown = sources.flatMap(({ file, text }) =>
    quotesIn(text).flatMap((quote) => unknownIn(quote, names).map((name) => `${file}: ${name}`)),
  );

  expect(unknown).toEqual([]);
});

test("every file and test that money.md names is there", () => {
  const files = [...read(MONEY).matchAll(/`([\w-]+\/[\w./-]*(?:\.ts|\/))`/g)].map(([, path = ""]) => path);
  const gone = files.filter(
    (path) => !["", "src/workers", "test/workers"].some((at) => existsSync(join(root, at, path))),
  );

  expect(files).toContain("ledger/gate.ts");
  expect(gone).toEqual([]);
});

/** Headings, of "Rule 7: …" the part before the colon, and the first cells of rows: of a cell that lists several names each one. */
function namesIn(file: string): Set<string> {
  const lines = read(file).split("\n");
  const headings = lines.flatMap((line) => /^#+ (.*)$/.exec(line)?.[1]?.split(":")[0] ?? []);
  const cells = lines.flatMap((line) => /^\| ([^|]+) \|/.exec(line)?.[1]?.split(/, (?![^(]*\))/) ?? []);
  return new Set([...headings, ...cells].map((name) => name.replaceAll("`", "").trim().toLowerCase()));
}

/** "rule 7", "rules 2, 7", "rules 4 to 6", "rule 10 a, b" as `rule 7`, `rule 2`, …, `10 a`, `10 b`. */
function rulesIn(text: string): string[] {
  const quotes = text.matchAll(/\brules? (\d+(?: [a-c]\b)?(?:(?:, | and | to )(?:\d+\b|[a-c](?=[);.,])))*)/gi);
  return [...quotes].flatMap(([, list = ""]) => {
    const whole = list.replace(/(\d+) to (\d+)/g, (_all, from, to) => range(Number(from), Number(to)).join(", "));
    let rule = "";
    return whole.split(/, | and /).flatMap((item) => {
      const [number, letter] = /^\d/.test(item) ? item.split(" ") : [rule, item];
      rule = number ?? "";
      return letter ? [`rule ${rule}`, `${rule} ${letter}`] : [`rule ${rule}`];
    });
  });
}

function range(from: number, to: number): number[] {
  return Array.from({ length: to - from + 1 }, (_, i) => from + i);
}

function invariantsIn(text: string): string[] {
  return [...text.matchAll(/(?<![\w+/])I\d{1,2}(?![\w+/])/g)].map(([name]) => name);
}

/** "(eNom API, NAME, NAME and NAME: a remark)"; a quote without its brackets is no name at all. */
function quotesIn(text: string): string[] {
  return [...text.matchAll(/(\()?eNom API, ([^)]*)\)?/g)].map(([whole, bracket, quote = ""]) =>
    bracket ? (quote.split(/[:;.] /)[0] ?? "") : whole.slice(0, 60),
  );
}

function unknownIn(quote: string, names: ReadonlySet<string>): string[] {
  const isName = (name: string): boolean => names.has(name.replaceAll('"', "").trim().toLowerCase());
  return isName(quote) ? [] : quote.split(/, | and /).filter((part) => !isName(part));
}
