// The address of eNom's interface, checked before anything is sent to it.
import { apiUrlFaults } from "../../../shared/config/enom-address.ts";

/**
 * The URL of one account's API: https (http only on loopback, for the pretended eNom), without user info, query and
 * fragment. `http://localhost` becomes `http://127.0.0.1`: a name may be resolved to another machine (RFC 6761, 6.3),
 * and no certificate would tell.
 * @throws Error that lists everything wrong with it and shows nothing of it, since it may hold a password.
 */
export function checkedApiUrl(text: string, account: string): URL {
  const faults = apiUrlFaults(text);
  if (faults.length > 0) throw new Error(`the eNom API URL of account ${account} is wrong: ${faults.join(", ")}`);
  const url = new URL(text);
  if (url.protocol === "http:" && url.hostname === "localhost") url.hostname = "127.0.0.1";
  return url;
}
