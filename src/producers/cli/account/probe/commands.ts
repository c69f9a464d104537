// Registers `account probe` and `account replay`. eNom is asked by the workers' part, which is handed in.
import type { Command } from "commander";
import type { ProgramContext } from "../../own-redis.ts";
import type { PrintResult } from "../../terminal.ts";
import { type Json, resultVerb, wholeNumber } from "../../verbs.ts";
import type { AskPerson } from "./buy.ts";
import type { ProbeAsked, ProbeCommands } from "./verb.ts";

export type ProbeVerbs = ProbeCommands;

interface Outside {
  context: ProgramContext;
  answer: PrintResult;
  /** Asks the person at the terminal; undefined where there is none. */
  findAsk: () => Promise<AskPerson>;
}

const EXAMPLE = `account probe main
account probe main --html first-contact.html --answers answers
account probe main --buy Certificate-RapidSSL-RapidSSL --domain trial.example.com --confirm`;

export function registerProbeCommands(
  account: Command,
  { context, answer, findAsk }: Outside,
  load: () => Promise<ProbeVerbs>,
): void {
  resultVerb(account, "probe <id>", {
    does: "ask eNom harmless questions and tell what the fleet would not understand",
    example: EXAMPLE,
  })
    .option("--html <file>", "write the report as a page, too")
    .option("--answers <folder>", "the new folder for the masked answers")
    .option("--mask-domains", "mask the names of domains in the answers, too")
    .option("--buy <service>", "then buy one certificate for real, step by step; needs --domain and --confirm")
    .option("--domain <name>", "with --buy: the name it is for; its owner must approve it")
    .option("--confirm", "with --buy: yes, spend the money")
    .option("--despite-differences", "with --buy: although the probe found differences that matter")
    .option("--years <count>", "with --buy: the paid term", wholeNumber)
    .option("--approver <how>", "with --buy: dns, file, or the e-mail address of an approver")
    .option("--csr <file>", "with --buy: your own CSR; without it one is made, and its key is forgotten")
    .option("--contact <file>", "with --buy: the contact (JSON, as contacts.admin of an order)")
    .option("--reference <name>", "with --buy: the order's name; another one buys another certificate")
    .action((id: string, { json = false, ...options }: ProbeAsked & Json) =>
      answer({ json }, async () => {
        const [{ probeVerb }, verbs, ask] = await Promise.all([import("./verb.ts"), load(), findAsk()]);
        return probeVerb(context, id, options, { ...verbs, ask });
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
