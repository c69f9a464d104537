// The options of verbs that change one certificate or many, and the way to the many.
import { type Command, InvalidArgumentError } from "commander";
import { failure, type Result } from "../../../shared/base/result.ts";
import type { ProgramContext } from "../own-redis.ts";
import { findGateway } from "../target.ts";
import { wholeNumber } from "../verbs.ts";
import type { Wanted } from "./actions.ts";
import type { ChangeDoor } from "./door.ts";

export interface ManyOptions {
  where: string[];
  all?: boolean;
  dryRun?: boolean;
  expect?: number;
  yes?: number;
  run?: string;
  rate: number;
}

/** So that eNom and the workers are not flooded by one word. */
const RATE = 10;

export function withMany(made: Command): Command {
  return made
    .option("--where <conditions>", "many: all that fit, such as status=issued domain=*.example.com", also, [])
    .option("--all", "many: every certificate there is")
    .option("--dry-run", "many: show what would be done, and what it costs")
    .option("--expect <count>", "many: do it, if so many certificates fit", wholeNumber)
    .option("--yes <count>", "the same as --expect", wholeNumber)
    .option("--run <id>", "many: go on with a run that was ended", runId)
    .option("--rate <count>", "many: at most so many a second", wholeNumber, RATE);
}

function also(text: string, before: string[]): string[] {
  return [...before, text];
}

function runId(text: string): string {
  if (/^[0-9a-f-]{8,40}$/.test(text)) return text;
  throw new InvalidArgumentError("It must be the id that the run printed.");
}

/** Undefined: one certificate is meant. */
export function manyOf(reference: string | undefined, options: ManyOptions): ManyOptions | Result | undefined {
  const isMany = options.where.length > 0 || options.all || options.run !== undefined;
  if (reference !== undefined && isMany)
    return failure("usage", "Give a reference, or --where, --all or --run, not both.");
  if (reference !== undefined) {
    const alone = options.dryRun ? "--dry-run" : (options.expect ?? options.yes) !== undefined ? "--expect" : undefined;
    return alone === undefined ? undefined : failure("usage", `${alone} goes with --where or --all.`);
  }
  if (!isMany) return failure("usage", "Give a reference, or say which certificates: --where CONDITIONS, or --all.");
  if (options.expect !== undefined && options.yes !== undefined && options.expect !== options.yes)
    return failure("usage", "--expect and --yes say different numbers.");
  return options;
}

/** On the fleet's Redis, or at a gateway. @throws Error of wrong usage */
export async function throughMany(
  context: ProgramContext,
  many: ManyOptions,
  { wanted, json }: { wanted: Wanted; json: boolean | undefined },
): Promise<Result> {
  const [{ changeMany }, { findPerson, isStopped }] = await Promise.all([
    import("./change-many.ts"),
    import("../account/add-terminal.ts"),
  ]);
  const { stdin, stdout: out, stderr: err } = process;
  const person = json ? undefined : findPerson(stdin, err);
  const ask = person && ((label: string, check: (text: string) => string | undefined) => person.text({ label, check }));
  const { where, all, dryRun, run, rate } = many;
  const asked = { where, all, dryRun, run, rate, json, expect: many.expect ?? many.yes };
  try {
    return await withDoor(context, (door) => changeMany(asked, wanted, door, { out, err, ask }));
  } catch (error) {
    if (isStopped(error)) return failure("failed", "Nothing was done.");
    throw error;
  }
}

async function withDoor(context: ProgramContext, work: (door: ChangeDoor) => Promise<Result>): Promise<Result> {
  const gateway = await findGateway(context);
  if (gateway) {
    const [{ callTo }, { afarDoor }] = await Promise.all([import("../port/http-call.ts"), import("./afar.ts")]);
    return work(afarDoor(callTo(gateway)));
  }
  const [{ withFleet }, { nearDoor }] = await Promise.all([import("../fleet.ts"), import("./door.ts")]);
  return withFleet(context, (fleet) => work(nearDoor(fleet)));
}
