// Where a verb does its work: at a gateway over HTTP, or in the fleet's Redis. Light: every verb asks here first.
import { existsSync, readFileSync } from "node:fs";
import { homedir } from "node:os";
import { isAbsolute, join } from "node:path";
import { badWords } from "./bad-words.ts";
import type { ProgramContext } from "./own-redis.ts";

export interface Gateway {
  /** Without a slash at the end; a path in it is kept. */
  url: string;
  key: string | undefined;
  /** Who says so, for errors: `--url`, `CERTFLEET_URL`, `the profile live`. */
  saidBy: string;
}

/**
 * The gateway that a verb goes to; undefined: the fleet's Redis. What is said on the command line goes first, then
 * CERTFLEET_URL, CERTFLEET_PROFILE, REDIS_URL, and at last the profile that is in use.
 * @throws Error what is wrong in profiles, addresses, or key files
 */
export async function findGateway(context: ProgramContext): Promise<Gateway | undefined> {
  const { env, asked = {} } = context;
  if (asked.url !== undefined && asked.profile !== undefined)
    throw badWords("Give --url or --profile, not both: a profile has its own address.");
  if (asked.url !== undefined) return byUrl(asked.url, env, "--url");
  if (asked.profile !== undefined) return byProfile(asked.profile, context);
  if (env.CERTFLEET_URL) return byUrl(env.CERTFLEET_URL, env, "CERTFLEET_URL");
  if (env.CERTFLEET_PROFILE) return byProfile(env.CERTFLEET_PROFILE, context);
  if (env.REDIS_URL || env.REDIS_URL_FILE || !hasProfiles(env)) return undefined;
  const { readProfiles } = await import("./profiles.ts");
  const { use } = readProfiles(context);
  return use === undefined ? undefined : byProfile(use, context);
}

/** As `configPath` of profiles.ts, which loads much more: most machines have none. */
function hasProfiles(env: NodeJS.ProcessEnv): boolean {
  const given = env.XDG_CONFIG_HOME ?? "";
  const folder = isAbsolute(given) ? given : join(env.HOME || homedir(), ".config");
  return existsSync(join(folder, "certfleet", "config.yaml"));
}

async function byProfile(name: string, context: ProgramContext): Promise<Gateway> {
  const { getProfile, keyOf, readProfiles } = await import("./profiles.ts");
  const profiles = readProfiles(context);
  const profile = getProfile(profiles, name);
  return { ...addressOf(profile.url, `the profile ${name}`), key: keyOf(profile, profiles.path) };
}

function byUrl(url: string, env: NodeJS.ProcessEnv, saidBy: string): Gateway {
  return { ...addressOf(url, saidBy), key: keyIn(env) };
}

function keyIn({ CERTFLEET_API_KEY: key, CERTFLEET_API_KEY_FILE: file }: NodeJS.ProcessEnv): string | undefined {
  if (!file) return key || undefined;
  if (key) throw badWords("Set CERTFLEET_API_KEY or CERTFLEET_API_KEY_FILE, not both.");
  try {
    return readFileSync(file, "utf8").trim();
  } catch {
    throw badWords("The file that CERTFLEET_API_KEY_FILE names cannot be read.");
  }
}

/** A login in the address would stand in shell histories and in errors. */
function addressOf(given: string, saidBy: string): Omit<Gateway, "key"> {
  const url = URL.parse(given);
  const isAddress = url !== null && /^https?:$/.test(url.protocol);
  if (!isAddress) throw badWords(`${saidBy} must be an address such as https://ssl.example.com, not ${given}`);
  if (url.username || url.password || url.search || url.hash)
    throw badWords(`${saidBy} must be an address alone, without login, ? and #: the key is CERTFLEET_API_KEY.`);
  return { url: `${url.origin}${url.pathname.replace(/\/(v1\/?)?$/, "")}`, saidBy };
}
