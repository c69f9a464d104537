// What `doctor` says of the API keys that this environment names.

import { isExpired } from "../../../shared/authority/keys/key.ts";
import { DAY_MS } from "../../../shared/base/dates.ts";
import type { Finding } from "../../../shared/base/result.ts";
import { configuredKey } from "../../../shared/config/api-key-entry.ts";
import { fleetFileOf } from "../../../shared/config/fleet-file.ts";

/** So long before its end a key of the file is spoken of. */
const SOON_MS = 14 * DAY_MS;

/** What is no fault of the fleet's, and worth a change. */
export function examineKeys(env: NodeJS.ProcessEnv, now = new Date()): Finding[] {
  const name = "API keys";
  const isSet = Boolean(env.CERTFLEET_API_KEY || env.CERTFLEET_API_KEY_FILE);
  const environment: Finding = {
    ...{ name, state: "warn" },
    detail: "CERTFLEET_API_KEY may do everything, without end and quotas",
    remedy: "Make a key for each client (certfleet key create), then remove it.",
  };
  return [...(isSet ? [environment] : []), ...ending(env, now).map((finding) => ({ name, ...finding }))];
}

/** Nothing where the file cannot be read: that is told where the settings are looked at. */
function ending(env: NodeJS.ProcessEnv, now: Date): Omit<Finding, "name">[] {
  try {
    const soon = new Date(now.getTime() + SOON_MS);
    return fleetFileOf(env)
      .apiKeys.map(configuredKey)
      .filter((key) => isExpired(key, soon))
      .map(({ id, expires }) => ({
        state: "warn",
        detail: `${id} of certfleet.yaml opens nothing from ${expires} on`,
        remedy: "Give it a later end, or remove it.",
      }));
  } catch {
    return [];
  }
}
