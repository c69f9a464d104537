// Registers `certfleet user`: the people who may sign in at the pages. A verb is loaded when it is called.
import { Argument, type Command, InvalidArgumentError, Option } from "commander";
import { type Role, roles } from "../../../shared/authority/scopes.ts";
import type { Result } from "../../../shared/base/result.ts";
import type { Stdin } from "../account/add-terminal.ts";
import { actorOf, type ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { fromAfar, type Json, listVerb, resultVerb, watchable } from "../verbs.ts";
import type { UsersAfar } from "./afar.ts";
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
  const verbOf = (usage: string, about: Parameters<typeof resultVerb>[2]) => fromAfar(resultVerb(user, usage, about));

  withPassword(
    verbOf("add <name>", {
      does: "add a user; the password is asked for, read from a file, or made and shown once",
      example: "user add ada --role operator\nuser add ada@example.com --role admin --password-file ada.txt",
    }).addOption(new Option("--role <role>", "what the user may do").choices(ROLES).makeOptionMandatory()),
  ).action((name: string, options: Json & PasswordOptions & { role: Role }) =>
    answer(options, async () => {
      const { addUser } = await import("./user.ts");
      const asked = { name, role: options.role };
      return withPeople(
        options,
        (needs) => addUser(asked, needs),
        (users) => users.add(asked),
      );
    }),
  );

  fromAfar(
    watchable(
      listVerb(user, "list", {
        does: "list the users, their roles and when they signed in last",
        example: "user list\nuser list -o csv",
      }),
    ),
  ).action((options: Json) =>
    answer(options, async () => {
      const { findUsers, usersResult } = await import("./user.ts");
      const near = async (needs: UserNeeds) => usersResult(await findUsers(needs));
      return withPeople({}, near, (users) => users.list());
    }),
  );

  withPassword(
    verbOf("password <name>", {
      does: "give a user another password; sessions of the user end",
      example: "user password ada",
    }),
  ).action((name: string, options: Json & PasswordOptions) =>
    answer(options, async () => {
      const { changePassword } = await import("./user.ts");
      return withPeople(
        options,
        (needs) => changePassword(name, needs),
        (users) => users.password(name),
      );
    }),
  );

  verbOf("role <name>", {
    does: "give a user another role; it counts at once, in open sessions as well",
    example: "user role ada viewer",
  })
    .addArgument(new Argument("<role>", "what the user may do").choices(ROLES))
    .action((name: string, role: Role, options: Json) =>
      answer(options, async () => {
        const { changeRole } = await import("./user.ts");
        return withPeople(
          {},
          (needs) => changeRole({ name, role }, needs),
          (users) => users.role(name, role),
        );
      }),
    );

  verbOf("remove <name>", {
    does: "remove a user; sessions of the user end",
    example: "user remove ada",
  }).action((name: string, options: Json) =>
    answer(options, async () => {
      const { removeUser } = await import("./user.ts");
      return withPeople(
        {},
        (needs) => removeUser(name, needs),
        (users) => users.remove(name),
      );
    }),
  );

  async function withPeople(
    options: PasswordOptions,
    near: (needs: UserNeeds) => Promise<Result>,
    afar: (users: UsersAfar) => Promise<Result>,
  ): Promise<Result> {
    const [{ findGateway }, { newPassword }] = await Promise.all([import("../target.ts"), import("./new-password.ts")]);
    const password = (name: string) => newPassword(name, options, stdin);
    const gateway = await findGateway(context);
    if (gateway) {
      const [{ callTo }, { usersAfar }] = await Promise.all([import("../port/http-call.ts"), import("./afar.ts")]);
      return afar(usersAfar(callTo(gateway), password));
    }
    const [{ withRedis }, { peopleStore }, { audited }] = await Promise.all([
      import("../connection.ts"),
      import("../../../shared/authority/people/store.ts"),
      import("../port/audited.ts"),
    ]);
    const actor = actorOf(context);
    return withRedis(context, ({ redis, keys, clock }) =>
      near({
        people: peopleStore(redis, keys),
        password,
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
