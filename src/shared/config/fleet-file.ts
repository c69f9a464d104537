// certfleet.yaml: accounts, products, policy, templates, API keys. Read whole and strictly; secrets are filled in only
// where they are used.
import { existsSync, readFileSync } from "node:fs";
import type { z } from "zod";
import { placesOf } from "../base/fault.ts";
import { badSettings, readSettings } from "../base/read-settings.ts";
import { useProducts } from "../certificate/products.ts";
import { secretTexts } from "../webhooks/file-entry.ts";
import { configuredProducts, unknownEntries } from "./added-products.ts";
import { type AccountEntry, fleetFile } from "./fleet-file-schema.ts";
import { commonSettings } from "./settings.ts";
import { readYaml } from "./yaml-lines.ts";

export { type AccountEntry, accountEntry } from "./fleet-file-schema.ts";

export type FleetFile = z.infer<typeof fleetFile> & {
  /** What the file sets and this release does not act on yet: nobody shall trust in a guard that is not there. */
  withoutEffect: string[];
  /** Where something stands, as `certfleet.yaml:7`. */
  whereIs: (path: readonly PropertyKey[]) => string;
};

/** What `fillIn` fills in. */
const VARIABLE = /\$\{([A-Z0-9_]+)\}/g;

/**
 * Reads the file that CERTFLEET_CONFIG names, else `certfleet.yaml` if there is one, else an empty configuration.
 * @throws Error that lists every place that is wrong, with its line, without values.
 */
export function readFleetFile(path: string | undefined): FleetFile {
  const file = path ?? "certfleet.yaml";
  if (!path && !existsSync(file)) return { ...fleetFile.parse({}), withoutEffect: [], whereIs: () => file };
  return parseFleetFile(readText(file), file);
}

/** The text of a file, which may not be written yet. @throws Error as `readFleetFile` */
export function parseFleetFile(text: string, file: string): FleetFile {
  const { data, lineOf } = readYaml(text, file);
  const whereIs = (place: readonly PropertyKey[]): string => `${file}:${lineOf(place)}`;
  const read = fleetFile.safeParse(data);
  if (read.success) {
    const unknown = unknownEntries(read.data.products).map(
      ({ index, service }) => `products.${index} (${service} is no product that is known here)`,
    );
    return { ...read.data, withoutEffect: unknown, whereIs };
  }
  const places = placesOf(read.error.issues);
  throw badSettings(places.map(({ path, message }) => `${whereIs(path)}: ${path.join(".") || "document"}: ${message}`));
}

/**
 * The file that this environment names. Its products are in force in this process from then on.
 * @throws Error as `readFleetFile`
 */
export function fleetFileOf(env: NodeJS.ProcessEnv): FleetFile {
  const file = readFleetFile(namedFile(env));
  useProducts(configuredProducts(file.products));
  return file;
}

/** Where that file is, or would be. */
export function fleetFilePath(env: NodeJS.ProcessEnv): string {
  return namedFile(env) ?? "certfleet.yaml";
}

function namedFile(env: NodeJS.ProcessEnv): string | undefined {
  return readSettings({ CERTFLEET_CONFIG: commonSettings.CERTFLEET_CONFIG }, env).CERTFLEET_CONFIG;
}

function readText(file: string): string {
  try {
    return readFileSync(file, "utf8");
  } catch {
    throw badSettings([`CERTFLEET_CONFIG (${file}): it cannot be read`]);
  }
}

/**
 * Fills `${NAME}` from the environment (or from the file that NAME_FILE names).
 * @throws Error naming what is not set.
 */
export function fillIn(text: string, env: NodeJS.ProcessEnv, where: string): string {
  return text.replace(VARIABLE, (_all, name: string) => {
    const value = env[name] ?? textOf(env[`${name}_FILE`], `${where} uses \${${name}}, and the file of ${name}_FILE`);
    if (!value) throw badSettings([`${where} uses \${${name}}, which is not set`]);
    return value;
  });
}

/** The variables that a login is filled from, each once. */
export function variablesOf({ username, password = "" }: Pick<AccountEntry, "username" | "password">): string[] {
  return [...new Set(variablesIn(`${username} ${password}`))];
}

function variablesIn(text: string): string[] {
  return [...text.matchAll(VARIABLE)].map(([, name]) => name ?? "");
}

/**
 * The other files that decide what this version means: those of its passwords and of the NAME_FILEs that it uses or
 * that make up the account `main`, and billmgr.conf. They need not be there.
 */
export function filesBehind(file: Pick<FleetFile, "accounts"> & Partial<FleetFile>, env: NodeJS.ProcessEnv): string[] {
  const { accounts, roots = [], intermediates = [], webhooks = [] } = file;
  const hooks = webhooks.flatMap(secretTexts).flatMap(variablesIn);
  const names = ["ENOM_USERNAME", "ENOM_PASSWORD", ...accounts.flatMap(variablesOf), ...hooks];
  const ofNames = names.map((name) => env[`${name}_FILE`]);
  const named = [...accounts.map(({ passwordFile }) => passwordFile), ...webhooks.map(({ secretFile }) => secretFile)];
  const files = [...named, ...ofNames, env.BILLMGR_CONF];
  const trusted = [...roots, ...intermediates].filter((each) => !each.includes("-----BEGIN "));
  return [...new Set([...files.flatMap((each) => each || []), ...trusted])];
}

/** A secret that stands in a file, without its last line end. @throws Error that begins with `what` */
export function textOf(file: string | undefined, what: string): string | undefined {
  if (!file) return undefined;
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    throw badSettings([`${what} cannot be read`]);
  }
}
