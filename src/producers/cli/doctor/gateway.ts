// Whether the gateway that answers is ready, and is this fleet's: another one may listen on the same port.
import type { Finding } from "../../../shared/base/result.ts";
import { askGateway, gatewayUrlOf } from "../../../shared/gateway/address.ts";
import { findOwnFleet, type ProgramContext } from "../own-redis.ts";
import { notLookedAt } from "./looked.ts";

const NAME = "Gateway";
const GATEWAY_MS = 2_000;

/**
 * `findOwn`: the id of the fleet whose Redis was asked, read behind the gateway's answer, which makes it; undefined: no
 * gateway of it was ever asked; null: its Redis cannot be reached.
 */
export async function examineGateway(
  context: ProgramContext,
  findOwn: () => Promise<string | undefined | null>,
): Promise<Finding> {
  const url = gatewayUrl(context);
  const answer = await askGateway(url, "/readyz", GATEWAY_MS).catch(() => undefined);
  const start = "Start it: certfleet gateway (or fix HOST and PORT).";
  if (!answer) return { name: NAME, state: "ill", detail: `${url} does not respond`, remedy: start };
  const { status, fleet } = { status: answer.status, ...read(answer.text) };
  if (status !== 200) {
    const remedy = "Check its Redis: the gateway needs nothing else.";
    return { name: NAME, state: "ill", detail: `${url} is not ready (${status})`, remedy };
  }
  const correct = "Set HOST and PORT, or REDIS_URL and CERTFLEET_PREFIX, so that both are of one fleet.";
  if (fleet === null) return { name: NAME, state: "ill", detail: `another program answers at ${url}`, remedy: correct };
  const own = await findOwn();
  if (own === null)
    return notLookedAt(NAME, `${url} is ready; whether it is this fleet's cannot be told without its Redis`);
  if (fleet === undefined) {
    const remedy = "Update it, and look again: whether it is this fleet's cannot be told.";
    return { name: NAME, state: "warn", detail: `${url} is ready, and does not say of which fleet it is`, remedy };
  }
  if (fleet !== own) return { name: NAME, state: "ill", detail: `another fleet answers at ${url}`, remedy: correct };
  return { name: NAME, state: "ok", detail: `${url} is ready` };
}

/** Undefined: a gateway that does not say it. Null: no gateway. */
function read(text: string): { fleet: string | undefined | null } {
  try {
    const { status, fleet } = JSON.parse(text) as { status?: unknown; fleet?: unknown };
    return { fleet: typeof fleet === "string" ? fleet : status === "ready" ? undefined : null };
  } catch {
    return { fleet: null };
  }
}

/** Where this environment's gateway listens; without any setting, where `npm start` says its own one does. */
export function gatewayUrl(context: ProgramContext): string {
  const { HOST, PORT, REDIS_URL, REDIS_URL_FILE } = context.env;
  const own = HOST || PORT || REDIS_URL || REDIS_URL_FILE ? undefined : findOwnFleet(context)?.gatewayUrl;
  return own ?? gatewayUrlOf(HOST || "127.0.0.1", PORT || 3000);
}
