// Documents without number that look like eNom's, and the promise that none of them misleads.
import fc from "fast-check";
import { expect, test } from "vitest";
import { originals } from "./documents.ts";
import { bentAnswers } from "./fuzz.ts";
import { judge } from "./judge.ts";

/** FUZZ_RUNS tries more, each time others; FUZZ_SEED repeats what a failure reported. */
const { FUZZ_RUNS, FUZZ_SEED } = process.env;
const runs = Number(FUZZ_RUNS ?? 1_000);
const seed = Number(FUZZ_SEED ?? (FUZZ_RUNS ? Math.floor(Math.random() * 2 ** 31) : 1_873_13));

const timeout = 60_000 + runs * 20;

test(`of ${runs} bent answers (FUZZ_SEED=${seed}) none is taken for what it does not say`, { timeout }, async () => {
  const ends = new Map<string, number>();
  const property = fc.asyncProperty(bentAnswers(await originals()), async (bent) => {
    const end = await judge(bent);
    ends.set(end, (ends.get(end) ?? 0) + 1);
  });

  await fc.assert(property, { numRuns: runs, seed });

  const all = ["Refused", "Unavailable", "Uncertain", "bought", "ordered", "rejected", "success", "unknown"];
  expect([...ends.keys()].sort(), "the bent answers end in every way there is").toEqual(all);
});
