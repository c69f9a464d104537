// Asks one process on this machine whether it lives, for health checks of containers. Needs no Redis.
import { readSettings } from "../../../shared/base/read-settings.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { processSettings } from "../../../shared/process/settings.ts";

const ANSWER_MS = 5_000;
/** Where a process listens on every address, it is asked on this machine's own. */
const EVERYWHERE: Readonly<Record<string, string>> = { "0.0.0.0": "127.0.0.1", "::": "::1" };

/** What `/livez` says. Works where the settings are those of the process: in its container. */
export async function processHealth(env: NodeJS.ProcessEnv): Promise<Result> {
  const { CERTFLEET_HEALTH_PORT: port, CERTFLEET_HEALTH_HOST: host } = readSettings(processSettings, env);
  if (port === undefined || port === 0)
    return failure("usage", "Set CERTFLEET_HEALTH_PORT, for the process and here: it is the port that is asked.");
  const asked = EVERYWHERE[host] ?? host;
  const url = `http://${asked.includes(":") ? `[${asked}]` : asked}:${port}/livez`;
  try {
    const response = await fetch(url, { signal: AbortSignal.timeout(ANSWER_MS), redirect: "error" });
    const text = (await response.text()).trim().slice(0, 300);
    if (!response.ok) return failure("failed", `The process says: ${text}.`, { url });
    return { ending: "done", text: `The process at ${url} is alive.`, json: { url, alive: true } };
  } catch {
    return failure("failed", `No process responds at ${url} within ${ANSWER_MS / 1_000} seconds.`, { url });
  }
}
