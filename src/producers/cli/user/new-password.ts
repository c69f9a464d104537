// Where a user's new password comes from: a file, the person at the keyboard, or a generator. Only a generated one is ever shown.
import type { Readable } from "node:stream";
import { passwordFault } from "../../../shared/authority/people/password-rules.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { findPerson, isStopped, type Stdin } from "../account/add-terminal.ts";
import { readInput } from "../input.ts";
import { generatedPassword, type NewPassword } from "./generated-password.ts";

export interface PasswordOptions {
  passwordFile?: string;
  generate?: boolean;
}

/** Asked for twice at a terminal; without one, and with `--generate`, it is made. */
export async function newPassword(
  name: string,
  { passwordFile, generate }: PasswordOptions,
  stdin: Stdin,
): Promise<NewPassword | Result> {
  if (passwordFile !== undefined) return fromFile(passwordFile, name, stdin);
  const asking = generate ? undefined : findPerson(stdin, process.stderr);
  if (!asking) return { password: generatedPassword(), isGenerated: true };
  try {
    const password = await asking.secret(`Password of ${name}`, (text) => passwordFault(text, name));
    await asking.secret("The same again", (text) => (text === password ? undefined : "This is not the same."));
    return { password, isGenerated: false };
  } catch (error) {
    if (isStopped(error)) return failure("failed", "Stopped. Nothing was changed.");
    throw error;
  }
}

async function fromFile(file: string, name: string, stdin: Readable): Promise<NewPassword | Result> {
  const read = await readInput(file, stdin);
  if ("ending" in read) return read;
  const password = read.input.replace(/\r?\n$/, "");
  const fault = passwordFault(password, name);
  return fault === undefined ? { password, isGenerated: false } : failure("usage", fault);
}
