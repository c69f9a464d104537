// The page of the command line: what each verb's own --help says, noun by noun.
import { execFile } from "node:child_process";
import { join } from "node:path";
import { promisify } from "node:util";
import { page } from "./page.ts";

const run = promisify(execFile);

export async function commandLinePage(root: string): Promise<string> {
  const help = async (words: readonly string[]): Promise<string> => {
    const { stdout } = await run(process.execPath, [join(root, "bin/certfleet"), ...words, "--help"], {
      env: { PATH: process.env.PATH, COLUMNS: "100", NO_COLOR: "1" },
    });
    return stdout.trimEnd();
  };
  const sections: string[] = [];
  for (const first of commandsIn(await help([]))) {
    const text = await help([first]);
    const verbs = commandsIn(text);
    sections.push(`## ${first}\n\n${block(text)}`);
    const texts = await Promise.all(verbs.map((verb) => help([first, verb])));
    sections.push(...verbs.map((verb, i) => `### ${first} ${verb}\n\n${block(texts[i] ?? "")}`));
  }
  return page(
    "Command line",
    [
      "`bin/certfleet <noun> <verb>`. Results are on stdout, messages on stderr. `--json` prints a result for programs.",
      "The [exit code](exit-codes.md) says how it ended.",
    ],
    ...sections,
  );
}

/** The names under `Commands:`, without `help`. */
function commandsIn(help: string): string[] {
  const list = help.split(/^Commands:$/m)[1]?.split(/\n\n/)[0] ?? "";
  return [...list.matchAll(/^ {2}([a-z][a-z-]*)/gm)].map(([, name = ""]) => name).filter((name) => name !== "help");
}

function block(text: string): string {
  return `\`\`\`text\n${text}\n\`\`\``;
}
