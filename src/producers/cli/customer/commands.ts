// Registers `certfleet customer`: what a person may ask of a provider under data protection law (GDPR, articles 15 and 17).
import type { Command } from "commander";
import { failure } from "../../../shared/base/result.ts";
import type { ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { fromAfar, type Json, resultVerb } from "../verbs.ts";

export function registerCustomerCommands(program: Command, context: ProgramContext, answer: PrintResult): void {
  const customer = program.command("customer").description("export or erase what is kept of a person");
  const afar = () => afarOf(context);

  fromAfar(
    resultVerb(customer, "export <email>", {
      does: "print everything that is kept of a person: orders, mails, jobs, bounces",
      example: "customer export ada@example.com > ada.json",
    }),
  ).action((given: string, options: Json) =>
    answer(options, async () => {
      const email = await addressOf(given);
      if (email === undefined) return failure("usage", NO_ADDRESS);
      const far = await afar();
      if (far) return far.exported(email);
      const { exportPerson } = await import("./export.ts");
      return exportPerson(email, context);
    }),
  );

  fromAfar(
    resultVerb(customer, "erase <email>", {
      does: "take a person out of every order of which nothing is owed; says what stays and why",
      example: "customer erase ada@example.com --yes",
    }),
  )
    .option("--yes", "do not ask for a confirmation")
    .action((given: string, options: Json & { yes?: boolean }) =>
      answer(options, async () => {
        const email = await addressOf(given);
        if (email === undefined) return failure("usage", NO_ADDRESS);
        const { findPerson } = await import("../account/add-terminal.ts");
        const person = options.json ? undefined : findPerson(process.stdin, process.stderr);
        const typed = options.yes
          ? email
          : await person?.text({ label: `Type ${email} to erase it`, check: () => undefined });
        if (typed !== email)
          return failure("usage", `Nothing was erased. Add --yes, or type ${email} when you are asked.`);
        const far = await afar();
        return far ? far.erased(email) : (await import("./erase.ts")).erasePerson(email, context);
      }),
    );
}

/** Undefined: on the fleet's Redis. */
async function afarOf(context: ProgramContext) {
  const { findGateway } = await import("../target.ts");
  const gateway = await findGateway(context);
  if (!gateway) return undefined;
  const [{ callTo }, { personAfar }] = await Promise.all([import("../port/http-call.ts"), import("./afar.ts")]);
  return personAfar(callTo(gateway));
}

const NO_ADDRESS = "It must be one plain e-mail address, such as ada@example.com. Nothing was looked for.";

/** A part of an address would name many people. */
async function addressOf(given: string): Promise<string | undefined> {
  const { emailAddress } = await import("../../../shared/base/email-address.ts");
  return emailAddress.safeParse(given.trim()).data;
}
