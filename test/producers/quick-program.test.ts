// Promise: a verb loads what it needs and nothing else, counted; and what starts quickly has the same verbs as the whole.
import { execFile } from "node:child_process";
import { readFile } from "node:fs/promises";
import { join, resolve } from "node:path";
import { promisify } from "node:util";
import { expect, test } from "vitest";
import { FILES, STATUSES } from "../../src/producers/cli/certificate/commands.ts";
import { STEPS } from "../../src/producers/cli/policy/commands.ts";
import { QUICK, quickProgram, STARTS } from "../../src/producers/quick-program.ts";
import { statuses } from "../../src/shared/certificate/certificate.ts";
import { fileNames } from "../../src/shared/delivery/files.ts";
import { steps } from "../../src/shared/forecast/tally.ts";
import { bareEnv } from "../support/process.ts";
import { commandsOf, emptyProgram } from "../support/program.ts";
import { quickFolder } from "../support/quick-folder.ts";

const root = resolve(import.meta.dirname, "../..");
const notes = join(root, "test/support/loaded-modules.mjs");

/** What the program loads, packages by their names and our files by their paths; it runs as people run it. */
async function loadedBy(...words: string[]): Promise<string[]> {
  const list = join(quickFolder(), `loaded-${words.join("-").replace(/\W+/g, "-")}`);
  const env = { ...bareEnv(), HOME: quickFolder(), LOADED_MODULES: list };
  await promisify(execFile)(process.execPath, ["--import", notes, join(root, "src/main.ts"), ...words], { env }).catch(
    () => undefined, // no gateway is there: the exit code says so
  );
  const addresses = (await readFile(list, "utf8")).split("\n");
  return addresses.map(
    (each) => /.*\/node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(each)?.[1] ?? each.replace(/.*\/src\//, ""),
  );
}

const HEAVY = /^(bullmq|ioredis|fastify|zod|yaml|liquidjs|@peculiar\/|@opentelemetry\/|libphonenumber-js|csv-)/;

test("--version loads a handful of modules; a verb over HTTP loads no Redis, no queue, no schema library; one over Redis no BullMQ.", async () => {
  const [version, list, show] = [
    await loadedBy("--version"),
    await loadedBy("certificate", "show", "bill-1", "--url", "http://127.0.0.1:2"),
    await loadedBy("certificate", "list"),
  ];

  expect(version.length).toBeLessThanOrEqual(25);
  expect(list.length).toBeLessThanOrEqual(45);
  expect([...version, ...list].filter((each) => HEAVY.test(each))).toEqual([]);
  expect(show.filter((each) => /^(bullmq|fastify|liquidjs|@opentelemetry\/|csv-)/.test(each))).toEqual([]);
});

test("What starts quickly is registered as in the whole command line, and the words of the help are those of the fleet.", async () => {
  const whole = emptyProgram();
  const outside = { version: "0", context: { env: {}, root }, answer: () => Promise.resolve(), stdin: process.stdin };
  const namesIn = (program: Parameters<typeof commandsOf>[0], noun: string) =>
    commandsOf(program.commands.find((each) => each.name() === noun) ?? program).map((each) => each.name());

  for (const noun of Object.keys(QUICK)) {
    const quick = await quickProgram(["--url", "http://certificate", noun, "x"], outside);
    expect(quick && namesIn(quick, noun), noun).toEqual(namesIn(whole, noun));
  }
  for (const verb of STARTS) {
    const quick = await quickProgram([verb, "open"], outside, {} as never);
    expect(quick?.commands.find((each) => each.name() === verb)?.helpInformation()).toBe(
      whole.commands.find((each) => each.name() === verb)?.helpInformation(),
    );
  }
  expect(await quickProgram(["help", "certificate"], outside)).toBeUndefined();
  expect(await quickProgram(["ledger", "status"], outside)).toBeUndefined();
  expect([STATUSES, FILES, STEPS]).toEqual([[...statuses], fileNames, [...steps]]);
});
