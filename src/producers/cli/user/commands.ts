// Registers `certfleet user`: the people who may sign in at the pages. A verb is loaded when it is called.
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { type Role, roles } from "../../../shared/authority/scopes.ts";
import type { Result } from "../../../shared/base/result.ts";
import type { Stdin } from "../account/add-terminal.ts";
import { actorOf, type ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { type Json, resultVerb } from "../verbs.ts";
import type { PasswordOptions } from "./new-password.ts";
import type { UserNeeds } from "./user.ts";

interface Outside {
  context: ProgramContext;
  answer: PrintResult;
  stdin: Stdin;
}

const ROLES = Object.keys(roles);

export function registerUserCommands(program: Command, { context, answer, stdin }: Outside): void {
  const user = program.command("user").description("the people who sign in at the pages, and what they may do");

  withPassword(
    resultVerb(user, "add <name>", {
      does: "add a user; the password is asked for, read from a file, or made and shown once",
      example: "user add ada --role operator\nuser add ada@example.com --role admin --password-file ada.txt",
    }).addOption(new Option("--role <role>", "what the user may do").choices(ROLES).makeOptionMandatory()),
  ).action((name: string, options: Json & PasswordOptions & { role: Role }) =>
    answer(options, async () => {
      const { addUser } = await import("./user.ts");
      return withPeople(options, (needs) => addUser({ name, role: options.role }, needs));
    }),
  );

  resultVerb(user, "list", {
    does: "list the users, their roles and when they signed in last",
    example: "user list",
  }).action((options: Json) =>
    answer(options, async () => {
      const { listUsers } = await import("./user.ts");
      return withPeople({}, (needs) => listUsers(needs));
    }),
  );

  withPassword(
    resultVerb(user, "password <name>", {
      does: "give a user another password; sessions of the user end",
      example: "user password ada",
    }),
  ).action((name: string, options: Json & PasswordOptions) =>
    answer(options, async () => {
      const { changePassword } = await import("./user.ts");
      return withPeople(options, (needs) => changePassword(name, needs));
    }),
  );

  resultVerb(user, "role <name>", {
    does: "give a user another role; it counts at once, in open sessions as well",
    example: "user role ada viewer",
  })
    .addArgument(new Argument("<role>", "what the user may do").choices(ROLES))
    .action((name: string, role: Role, options: Json) =>
      answer(options, async () => {
        const { changeRole } = await import("./user.ts");
        return withPeople({}, (needs) => changeRole({ name, role }, needs));
      }),
    );

  resultVerb(user, "remove <name>", {
    does: "remove a user; sessions of the user end",
    example: "user remove ada",
  }).action((name: string, options: Json) =>
    answer(options, async () => {
      const { removeUser } = await import("./user.ts");
      return withPeople({}, (needs) => removeUser(name, needs));
    }),
  );

  async function withPeople(options: PasswordOptions, work: (needs: UserNeeds) => Promise<Result>): Promise<Result> {
    const [{ withRedis }, { peopleStore }, { newPassword }, { audited }] = await Promise.all([
      import("../connection.ts"),
      import("../../../shared/authority/people/store.ts"),
      import("./new-password.ts"),
      import("../port/audited.ts"),
    ]);
    const actor = actorOf(context);
    return withRedis(context, ({ redis, keys, clock }) =>
      work({
        people: peopleStore(redis, keys),
        password: (name) => newPassword(name, options, stdin),
        now: clock.now(),
        audit: (change, make) => audited({ redis, keys, actor }, change, make),
      }),
    );
  }
}

function withPassword(command: Command): Command {
  return command
    .addOption(new Option("--password-file <file>", 'the password, "-" for standard input').argParser(fileName))
    .addOption(new Option("--generate", "make a password and show it once").conflicts("passwordFile"));
}

function fileName(text: string): string {
  if (text !== "") return text;
  throw new InvalidArgumentError("It must name a file.");
}
