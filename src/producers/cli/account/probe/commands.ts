// Registers `account probe` and `account replay`. eNom is asked by the workers' part, which is handed in.
import type { Command } from "commander";
import type { ProgramContext } from "../../own-redis.ts";
import type { PrintResult } from "../../terminal.ts";
import { type Json, resultVerb } from "../../verbs.ts";
import type { ProbeAsked, ProbeCommands } from "./verb.ts";

export type ProbeVerbs = ProbeCommands;

interface Outside {
  context: ProgramContext;
  answer: PrintResult;
}

const EXAMPLE = `account probe main
account probe main --html first-contact.html --answers answers`;

export function registerProbeCommands(
  account: Command,
  { context, answer }: Outside,
  load: () => Promise<ProbeVerbs>,
): void {
  resultVerb(account, "probe <id>", {
    does: "ask eNom harmless questions and tell what the fleet would not understand",
    example: EXAMPLE,
  })
    .option("--html <file>", "write the report as a page, too")
    .option("--answers <folder>", "the new folder for the masked answers")
    .option("--mask-domains", "mask the names of domains in the answers, too")
    .action((id: string, { json = false, ...options }: ProbeAsked & Json) =>
      answer({ json }, async () => {
        const [{ probeVerb }, verbs] = await Promise.all([import("./verb.ts"), load()]);
        return probeVerb(context, id, options, verbs);
      }),
    );

  resultVerb(account, "replay <folder>", {
    does: "read recorded answers again, without eNom and without Redis",
    example: "account replay certfleet-probe-main-20261130T204105Z",
  })
    .option("--html <file>", "write the report as a page, too")
    .action((folder: string, { json = false, ...options }: Pick<ProbeAsked, "html"> & Json) =>
      answer({ json }, async () => {
        const [{ replayVerb }, verbs] = await Promise.all([import("./verb.ts"), load()]);
        return replayVerb(folder, options, verbs);
      }),
    );
}
