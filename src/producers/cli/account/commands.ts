// Registers `certfleet account`. eNom is asked, and purchases are switched, by the workers' parts, which are handed in.
import { text } from "node:stream/consumers";
import { Argument, type Command } from "commander";
import type { PurchasesSwitched } from "../../../shared/account/ledger-reports.ts";
import { failure } from "../../../shared/base/result.ts";
import type { Verb } from "../money.ts";
import type { ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { fromAfar, type Json, listVerb, resultVerb, sentence, watchable } from "../verbs.ts";
import type { AddNeeds, AddOptions } from "./add.ts";
import type { Stdin } from "./add-terminal.ts";
import { type ProbeVerbs, registerProbeCommands } from "./probe/commands.ts";
import type { Balance, Check } from "./results.ts";
import { registerShadowCommands } from "./shadow-commands.ts";

/** What the workers do for these verbs. */
export interface AccountCommands extends ProbeVerbs {
  checkAccounts: (env: NodeJS.ProcessEnv, ...asked: CheckAsked) => Promise<Check[]>;
  readBalances: (env: NodeJS.ProcessEnv, id?: string) => Promise<Balance[]>;
  askFleetToCheck: (env: NodeJS.ProcessEnv, ids: readonly string[]) => Promise<string[]>;
}
type CheckAsked = [id?: string, file?: Parameters<AddNeeds["check"]>[2]];

export interface PurchaseSwitch {
  purchases: Verb<{ account?: string | undefined; to: "on" | "off"; reason: string }, PurchasesSwitched[]>;
}

interface Outside {
  context: ProgramContext;
  answer: PrintResult;
  stdin: Stdin;
  /** Where certfleet.schema.json lies. */
  schema: string;
}

const ADD_EXAMPLE = `account add
account add --yes --id eu --username reseller --password-env ENOM_PASSWORD --department ssl@example.com`;

export function registerAccountCommands(
  program: Command,
  { context, answer, stdin, schema }: Outside,
  load: { account: () => Promise<AccountCommands>; ledger: () => Promise<PurchaseSwitch> },
): void {
  const account = program.command("account").description("the eNom accounts");

  const afar = async () => (await import("../port/http-operations.ts")).findOperations(context);

  fromAfar(
    watchable(
      listVerb(account, "list", {
        does: "list the accounts as the workers last saw them",
        example: "account list --watch\naccount list -o csv",
      }),
    ),
  ).action((options: Json) =>
    answer(options, async () => {
      const [{ listAccounts }, far, { systemClock }] = await Promise.all([
        import("./results.ts"),
        afar(),
        import("../../../shared/base/clock.ts"),
      ]);
      if (far) return listAccounts({ accounts: far.accounts, clock: systemClock });
      const { withFleet } = await import("../fleet.ts");
      return withFleet(context, listAccounts);
    }),
  );

  for (const [name, does] of [
    ["answers", "show what eNom answered and nobody understood, masked"],
    ["products", "show eNom's catalogue beside the product table"],
  ] as const)
    fromAfar(listVerb(account, `${name} [id]`, { does, example: `account ${name} main` })).action(
      (id: string | undefined, options: Json) =>
        answer(options, async () => {
          const [{ accountsInRedis, answersResult, productsResult }, far] = await Promise.all([
            import("./shown.ts"),
            afar(),
          ]);
          const show = name === "answers" ? answersResult : productsResult;
          if (far) return show(far.accounts, id);
          const { withFleet } = await import("../fleet.ts");
          return withFleet(context, ({ accounts }) => show(accountsInRedis(accounts), id));
        }),
    );

  fromAfar(
    listVerb(account, "check [id]", {
      does: "check connection, login and address at eNom now",
      example: "account check main",
    }),
  ).action((id: string | undefined, options: Json) =>
    answer(options, async () => {
      const far = await afar();
      if (far) {
        const { checkResult, checksFrom } = await import("./results.ts");
        return checkResult(checksFrom(await far.ask("check", id)), { id, file: "" });
      }
      const [{ checkAccounts, askFleetToCheck }, { checkResult }, env] = await loaded();
      const checks = await checkAccounts(env, id);
      const looked = checks.map((each) => each.account);
      return checkResult(checks, { id, file: await fileOf(env) }, await askFleetToCheck(env, looked));
    }),
  );

  fromAfar(
    listVerb(account, "balance [id]", {
      does: "ask eNom now how much can be spent",
      example: "account balance",
    }),
  ).action((id: string | undefined, options: Json) =>
    answer(options, async () => {
      const far = await afar();
      if (far) {
        const { balanceResult, balancesFrom } = await import("./results.ts");
        return balanceResult(balancesFrom(await far.ask("balance-poll", id)), { id, file: "" });
      }
      const [{ readBalances }, { balanceResult }, env] = await loaded();
      return balanceResult(await readBalances(env, id), { id, file: await fileOf(env) });
    }),
  );

  const findAsk = async () => {
    const { findPerson } = await import("./add-terminal.ts");
    const person = findPerson(stdin, process.stderr);
    return person && ((question: string) => person.confirm(question, false).catch(() => false));
  };
  registerProbeCommands(account, { context, answer, findAsk }, load.account);
  registerShadowCommands(account, { context, answer, afar });

  resultVerb(account, "purchases", {
    does: "switch purchases on or off, for one account or all",
    example: 'account purchases off main --reason "eNom audits our account"',
  })
    .addArgument(new Argument("<switch>", "on or off").choices(["on", "off"]))
    .argument("[account]", "the account; without it all accounts")
    .requiredOption("--reason <text>", "why; kept in the ledger", sentence(500))
    .action((to: "on" | "off", id: string | undefined, { reason, ...options }: Json & { reason: string }) =>
      answer(options, async () => {
        const [{ purchases }, { switchResult }, { withMoney }, { audited }] = await Promise.all([
          load.ledger(),
          import("./results.ts"),
          import("../money.ts"),
          import("../port/audited.ts"),
        ]);
        const what = { action: "account.switch-purchases", subject: id ?? "all", after: { to, reason } };
        return withMoney(context, (asked) =>
          audited(asked, what, async () =>
            switchResult(await purchases(asked, { account: id, to, reason }), { to, account: id }),
          ),
        );
      }),
    );

  resultVerb(account, "add", {
    does: "add an eNom account to certfleet.yaml; its connection is checked first",
    example: ADD_EXAMPLE,
  })
    .option("--id <id>", "its name in orders and commands; never give it to another login")
    .option("--api-url <url>", "the address of eNom's API")
    .option("--username <name>", "the eNom user name")
    .option("--password-env <name>", "the environment variable (or its NAME_FILE) with the password")
    .option("--password-file <path>", "the file with the password")
    .option("--password-stdin", "read the password from standard input; it is written into the configuration file")
    .option("--data-center <id>", "take only orders for this data center, or for none")
    .option("--name <text>", "shown to people")
    .option("--department <address>", "the operator mailbox that gets its tasks")
    .option("--sort <number>", "the account with the lowest number is used first")
    .option("--minimum-balance <amount>", "how much must stay on the account")
    .option("--currency <code>", "the currency of the balance")
    .option("--yes", "ask nothing, use the defaults")
    .option("--skip-check", "do not ask eNom")
    .option("--keep-on-failure", "write the account although eNom did not accept it")
    .action(({ json = false, ...options }: AddOptions & Json) => answer({ json }, () => add(options)));

  async function add(options: AddOptions) {
    const [{ addAccount }, { findPerson, isStopped }, { checkAccounts: check }] = await Promise.all([
      import("./add.ts"),
      import("./add-terminal.ts"),
      load.account(),
    ]);
    const person = findPerson(stdin, process.stderr);
    try {
      return await addAccount(options, { context, schema, person, readStdin: () => text(stdin), check });
    } catch (error) {
      if (isStopped(error)) return failure("failed", "Stopped. Nothing was written.");
      throw error;
    }
  }

  async function loaded() {
    const { withOwnFleetIfAny } = await import("../own-redis.ts");
    return Promise.all([load.account(), import("./results.ts"), withOwnFleetIfAny(context)]);
  }
}

async function fileOf(env: NodeJS.ProcessEnv): Promise<string> {
  const { fleetFilePath } = await import("../../../shared/config/fleet-file.ts");
  return fleetFilePath(env);
}
