// Registers `certfleet account add`. eNom is asked by the workers' part, which is handed in.
import { text } from "node:stream/consumers";
import type { Command } from "commander";
import { failure } from "../../../shared/base/result.ts";
import type { Answer } from "../terminal.ts";
import { resultVerb } from "../verbs.ts";
import type { AddNeeds, AddOptions } from "./add.ts";
import type { Stdin } from "./add-terminal.ts";

const EXAMPLE = `account add
account add --yes --id eu --username reseller --password-env ENOM_PASSWORD --department ssl@provider.example --minimum-balance 50.00`;

export function registerAccountAdd(
  account: Command,
  { place, schema, stdin, answer }: Pick<AddNeeds, "place" | "schema"> & { stdin: Stdin; answer: Answer },
  loadCheck: () => Promise<AddNeeds["check"]>,
): void {
  resultVerb(account, "add", {
    does: "add an eNom login to the configuration file, by a wizard or by options; the connection is checked first",
    example: EXAMPLE,
  })
    .option("--id <id>", "its name in orders and commands; never changes its meaning")
    .option("--api-url <url>", "eNom's interface")
    .option("--username <name>", "user in the ENOM system")
    .option("--password-env <name>", "the environment variable (or NAME_FILE) that has the password")
    .option("--password-file <path>", "the file that has the password")
    .option("--password-stdin", "the password itself, from standard input; it is written into the configuration file")
    .option("--data-center <id>", "only orders of this data center, or of none")
    .option("--name <text>", "shown to people")
    .option("--department <address>", "the mail address that gets its tasks")
    .option("--sort <number>", "the lowest is used first")
    .option("--minimum-balance <amount>", "what must stay on the account to purchase services")
    .option("--currency <code>", "of the balance")
    .option("--yes", "ask nothing, take the presets")
    .option("--skip-check", "do not ask eNom")
    .option("--keep-on-failure", "write it although eNom did not accept it")
    .action(({ json = false, ...options }: AddOptions & { json?: boolean }) =>
      answer({ json }, async () => {
        const [{ addAccount }, { findPerson, isStopped }] = await Promise.all([
          import("./add.ts"),
          import("./add-terminal.ts"),
        ]);
        const person = findPerson(stdin, process.stderr);
        const needs = { place, schema, person, readStdin: () => text(stdin), check: await loadCheck() };
        try {
          return await addAccount(options, needs);
        } catch (error) {
          if (isStopped(error)) return failure("failed", "Stopped. Nothing is written.");
          throw error;
        }
      }),
    );
}
