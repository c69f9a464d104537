// The command line with the one noun that the words name: a verb starts without the modules of all others. What it does not know
// is for `command-line.ts`, which has everything.
import type { Command } from "commander";
import type { Processes } from "./cli/process/commands.ts";
import { bareProgram } from "./cli/program.ts";
import type { Outside, WorkerCommands } from "./command-line.ts";

/** What the workers do for the verbs of these nouns; loaded when one of those is called. */
type Loads = Pick<WorkerCommands, "moving">;
type Register = (program: Command, outside: Outside, loads: Loads) => Promise<void>;

const NOTHING: Loads = { moving: () => Promise.reject(new Error("nothing of the workers was handed in")) };

/** Those that people and scripts call all the time, and that need nothing of the workers. A test compares them with the whole. */
export const QUICK: Readonly<Record<string, Register>> = {
  certificate: async (program, { context, answer }, { moving }) => {
    const [{ registerCertificateCommands }, { registerMoving }] = await Promise.all([
      import("./cli/certificate/commands.ts"),
      import("./cli/moving/commands.ts"),
    ]);
    registerMoving(registerCertificateCommands(program, context, answer), { context, answer }, moving);
  },
  policy: async (program, { context, answer }) =>
    (await import("./cli/policy/commands.ts")).registerPolicyCommands(program, context, answer),
  notification: async (program, { context, answer }) =>
    (await import("./cli/notification/commands.ts")).registerNotificationCommands(program, context, answer),
  queue: async (program, { context, answer }) =>
    (await import("./cli/queue/commands.ts")).registerQueueCommands(program, context, answer),
  customer: async (program, { context, answer }) =>
    (await import("./cli/customer/commands.ts")).registerCustomerCommands(program, context, answer),
  profile: async (program, outside) =>
    (await import("./cli/profile/commands.ts")).registerProfileCommands(program, outside),
  key: async (program, { context, answer }) =>
    (await import("./cli/key/commands.ts")).registerKeyCommands(program, context, answer),
};

/** What a machine starts by itself, and again after each fall. */
export const STARTS: readonly string[] = ["start", "up", "gateway", "worker"];

/** Undefined where the whole command line is needed: for its help, for other nouns, for words that it may not know. */
export async function quickProgram(
  words: readonly string[],
  outside: Outside,
  processes?: Processes,
  loads: Loads = NOTHING,
): Promise<Command | undefined> {
  if (words.length === 1 && (words[0] === "--version" || words[0] === "-V"))
    return bareProgram(outside.version, outside.context);
  const noun = nounIn(words);
  if (noun !== undefined && STARTS.includes(noun) && processes) {
    const program = bareProgram(outside.version, outside.context);
    (await import("./cli/process/commands.ts")).registerProcesses(program, processes);
    return program;
  }
  const register = noun === undefined || !Object.hasOwn(QUICK, noun) ? undefined : QUICK[noun];
  if (!register) return undefined;
  const program = bareProgram(outside.version, outside.context);
  await register(program, outside, loads);
  return program;
}

/** The first word that is no option of the program, and no value of one. */
function nounIn(words: readonly string[]): string | undefined {
  for (let at = 0; at < words.length; at++) {
    const word = words[at] ?? "";
    if (word === "--url" || word === "--profile") at++;
    else if (!word.startsWith("-")) return word;
  }
  return undefined;
}
