// Registers `certfleet account`. eNom is asked, and purchases are switched, by the workers' parts, which are handed in.
import { text } from "node:stream/consumers";
import { Argument, type Command } from "commander";
import type { PurchasesSwitched } from "../../../shared/account/ledger-reports.ts";
import { failure } from "../../../shared/base/result.ts";
import type { Verb } from "../money.ts";
import type { ProgramContext } from "../own-redis.ts";
import type { Answer } from "../terminal.ts";
import { type Json, resultVerb, sentence } from "../verbs.ts";
import type { AddNeeds, AddOptions } from "./add.ts";
import type { Stdin } from "./add-terminal.ts";
import type { Balance, Check } from "./results.ts";

/** What the workers do for these verbs. */
export interface AccountCommands {
  checkAccounts: (env: NodeJS.ProcessEnv, ...asked: CheckAsked) => Promise<Check[]>;
  readBalances: (env: NodeJS.ProcessEnv, id?: string) => Promise<Balance[]>;
  askFleetToCheck: (env: NodeJS.ProcessEnv, ids: readonly string[]) => Promise<string[]>;
}
type CheckAsked = [id?: string, file?: Parameters<AddNeeds["check"]>[2]];

export interface PurchaseSwitch {
  purchases: Verb<{ account?: string | undefined; to: "on" | "off"; reason: string }, PurchasesSwitched[]>;
}

interface Outside {
  place: ProgramContext;
  answer: Answer;
  stdin: Stdin;
  /** Where certfleet.schema.json lies. */
  schema: string;
}

const ADD_EXAMPLE = `account add
account add --yes --id eu --username reseller --password-env ENOM_PASSWORD --department ssl@provider.example --minimum-balance 50.00`;

export function registerAccountCommands(
  program: Command,
  { place, answer, stdin, schema }: Outside,
  load: { account: () => Promise<AccountCommands>; ledger: () => Promise<PurchaseSwitch> },
): void {
  const account = program.command("account").description("the eNom accounts");

  resultVerb(account, "list", { does: "the accounts as the workers last saw them", example: "account list" }).action(
    (options: Json) =>
      answer(options, async () => {
        const [{ listAccounts }, { withFleet }] = await Promise.all([import("./results.ts"), import("../fleet.ts")]);
        return withFleet(place, listAccounts);
      }),
  );

  resultVerb(account, "check [id]", {
    does: "prove connection, login and address at eNom, now",
    example: "account check main",
  }).action((id: string | undefined, options: Json) =>
    answer(options, async () => {
      const [{ checkAccounts, askFleetToCheck }, { checkResult }, env] = await loaded();
      const checks = await checkAccounts(env, id);
      const looked = checks.map((each) => each.account);
      return checkResult(checks, { id, file: await fileOf(env) }, await askFleetToCheck(env, looked));
    }),
  );

  resultVerb(account, "balance [id]", { does: "ask eNom what can be spent, now", example: "account balance" }).action(
    (id: string | undefined, options: Json) =>
      answer(options, async () => {
        const [{ readBalances }, { balanceResult }, env] = await loaded();
        return balanceResult(await readBalances(env, id), { id, file: await fileOf(env) });
      }),
  );

  resultVerb(account, "purchases", {
    does: "switch purchases on or off, of one account or all",
    example: 'account purchases off main --reason "eNom audits our account"',
  })
    .addArgument(new Argument("<switch>", "what they shall be").choices(["on", "off"]))
    .argument("[account]", "the account; all of them when left out")
    .requiredOption("--reason <text>", "why; kept in the ledger", sentence(500))
    .action((to: "on" | "off", id: string | undefined, { reason, ...options }: Json & { reason: string }) =>
      answer(options, async () => {
        const [{ purchases }, { switchResult }, { withMoney }] = await Promise.all([
          load.ledger(),
          import("./results.ts"),
          import("../money.ts"),
        ]);
        const switched = await withMoney(place, (asked) => purchases(asked, { account: id, to, reason }));
        return switchResult(switched, { to, account: id });
      }),
    );

  resultVerb(account, "add", {
    does: "add an eNom login to the configuration file, by a wizard or by options; the connection is checked first",
    example: ADD_EXAMPLE,
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
    .action(({ json = false, ...options }: AddOptions & Json) => answer({ json }, () => add(options)));

  async function add(options: AddOptions) {
    const [{ addAccount }, { findPerson, isStopped }, { checkAccounts: check }] = await Promise.all([
      import("./add.ts"),
      import("./add-terminal.ts"),
      load.account(),
    ]);
    const person = findPerson(stdin, process.stderr);
    try {
      return await addAccount(options, { place, schema, person, readStdin: () => text(stdin), check });
    } catch (error) {
      if (isStopped(error)) return failure("failed", "Stopped. Nothing is written.");
      throw error;
    }
  }

  async function loaded() {
    const { withOwnFleetIfAny } = await import("../own-redis.ts");
    return Promise.all([load.account(), import("./results.ts"), withOwnFleetIfAny(place)]);
  }
}

async function fileOf(env: NodeJS.ProcessEnv): Promise<string> {
  const { fleetFilePath } = await import("../../../shared/config/fleet-file.ts");
  return fleetFilePath(env);
}
