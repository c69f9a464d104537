// Registers `certfleet profile`. A verb is loaded when it is called, so that the help is quick.
import type { Command } from "commander";
import type { Stdin } from "../account/add-terminal.ts";
import type { ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { fromAfar, type Json, listVerb, resultVerb } from "../verbs.ts";

interface Outside {
  context: ProgramContext;
  answer: PrintResult;
  stdin: Stdin;
}

export function registerProfileCommands(program: Command, { context, answer, stdin }: Outside): void {
  const profile = program
    .command("profile")
    .description("the gateways that verbs work with from afar, with their API keys");

  listVerb(profile, "list", {
    does: "list the profiles, and which one is in use",
    example: "profile list",
  }).action((options: Json) => answer(options, async () => (await import("./profile.ts")).listProfiles(context)));

  resultVerb(profile, "use <name>", {
    does: "take this profile wherever nothing else is said",
    example: "profile use live",
  }).action((name: string, options: Json) =>
    answer(options, async () => (await import("./profile.ts")).useProfile(name, context)),
  );

  fromAfar(
    resultVerb(profile, "add <name>", {
      does: "add the gateway of --url, or change it; the API key is asked for, read from a file, or from standard input",
      example: "profile add live --url https://ssl.example.com --key-file live.key",
    }),
  )
    .option("--key-file <path>", "the file with the API key; it stays there, and is read each time")
    .option("--key-stdin", "read the API key from standard input; it is kept in the profile")
    .option("--use", "take it wherever nothing else is said; the first one is taken anyway")
    .action(
      (
        name: string,
        { keyFile, keyStdin, use, ...options }: Json & { keyFile?: string; keyStdin?: boolean; use?: boolean },
      ) =>
        answer(options, async () => {
          const [{ addProfile }, { findPerson }, { text }, { resolve }] = await Promise.all([
            import("./profile.ts"),
            import("../account/add-terminal.ts"),
            import("node:stream/consumers"),
            import("node:path"),
          ]);
          const given = {
            ...{ name, url: context.asked?.url, use },
            ...(keyFile !== undefined && { keyFile: resolve(keyFile) }),
            ...(keyStdin && { key: (await text(stdin)).trim() }),
          };
          return addProfile(given, context, findPerson(stdin, process.stderr));
        }),
    );
}
