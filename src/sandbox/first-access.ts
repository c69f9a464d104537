// The first key and the first console user of a live fleet, made once: where money is spent nobody comes in without.
import { randomBytes } from "node:crypto";
import { chmodSync, existsSync, mkdirSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { fleetFileOf } from "../shared/config/fleet-file.ts";
import { listeningAt } from "../shared/gateway/address.ts";

export interface FirstAccess {
  env: NodeJS.ProcessEnv;
  /** For the person who starts it: what was made, and the file it is in. Never the secret itself. */
  told: [name: string, where: string][];
}

const USER = "admin";
/** 192 bits, of characters that need no quoting anywhere. */
const BYTES = 24;

/**
 * The caller's settings, and what of the two they lack: `api-key` and `board-password` in the data folder, for their owner
 * alone (mode 600), the same at the next start. On a Unix socket no key is needed.
 */
export function firstAccess(env: NodeJS.ProcessEnv, dataDir: string): FirstAccess {
  const made: NodeJS.ProcessEnv = {};
  const told: FirstAccess["told"] = [];
  if (!hasKey(env)) {
    made.CERTFLEET_API_KEY_FILE = keep(dataDir, "api-key");
    told.push(["API key", made.CERTFLEET_API_KEY_FILE]);
  }
  if (!isSet(env, "BOARD_USER") && !isSet(env, "BOARD_PASSWORD")) {
    made.BOARD_USER = USER;
    made.BOARD_PASSWORD_FILE = keep(dataDir, "board-password");
    told.push([`Password of ${USER}`, made.BOARD_PASSWORD_FILE]);
  }
  return { env: { ...env, ...made }, told };
}

function hasKey(env: NodeJS.ProcessEnv): boolean {
  const onSocket = listeningAt(env.HOST ?? "").kind === "unix";
  return onSocket || isSet(env, "CERTFLEET_API_KEY") || fleetFileOf(env).apiKeys.length > 0;
}

function isSet(env: NodeJS.ProcessEnv, name: string): boolean {
  return Boolean(env[name] || env[`${name}_FILE`]);
}

function keep(dataDir: string, name: string): string {
  const file = join(dataDir, name);
  mkdirSync(dataDir, { recursive: true });
  if (!existsSync(file))
    writeFileSync(file, `${randomBytes(BYTES).toString("base64url")}\n`, { mode: 0o600, flag: "wx" });
  chmodSync(file, 0o600);
  return file;
}
