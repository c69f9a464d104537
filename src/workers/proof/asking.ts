// Whom a look for a proof may ask: addresses of the public internet, and of others only those that the operator allows.
import { BlockList, isIP } from "node:net";
import { isPublicAddress } from "../../shared/base/public-address.ts";

/** What was found where the owner was asked to publish something, and in words. */
export interface Seen {
  /** `there`: as asked. `other`: something else stands there. `missing`: nothing does. `unknown`: nobody could tell. */
  found: "there" | "other" | "missing" | "unknown";
  detail: string;
}

export interface Asking {
  /** `address` or `address:port` of the resolvers that find servers; empty: those of the machine. */
  resolvers: readonly string[];
  /** Port of a zone's own servers. */
  dnsPort: number;
  mayAsk: (address: string) => boolean;
  /** How long one answer may take. */
  timeoutMs: number;
}

/** Public addresses, and those of the list: addresses, or networks such as `10.1.0.0/16`. @throws RangeError one that is none */
export function mayAskOf(allowed: readonly string[]): Asking["mayAsk"] {
  const list = listOf(allowed);
  return (address) => isPublicAddress(address) || list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = "", bits] = network.split("/");
    const family = isIP(address);
    const most = family === 6 ? 128 : 32;
    const size = bits === undefined ? most : Number(bits);
    if (family === 0 || !Number.isInteger(size) || size < 0 || size > most || bits === "")
      throw new RangeError(`${network} is no address and no network such as 10.1.0.0/16`);
    list.addSubnet(address, size, family === 6 ? "ipv6" : "ipv4");
  }
  return list;
}
