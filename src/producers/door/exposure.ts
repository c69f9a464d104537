// Who could come in if the gateway started as it is set: judged before it listens, so that nobody orders on the reseller's
// account who was not meant to.
import { badSettings } from "../../shared/base/read-settings.ts";
import { listeningAt } from "../../shared/gateway/address.ts";
import type { TrustedProxies } from "../../shared/gateway/trusted-proxies.ts";
import { isLoopback } from "../http/caller/this-machine.ts";

export interface Exposure {
  HOST: string;
  CERTFLEET_SOCKET_MODE: string;
  CERTFLEET_TRUSTED_PROXIES?: TrustedProxies | undefined;
  /** `sandbox`, where no money is spent, or `live`. */
  env: string;
}

const MAKE =
  "set CERTFLEET_API_KEY to a secret of at least 16 characters, make a key with `certfleet key create`, or list apiKeys in the configuration file";

/** @throws Error of settings, when somebody could order without a key who was not meant to */
export function checkExposure(exposure: Exposure, hasKey: boolean): void {
  const problem = hasKey ? undefined : problemOf(exposure);
  if (problem !== undefined) throw badSettings([problem]);
}

function problemOf({ HOST, CERTFLEET_SOCKET_MODE: mode, CERTFLEET_TRUSTED_PROXIES: proxies, env }: Exposure) {
  if (listeningAt(HOST).kind === "unix") {
    if (proxies?.unix)
      return `CERTFLEET_TRUSTED_PROXIES names unix, so that whoever uses the socket speaks for others, but there is no API key: ${MAKE}`;
    if ((Number.parseInt(mode, 8) & 0o2) !== 0)
      return `CERTFLEET_SOCKET_MODE lets everybody on this machine in, but there is no API key: set it to 0660, or ${MAKE}`;
    return undefined;
  }
  if (env !== "sandbox")
    return `There is no API key, and this gateway spends money: ${MAKE}; or set HOST to unix:/path, where the socket's rights decide`;
  if (isLoopback(HOST)) return undefined;
  return "HOST lets other machines in, but no API key is configured: set CERTFLEET_API_KEY (or apiKeys in the configuration file), or set HOST to 127.0.0.1";
}
