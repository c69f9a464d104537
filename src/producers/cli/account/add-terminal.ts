// How `account add` talks with a person at a terminal: on standard error, so that standard output keeps the result alone.
import type { Readable } from "node:stream";
import confirm from "@inquirer/confirm";
import input from "@inquirer/input";
import password from "@inquirer/password";
import select from "@inquirer/select";
import { printable } from "../printed.ts";

/** A terminal, or whatever stands in its place. */
export type Stdin = Readable & { isTTY?: boolean };

export interface Asking {
  /** Asks until `check` finds nothing wrong. */
  text(question: {
    label: string;
    hint?: string | undefined;
    preset?: string | undefined;
    check: (text: string) => string | undefined;
  }): Promise<string>;
  /** Shows nothing of what is typed. */
  secret(label: string, check: (text: string) => string | undefined): Promise<string>;
  choose(label: string, choices: { value: string; name: string }[]): Promise<string>;
  confirm(question: string, preset: boolean): Promise<boolean>;
  tell(line: string): void;
}

/** The person went away in the middle (Ctrl-C, or the terminal is gone). */
export function isStopped(error: unknown): boolean {
  return error instanceof Error && (error.name === "ExitPromptError" || error.name === "AbortPromptError");
}

/** Undefined where nobody can be asked. */
export function findPerson(stdin: Stdin, stderr: NodeJS.WriteStream): Asking | undefined {
  if (!stdin.isTTY || !stderr.isTTY) return undefined;
  const context = { input: stdin, output: stderr };
  const judge = (check: (text: string) => string | undefined) => (text: string) => check(text.trim()) ?? true;
  return {
    async text({ label, hint, preset, check }) {
      const message = `${label}${hint ? ` (${hint})` : ""}`;
      const asked = { message, validate: judge(check), ...(preset !== undefined && { default: preset }) };
      return (await input(asked, context)).trim();
    },
    secret: (message, check) =>
      password({ message, toggleMask: false, validate: (text) => check(text) ?? true }, context),
    choose: (message, choices) => select({ message, choices }, context),
    confirm: (message, preset) => confirm({ message, default: preset }, context),
    tell: (line) => void stderr.write(`${printable(line)}\n`),
  };
}
