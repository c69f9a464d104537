// The command line as it is, with nothing behind it: to see what it takes, and what its help says.
import { tmpdir } from "node:os";
import type { Command } from "commander";
import { buildProgram } from "../../src/producers/command-line.ts";

/** Every verb is there; none does anything. */
export function emptyProgram(): Command {
  const unused = () => Promise.reject(new Error("nothing is run here"));
  const nothing = () => Promise.resolve();
  const made = buildProgram(
    { version: "0", context: { env: {}, root: tmpdir() }, answer: nothing, stdin: process.stdin },
    {
      processes: { start: nothing, up: nothing, gateway: nothing, worker: nothing, drill: unused },
      workers: { account: unused, ledger: unused, audit: unused, backup: unused, doctor: unused, moving: unused },
    },
  );
  for (const each of commandsOf(made)) each.configureOutput({ writeOut: () => undefined, writeErr: () => undefined });
  return made;
}

/** The program, its nouns and their verbs. */
export function commandsOf(command: Command): Command[] {
  return [command, ...command.commands.flatMap(commandsOf)];
}
