// The pages lead where they say: links, commands, npm scripts and source files exist; packages, decisions and changelog are complete.
import { existsSync, globSync, readFileSync } from "node:fs";
import { dirname, join, resolve } from "node:path";
import type { Command } from "commander";
import { expect, test } from "vitest";
import { z } from "zod";
import { emptyProgram } from "../support/program.ts";

const root = resolve(import.meta.dirname, "../..");
const read = (file: string): string => readFileSync(join(root, file), "utf8");
const pages = globSync("{*.md,docs/**/*.md,examples/**/*.md}", { cwd: root });
const manifest = z
  .object({
    version: z.string(),
    scripts: z.record(z.string(), z.string()),
    dependencies: z.record(z.string(), z.string()),
    devDependencies: z.record(z.string(), z.string()),
    overrides: z.record(z.string(), z.string()),
  })
  .parse(JSON.parse(read("package.json")));

test("no link in any document leads nowhere", () => {
  const broken = pages.flatMap((page) =>
    matches(read(page), /\]\((?!https?:|mailto:)([^)\s]+)\)/g)
      .map(([, link]) => link)
      .filter((link) => !leadsSomewhere(link, page))
      .map((link) => `${page}: ${link}`),
  );

  expect(broken).toEqual([]);
});

test("no line of README and docs has more than 120 characters, outside of tables", () => {
  const long = pages
    .filter((page) => /^(README|CONTRIBUTING)\.md$|^docs\//.test(page))
    .flatMap((page) =>
      read(page)
        .split("\n")
        .flatMap((line, i) => (line.length > 120 && !line.trimStart().startsWith("|") ? [`${page}:${i + 1}`] : [])),
    );

  expect(long).toEqual([]);
});

test("every command that the documents show exists, with the options they show", () => {
  const shown = pages.flatMap((page) => matches(read(page), /bin\/certfleet ([a-z][^`\n|;#]*)/g));
  const commands = shown.map(([, line]) => ({
    verb: verbOf(line),
    options: line.match(/--[a-z-]+/g) ?? [],
  }));
  const verbs = [...new Set(commands.map((command) => command.verb))];
  const program = emptyProgram();
  const helps = new Map(
    verbs.map((verb) => {
      const command = verb
        .split(" ")
        .reduce<Command | undefined>((at, name) => at?.commands.find((each) => each.name() === name), program);
      return [verb, command?.helpInformation() ?? "there is no such command"];
    }),
  );

  expect(helps.size).toBeGreaterThan(10);
  for (const [verb, help] of helps) expect(help).toContain(`Usage: certfleet ${verb} `);
  for (const { verb, options } of commands)
    for (const option of options) expect(`${helps.get(verb)}${program.helpInformation()}`, verb).toContain(option);
});

test("every npm command that the documents show is one of package.json", () => {
  const shown = pages.flatMap((page) => matches(read(page), /`npm run ([a-z]+)/g).map(([, name]) => name));

  expect(shown.length).toBeGreaterThan(0);
  expect(shown.filter((name) => !(name in manifest.scripts))).toEqual([]);
});

test("every source file that a page names exists", () => {
  const pagesOfToday = pages.filter((page) => !/CHANGELOG|decisions|mutations/.test(page));
  const missing = pagesOfToday.flatMap((page) =>
    matches(read(page), /`((?:src|test|scripts|examples)\/[\w./-]+\.(?:ts|lua|mjs))`/g)
      .map(([, file]) => file)
      .filter((file) => !existsSync(join(root, file)))
      .map((file) => `${page}: ${file}`),
  );

  expect(missing).toEqual([]);
});

test("every package has its reason, and no reason is left of a package that is gone", () => {
  const rows = matches(read("docs/decisions/000-dependencies.md"), /^\| `([^`]+)` \| .{10,} \|$/gm);
  const packages = new Set([manifest.dependencies, manifest.devDependencies, manifest.overrides].flatMap(Object.keys));

  expect(sorted(rows.map(([, name]) => name))).toEqual(sorted([...packages]));
});

test("every decision says what was decided, instead of what, and why, and has a number of its own", () => {
  const files = globSync("docs/decisions/*.md", { cwd: root }).filter((file) => !file.endsWith("000-dependencies.md"));
  const wrong = files.filter(
    (file) => !/^# \d{3} .+\n\n\*\*What\.\*\*.+\*\*Instead of\.\*\*.+\*\*Why\.\*\*/s.test(read(file)),
  );
  const numbers = files.map((file) => /\/(\d{3})-/.exec(file)?.[1]);

  expect(wrong).toEqual([]);
  expect(new Set(numbers).size).toBe(files.length);
  expect(files.filter((file) => !read(file).startsWith(`# ${/\/(\d{3})-/.exec(file)?.[1]} `))).toEqual([]);
});

test("the changelog tells operators of the version that this is, and each release has its day", () => {
  const titles = read("CHANGELOG.md").match(/^## .*$/gm) ?? [];
  const releases = titles.filter((title) => title !== "## Next");
  expect(releases.some((title) => title.startsWith(`## ${manifest.version} `))).toBe(true);
  expect(releases.filter((title) => !/^## \d+\.\d+\.\d+ \(\d{4}-\d{2}-\d{2}\)$/.test(title))).toEqual([]);
});

/** Matches with their groups; a group that did not take part is an empty string. */
function matches(text: string, pattern: RegExp): [string, string, string, string][] {
  return [...text.matchAll(pattern)].map(([all, a = "", b = "", c = ""]) => [all, a, b, c]);
}

/** `certificate show` of `certificate show REF --json`. */
function verbOf(line: string): string {
  return (
    /^(?:(?:certificate|account|ledger|notification|policy|profile|redis|template|key|user|webhook|queue) )?[a-z-]+/.exec(
      line,
    )?.[0] ?? line
  );
}

function leadsSomewhere(link: string, page: string): boolean {
  const [path = "", anchor] = link.split("#");
  const file = path === "" ? page : join(dirname(page), path);
  if (!existsSync(join(root, file))) return false;
  return anchor === undefined || anchorsOf(read(file)).includes(anchor);
}

/** As GitHub makes them from headings. */
function anchorsOf(page: string): string[] {
  return matches(page, /^#+ (.+)$/gm).map(([, heading]) =>
    heading
      .toLowerCase()
      .replace(/[^\p{L}\p{N} _-]/gu, "")
      .replaceAll(" ", "-"),
  );
}

function sorted(names: readonly string[]): string[] {
  return [...names].sort();
}
