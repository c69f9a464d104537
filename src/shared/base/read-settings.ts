// Reads the settings of one process, once, at start: environment, NAME_FILE for secrets, one complaint that lists all
// that is wrong.
import { readFileSync } from "node:fs";
import { z } from "zod";
import { placesOf } from "./fault.ts";

/** Settings that cannot be used; the message is for the person who starts the process and shows no value. */
export function badSettings(problems: readonly string[]): Error {
  const error = new Error(`Fix these settings:\n${problems.map((each) => `  - ${each}`).join("\n")}`);
  error.name = "BadSettings";
  return Object.assign(error, { problems });
}

/** Runs every check and throws once, with the problems of all of them; other errors pass as they are. */
export function checkTogether(...checks: readonly (() => unknown)[]): void {
  const problems = checks.flatMap((check) => {
    try {
      check();
      return [];
    } catch (error) {
      return problemsOf(error);
    }
  });
  if (problems.length > 0) throw badSettings([...new Set(problems)]);
}

/** The problems of all parts of a fleet, each once: parts load what they check with, and so answer later. */
export async function problemsOfAll(checks: readonly Promise<unknown>[]): Promise<string[]> {
  const ended = await Promise.allSettled(checks);
  return [...new Set(ended.flatMap((each) => (each.status === "rejected" ? problemsOf(each.reason) : [])))];
}

/** @throws what it is given, where that is no complaint about settings */
function problemsOf(error: unknown): string[] {
  if (error instanceof Error && "problems" in error) return error.problems as string[];
  throw error;
}

/**
 * The same as `readSettings`, and what is wrong stays as it was given: for checks of several settings together, which
 * must not wait until each is right.
 */
export function settingsAsGiven<S extends z.ZodRawShape>(
  shape: S,
  env: NodeJS.ProcessEnv,
): Partial<z.infer<z.ZodObject<S>>> {
  const entries = Object.entries(shape).map(([name, schema]) => {
    const given = settingOf(name, env, []) || undefined;
    const read = z.safeParse(schema, given);
    return [name, read.success ? read.data : given];
  });
  return Object.fromEntries(entries) as Partial<z.infer<z.ZodObject<S>>>;
}

/**
 * Parses what the schema names from the environment; `NAME_FILE` names a file that holds the value of NAME.
 * An empty value counts as not set.
 * @throws Error with every problem, without any value.
 */
export function readSettings<S extends z.ZodRawShape>(shape: S, env: NodeJS.ProcessEnv): z.infer<z.ZodObject<S>> {
  const problems: string[] = [];
  const given: Record<string, string> = {};
  for (const name of Object.keys(shape)) {
    const value = settingOf(name, env, problems);
    if (value) given[name] = value;
  }
  const read = z.object(shape).safeParse(given);
  for (const { path, message } of placesOf(read.error?.issues ?? [])) {
    const name = String(path[0] ?? "");
    if (problems.some((each) => each.startsWith(`${name}_FILE`))) continue;
    problems.push(message.startsWith("is missing") ? `${name} ${message}` : `${name}: ${message}`);
  }
  if (problems.length > 0 || !read.success) throw badSettings(problems);
  return read.data;
}

function settingOf(name: string, env: NodeJS.ProcessEnv, problems: string[]): string | undefined {
  const file = env[`${name}_FILE`];
  if (!file) return env[name];
  if (env[name]) {
    problems.push(`${name}_FILE: set either ${name} or ${name}_FILE, not both`);
    return undefined;
  }
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    problems.push(`${name}_FILE: the file it names cannot be read`);
    return undefined;
  }
}
