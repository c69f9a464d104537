// The page of the command line: what each verb's own --help says, noun by noun.
import { PassThrough } from "node:stream";
import type { Command } from "commander";
import { buildProgram } from "../../src/producers/command-line.ts";
import { page } from "./page.ts";

/** Where the output is no terminal. */
const WIDTH = 80;

export function commandLinePage(root: string): string {
  const nothing = new Proxy({}, { get: () => () => {} }) as never;
  const given = { version: "", context: { env: {}, root }, answer: async () => {}, stdin: new PassThrough() as never };
  const program = buildProgram(given, { processes: nothing, workers: nothing });
  const sections = visibleIn(program).flatMap((noun) => [
    `## ${noun.name()}\n\n${helpOf(noun)}`,
    ...visibleIn(noun).map((verb) => `### ${noun.name()} ${verb.name()}\n\n${helpOf(verb)}`),
  ]);
  return page(
    "Command line",
    [
      "`bin/certfleet <noun> <verb>`. Results are on stdout, messages on stderr. `--json` prints a result for programs.",
      "The [exit code](exit-codes.md) says how it ended.",
    ],
    ...sections,
  );
}

function visibleIn(command: Command): Command[] {
  return command
    .createHelp()
    .visibleCommands(command)
    .filter((each) => each.name() !== "help");
}

/** As `--help` prints it, what stands behind the options included. */
function helpOf(command: Command): string {
  let text = "";
  command.configureOutput({
    writeOut: (written) => {
      text += written;
    },
    getOutHelpWidth: () => WIDTH,
    getOutHasColors: () => false,
  });
  command.outputHelp();
  return `\`\`\`text\n${text.trimEnd()}\n\`\`\``;
}
