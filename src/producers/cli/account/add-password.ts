// Where the password of a new account comes from: the environment, a file, or the configuration file itself. It is never shown.
import { badSettings } from "../../../shared/base/read-settings.ts";
import type { Asking } from "./add-terminal.ts";

/** At most one of them. */
export interface PasswordOptions {
  passwordEnv?: string;
  passwordFile?: string;
  /** The password itself, from standard input. */
  passwordStdin?: boolean;
}

export interface Password {
  /** What stands in the configuration file. */
  written: { password: string } | { passwordFile: string };
  /** Settings to try it with, where this shell has none of that name. */
  env: NodeJS.ProcessEnv;
  /** The configuration file holds it. */
  isSecret: boolean;
  /** False: it is not known here, and who was asked for it said nothing. */
  canTry: boolean;
}

/** Undefined when nothing was said. @throws Error when it cannot be used */
export async function passwordOf(
  { passwordEnv, passwordFile, passwordStdin }: PasswordOptions,
  readStdin: () => Promise<string>,
): Promise<Password | undefined> {
  const said = [passwordEnv, passwordFile, passwordStdin].filter((each) => each !== undefined);
  if (said.length > 1) throw badSettings(["--password-env, --password-file, --password-stdin: give one of them"]);
  if (passwordEnv !== undefined) return checked(faultOfName(passwordEnv), "--password-env", inEnvironment(passwordEnv));
  if (passwordFile !== undefined) return checked(faultOfPath(passwordFile), "--password-file", inFile(passwordFile));
  if (!passwordStdin) return undefined;
  const password = (await readStdin()).replace(/\r?\n$/, "");
  return checked(faultOfPassword(password), "--password-stdin", inConfig(password));
}

/** `env`: of this shell; what it does not have is asked for, to try the login with, and kept nowhere. */
export async function askPassword(
  asking: Asking,
  { env, suggested }: { env: NodeJS.ProcessEnv; suggested: string },
): Promise<Password> {
  const place = await asking.choose("Password", [
    { value: "env", name: "in an environment variable of the workers" },
    { value: "file", name: "in a separate file" },
    {
      value: "config",
      name: "in the configuration file itself (anybody who can read the file or its backups can read it)",
    },
  ]);
  if (place === "config") return inConfig(await asking.secret("Password", faultOfPassword));
  if (place === "file") return inFile(await asking.text({ label: "File of the password", check: faultOfPath }));
  const name = await asking.text({ label: "Variable", preset: suggested, check: faultOfName });
  if (env[name] || env[`${name}_FILE`]) return inEnvironment(name);
  asking.tell(
    `${name} is not set in this shell. The password is needed once, to check the connection. It is not written.`,
  );
  const password = await asking.secret("Password (empty: do not check)", () => undefined);
  return { ...inEnvironment(name), env: { [name]: password }, canTry: password !== "" };
}

function inEnvironment(name: string): Password {
  return { written: { password: `\${${name}}` }, env: {}, isSecret: false, canTry: true };
}

function inFile(path: string): Password {
  return { written: { passwordFile: path }, env: {}, isSecret: false, canTry: true };
}

function inConfig(password: string): Password {
  return { written: { password }, env: {}, isSecret: true, canTry: true };
}

function checked(fault: string | undefined, option: string, password: Password): Password {
  if (fault) throw badSettings([`${option}: ${fault}`]);
  return password;
}

function faultOfName(name: string): string | undefined {
  return /^[A-Z_][A-Z0-9_]*$/.test(name) ? undefined : "must be a name of capital letters, digits and _";
}

function faultOfPath(path: string): string | undefined {
  return path.startsWith("/") ? undefined : "must be an absolute path";
}

/** The file has no way to say that `${NAME}` means itself. */
function faultOfPassword(password: string): string | undefined {
  if (password === "") return "must not be empty";
  return /\$\{[A-Z0-9_]+\}/.test(password)
    ? `must not look like \${NAME}, which the configuration file would replace: put the password into a file`
    : undefined;
}
