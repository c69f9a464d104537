// Named gateways of a person: `certfleet/config.yaml` in the folder that XDG_CONFIG_HOME names, else in ~/.config.
import { chmodSync, mkdirSync, readFileSync, renameSync, statSync, writeFileSync } from "node:fs";
import { homedir } from "node:os";
import { dirname, isAbsolute, join, resolve } from "node:path";
import { parseDocument } from "yaml";
import { z } from "zod";
import { faultsOf } from "../../shared/base/fault.ts";
import { badSettings } from "../../shared/base/read-settings.ts";
import type { ProgramContext } from "./own-redis.ts";

export const PROFILE_NAME = /^[A-Za-z0-9._-]{1,64}$/;

const profile = z.strictObject({
  url: z.url({ protocol: /^https?$/ }),
  /** The API key itself, or the file that holds it. */
  key: z.string().min(1).optional(),
  keyFile: z.string().min(1).optional(),
});
const config = z.strictObject({
  /** Taken where nothing else says which. */
  use: z.string().optional(),
  profiles: z.record(z.string().regex(PROFILE_NAME), profile).default({}),
});

export type Profile = z.infer<typeof profile>;
export type Profiles = z.infer<typeof config> & { path: string };

type Env = Pick<ProgramContext, "env">;

/** A relative XDG_CONFIG_HOME is to be ignored, says its specification. */
export function configPath({ env }: Env): string {
  const given = env.XDG_CONFIG_HOME ?? "";
  return join(isAbsolute(given) ? given : join(env.HOME || homedir(), ".config"), "certfleet", "config.yaml");
}

/**
 * An absent file has no profiles.
 * @throws Error what is wrong in it, or that others may read the keys in it
 */
export function readProfiles(context: Env): Profiles {
  const path = configPath(context);
  const text = textOf(path);
  const document = parseDocument(text);
  const [broken] = document.errors;
  if (broken) throw badSettings([`${path}: ${broken.message.split("\n")[0]}`]);
  const read = config.safeParse(document.toJS() ?? {});
  if (!read.success)
    throw badSettings(faultsOf(read.error).map(({ field, message }) => `${path}: ${field || "document"}: ${message}`));
  const holdsKeys = Object.values(read.data.profiles).some(({ key }) => key !== undefined);
  if (holdsKeys && (statSync(path).mode & 0o077) !== 0)
    throw badSettings([`${path} holds API keys, and others may read it: run chmod 600 ${path}`]);
  return { ...read.data, path };
}

/** @throws Error that names the profiles there are */
export function getProfile(profiles: Profiles, name: string): Profile {
  const found = Object.hasOwn(profiles.profiles, name) ? profiles.profiles[name] : undefined;
  if (found) return found;
  const names = Object.keys(profiles.profiles).join(", ") || "none";
  throw badSettings([`there is no profile ${name} in ${profiles.path}; there are: ${names}`]);
}

/** The key of a profile; undefined where it has none. @throws Error that its file cannot be read */
export function keyOf({ key, keyFile }: Profile, path: string): string | undefined {
  if (keyFile === undefined) return key;
  const file = resolve(dirname(path), keyFile);
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    throw badSettings([`the key file ${file} cannot be read`]);
  }
}

/** Adds or replaces one, and keeps the rest of the file as it is. The file is for its owner alone. */
export function writeProfiles(context: Env, change: { name: string; profile?: Profile; use?: boolean }): string {
  const path = configPath(context);
  const document = parseDocument(textOf(path) || "{}\n");
  if (document.errors.length > 0) throw badSettings([`${path} is no YAML: correct it first`]);
  if (change.profile) document.setIn(["profiles", change.name], document.createNode(change.profile));
  if (change.use) document.set("use", change.name);
  for (const node of [document.contents, document.get("profiles")])
    if (node !== null && typeof node === "object" && "flow" in node) node.flow = false;
  mkdirSync(dirname(path), { recursive: true, mode: 0o700 });
  const beside = `${path}.${process.pid}`;
  writeFileSync(beside, document.toString(), { mode: 0o600 });
  chmodSync(beside, 0o600);
  renameSync(beside, path);
  return path;
}

function textOf(path: string): string {
  try {
    return readFileSync(path, "utf8");
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === "ENOENT") return "";
    throw badSettings([`${path} cannot be read: ${(error as NodeJS.ErrnoException).code}`]);
  }
}
