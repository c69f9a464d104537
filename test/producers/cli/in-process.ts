// The command line without a process of its own: the same words, the same output and exit code, and no program to load.
import { resolve } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { CommanderError } from "commander";
import type { Processes } from "../../../src/producers/cli/process/commands.ts";
import { answerOn, failureOf } from "../../../src/producers/cli/terminal.ts";
import { buildProgram, type WorkerCommands } from "../../../src/producers/command-line.ts";
import { exitCodes } from "../../../src/shared/base/result.ts";
import { commandsOf } from "../../support/program.ts";

export interface Said {
  code: number | null;
  stdout: string;
  stderr: string;
}

const ROOT = resolve(import.meta.dirname, "../../..");
/** These are processes, or read and write the streams of their process themselves. */
const NEED_A_PROCESS = ["start", "up", "gateway", "worker", "doctor", "init", "backup", "restore", "drill"];

const elsewhere = () => Promise.reject(new Error("this verb needs a process of its own"));
const processes: Processes = {
  start: elsewhere,
  up: elsewhere,
  gateway: elsewhere,
  worker: elsewhere,
  drill: elsewhere,
};
const workers: WorkerCommands = {
  account: () => import("../../../src/workers/commands/account.ts"),
  ledger: () => import("../../../src/workers/commands/ledger.ts"),
  audit: () => import("../../../src/workers/commands/audit/verify.ts"),
  doctor: elsewhere,
  backup: elsewhere,
  moving: () => import("../../../src/workers/moving/verbs.ts"),
};

/** Whether these words mean the same in this process: no options before the verb, nothing read from standard input. */
export function canRunHere(words: readonly string[]): boolean {
  const [noun = "", name] = words;
  const isStreamed = words.includes("-") || (noun === "audit" && name === "export");
  return /^[a-z]/.test(noun) && !NEED_A_PROCESS.includes(noun) && !isStreamed;
}

/** As src/main.ts runs them. */
export async function runHere(words: readonly string[], env: NodeJS.ProcessEnv): Promise<Said> {
  const [out, err, stdin] = [new PassThrough(), new PassThrough(), new PassThrough()];
  const said = Promise.all([text(out), text(err)]);
  stdin.end();
  let code: number | null = 0;
  const exit = (ending: number): void => {
    code = ending;
  };
  const answer = answerOn({ out, err, debug: false, exit });
  const program = buildProgram(
    { version: "0", context: { env, root: ROOT }, answer, stdin: Object.assign(stdin, { isTTY: false }) as never },
    { processes, workers },
  );
  for (const each of commandsOf(program))
    each.configureOutput({ writeOut: (words) => void out.write(words), writeErr: (words) => void err.write(words) });
  try {
    await program.parseAsync(words, { from: "user" });
  } catch (error) {
    if (error instanceof CommanderError) exit(error.exitCode === 0 ? exitCodes.done : exitCodes.usage);
    else await answer({}, () => failureOf(error, false));
  }
  out.end();
  err.end();
  const [stdout, stderr] = await said;
  return { code, stdout, stderr };
}
