// What all commands share: how a verb looks in the help, its common options, and how its arguments are read.
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { unseenFault } from "../../shared/base/text/unseen.ts";
import type { JobName } from "../../shared/queue/jobs.ts";
import { FORMATS } from "./printed.ts";
import type { Shape } from "./terminal.ts";

/** The option that every verb with a result has; what lists or shows has the others, too. */
export type Json = Shape;

/** As in src/shared/queue/jobs.ts, which loads too much for a help text; a test holds them together. */
export const QUEUES: JobName[] = ["open", "reissue", "notify", "balance-poll", "webhook"];

/** `usage`: `<queue>` or `<queue...>`. */
export function queueArgument(usage: string, description: string): Argument {
  return new Argument(usage, description).choices(QUEUES);
}

interface About {
  does: string;
  example: string;
  /** Not in the list of its noun: another name of a verb that is. */
  isHidden?: boolean;
}

/** A verb with its line in the help and an example of its use, written without the program's name. */
export function verb(parent: Command, usage: string, about: About): Command {
  return parent
    .command(usage, { hidden: about.isHidden ?? false })
    .description(about.does)
    .addHelpText("after", `\nExample:\n  $ certfleet ${about.example.replaceAll("\n", "\n  $ certfleet ")}`);
}

/** A verb that prints a result. */
export function resultVerb(parent: Command, usage: string, about: About): Command {
  return verb(parent, usage, about).option("--json", "print the result as JSON");
}

/** A verb that lists or shows things. */
export function listVerb(parent: Command, usage: string, about: About): Command {
  const formats = new Option("-o, --output <format>", "how it is printed").choices(FORMATS).default("table");
  const made = verb(parent, usage, about).addOption(formats);
  return made.addOption(new Option("--json", "the same as -o json").implies({ output: "json" }));
}

/** One that can go on and on. */
export function watchable(made: Command): Command {
  return made.addOption(
    new Option("--watch [seconds]", "look again and again, until Ctrl-C").preset("2").argParser(wholeNumber),
  );
}

const AFAR = new WeakSet<Command>();

/** Works over HTTP, too. */
export function fromAfar(made: Command): Command {
  AFAR.add(made);
  return made;
}

export function worksFromAfar(made: Command): boolean {
  return AFAR.has(made);
}

/** Throws what commander shows as wrong usage. */
export function wholeNumber(text: string): number {
  const number = Number(text);
  if (/^\d+$/.test(text) && number >= 1 && Number.isSafeInteger(number)) return number;
  throw new InvalidArgumentError("It must be a whole number from 1.");
}

/** A date (its first moment, UTC) or a time of RFC 3339. */
export function time(text: string): Date {
  const read = new Date(text);
  if (/^\d{4}-\d{2}-\d{2}(T.+(Z|[+-]\d{2}:\d{2}))?$/.test(text) && !Number.isNaN(read.getTime())) return read;
  throw new InvalidArgumentError("It must be a date such as 2026-10-19, or a time such as 2026-10-19T12:00:00Z.");
}

/** One line for the timeline, as long as HTTP takes it. */
export function sentence(longest: number): (text: string) => string {
  return (text) => {
    const trimmed = text.trim();
    const fault = unseenFault(trimmed);
    if (fault !== undefined) throw new InvalidArgumentError(`It ${fault}.`);
    if (trimmed.length >= 1 && trimmed.length <= longest) return trimmed;
    throw new InvalidArgumentError(`It must have 1 to ${longest} characters.`);
  };
}
