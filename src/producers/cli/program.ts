// The program without its verbs: what every verb has in common, and where it goes.
import { Command } from "commander";
import { notFromAfar } from "./bad-words.ts";
import type { ProgramContext } from "./own-redis.ts";
import { worksFromAfar } from "./verbs.ts";

const EXIT_CODES =
  "\nExit codes:\n  0 done, 1 failed, 2 wrong usage or settings, 3 not found, 4 conflict, 5 outcome unknown, 75 try later";

export function bareProgram(version: string, context: ProgramContext): Command {
  return new Command("certfleet")
    .description("Orders and reissues SSL certificates at eNom through Redis queues, and never buys one twice.")
    .version(version)
    .option("--url <url>", "go to this gateway over HTTP, with the key in CERTFLEET_API_KEY")
    .option("--profile <name>", "go to the gateway of this profile")
    .showHelpAfterError('(see "certfleet --help" and "certfleet <command> --help")')
    .addHelpText("after", EXIT_CODES)
    .exitOverride()
    .hook("preAction", (program, action) => {
      const { url, profile } = program.opts<{ url?: string; profile?: string }>();
      context.asked = {
        verb: wordsOf(action),
        ...(url !== undefined && { url }),
        ...(profile !== undefined && { profile }),
      };
      // Said on the command line it is meant for this verb; an environment is meant for those that can.
      if ((url !== undefined || profile !== undefined) && !worksFromAfar(action)) throw notFromAfar(context);
    });
}

function wordsOf(action: Command): string {
  const words: string[] = [];
  for (let at: Command | null = action; at; at = at.parent) words.unshift(at.name());
  return words.join(" ");
}
