// Plays many stories, each in a world of its own, and judges each by eNom's books; a story that fails is made short and told.
import fc from "fast-check";
import { checkEnd } from "./final-check.ts";
import { type Happening, setUps, stories } from "./happenings.ts";
import { heal } from "./healing.ts";
import { play } from "./play.ts";
import { inRun, type SetUp, startWith } from "./run.ts";
import type { Stage } from "./stage.ts";
import { checkLedger } from "./steady-check.ts";

/** Making a failed story shorter ends then, however short it is. */
const SHRINK_MS = 180_000;

/** Runs of this process: `PROVE_RUNS` in both halves together, from `PROVE_SEED` on; with `PROVE_PATH` one story is seen again. */
export function wantedRuns(env: NodeJS.ProcessEnv): { runs: number; seed: number; path: string | undefined } {
  const { PROVE_RUNS = "100", PROVE_SEED = "20260315", PROVE_PATH: path } = env;
  return { runs: Math.ceil(Number(PROVE_RUNS) / 2), seed: Number(PROVE_SEED), path };
}

/** What a run had to say against the fleet; empty when all is well. */
export function faultsOf(stage: Stage, setUp: SetUp, story: readonly Happening[]): Promise<string[]> {
  return inRun(stage, setUp, async (run) => {
    startWith(run, setUp);
    for (const happening of story) {
      await play(run, happening);
      await checkLedger(run);
      if (run.faults.length > 0) return run.faults;
    }
    await heal(run);
    await checkEnd(run);
    return run.faults;
  });
}

/** @throws Error with the shortest failing story, what was wrong at its end, and how to see it again */
export async function prove(
  stage: Stage,
  { runs, seed, path }: { runs: number; seed: number; path?: string | undefined },
): Promise<void> {
  const property = fc.asyncProperty(setUps, stories, async (setUp, story) => {
    const faults = await faultsOf(stage, setUp, story);
    if (faults.length > 0) throw new Error(faults.join("\n"));
  });
  const found = await fc.check(property, { numRuns: runs, seed, endOnFailure: true, ...(path && { path }) });
  if (!found.failed) return;
  const failing = found.counterexamplePath ?? "";
  const shorter = await fc.check(property, { seed, path: failing, interruptAfterTimeLimit: SHRINK_MS });
  throw new Error(tell(shorter.counterexample ? shorter : found, failing));
}

type Found = Pick<
  fc.RunDetails<[SetUp, Happening[]]>,
  "seed" | "counterexample" | "counterexamplePath" | "errorInstance"
>;

function tell({ seed, counterexample, counterexamplePath, errorInstance }: Found, first: string): string {
  const [setUp, story = []] = counterexample ?? [];
  const lines = [setUp, ...story].map((each) => `  ${JSON.stringify(each)}`);
  const again = (path: string): string => `PROVE_SEED=${seed} PROVE_PATH=${path} npm run prove`;
  const why = errorInstance instanceof Error ? errorInstance.message : String(errorInstance);
  return [
    why,
    "The story:",
    ...lines,
    `Again: ${again(counterexamplePath ?? first)}`,
    `As it was found: ${again(first)}`,
  ].join("\n");
}
