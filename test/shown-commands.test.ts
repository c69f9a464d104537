// Promise: a command that the fleet tells people to run can be pasted: the real program takes it as it stands.
import { globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { CommanderError } from "commander";
import { expect, test } from "vitest";
import { attentionCodes } from "../src/shared/base/codes.ts";
import { nextStep } from "../src/shared/certificate/attention.ts";
import { emptyProgram } from "./support/program.ts";

const root = join(import.meta.dirname, "..");
const codes = attentionCodes;
const documents = globSync("{*.md,docs/**/*.md}", { cwd: root }).filter((page) => shownIn(page).length > 0);

test.for(codes)("The next step of %s has no command that the program would refuse.", async (code) => {
  const next = nextStep(code, "bill-1001");

  const commands = commandsIn(next);

  for (const command of commands) expect(await refusalOf(command)).toBeUndefined();
  expect(commands.length > 0).toBe(/--[a-z]|certfleet [a-z]/.test(next));
});

test("Whoever must decide is told of a decision with its reason, in a command of one line.", () => {
  const deciding = codes.map((code) => nextStep(code, "bill-1001")).filter((next) => next.includes(" resolve "));

  expect(deciding.length).toBeGreaterThan(6);
  for (const next of deciding)
    expect(commandsIn(next).find((each) => each.includes(" resolve "))).toMatch(
      /^certfleet certificate resolve bill-1001 --[a-z-]+.* --reason "[^"]+"$/,
    );
});

test("A next step fits into its mail for the longest reference that an order may have.", () => {
  for (const code of codes) expect(nextStep(code, "r".repeat(64)).length, code).toBeLessThanOrEqual(500);
});

test.for(documents)("%s shows no command that the program would refuse.", async (document) => {
  for (const command of shownIn(document)) expect(await refusalOf(command), command).toBeUndefined();
});

test("The README, the runbook and the pages about orders and money show commands.", () => {
  expect(documents).toEqual(expect.arrayContaining(["README.md", "docs/runbook.md", "docs/reference/http-api.md"]));
  expect(documents.length).toBeGreaterThan(8);
});

test("No mail shows a command that the program would refuse, in any language.", async () => {
  const mails = globSync("templates/*/*.{txt,html}", { cwd: root }).map((file) =>
    readFileSync(join(root, file), "utf8"),
  );
  const shown = mails.flatMap(
    (words) => words.match(/certfleet (?:certificate|ledger) (?:"[^"\n]*"|\{\{|[^"\n{])*/g) ?? [],
  );

  expect(shown.length).toBeGreaterThan(10);
  for (const words of shown) {
    const command = words
      .replace("{{ beforeDays }}", "10")
      .replace(/\{\{.*?\}\}|(?<=(?:explain|policy) )$/g, "bill-1001");
    expect(await refusalOf(command), command).toBeUndefined();
  }
});

/** As attention.ts writes them: up to the semicolon, or the end. */
function commandsIn(next: string): string[] {
  return next.match(/certfleet [a-z](?:"[^"]*"|[^";])*/g) ?? [];
}

/** The whole commands of a page. */
function shownIn(page: string): string[] {
  const shown = readFileSync(join(root, page), "utf8").matchAll(/bin\/certfleet ([a-z][^`\n|#;]*[^`\n|#; ])/g);
  return [...shown].map(([, words = ""]) => `certfleet ${words}`).filter(isWhole);
}

/** Those that are said in parts (a noun without its verb, `…`) are no commands. */
function isWhole(command: string): boolean {
  const isCut = command.replace(/"[^"]*"/g, "").includes("…");
  return !isCut && !/^certfleet (account|certificate|ledger|notification|policy|template)$/.test(command);
}

/** What the program says against a command, read by its own words without doing anything; undefined: it takes it. */
async function refusalOf(command: string): Promise<string | undefined> {
  const [name, ...words] = [...command.matchAll(/(?:"[^"]*"|[^\s"])+/g)].map(([word]) =>
    filledIn(word.replaceAll('"', "")),
  );
  expect(name).toBe("certfleet");
  try {
    await emptyProgram().parseAsync(words, { from: "user" });
    return undefined;
  } catch (error) {
    if (error instanceof CommanderError) return error.message;
    throw error;
  }
}

/** Placeholders, as a reader would fill them in. */
function filledIn(word: string): string {
  const PLACES: Record<string, string> = { REF: "bill-1001", CERTID: "900123", ACC: "main", ACCOUNT: "main" };
  return PLACES[word] ?? word;
}
