// Whom a look for a proof may ask: addresses of the public internet, and of others only those that the operator allows.
import { BlockList, isIP } from "node:net";

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

/** IPv4 that is no host of the public internet (IANA, IPv4 Special-Purpose Address Registry). */
const SPECIAL_4 =
  "0.0.0.0/8 10.0.0.0/8 100.64.0.0/10 127.0.0.0/8 169.254.0.0/16 172.16.0.0/12 192.0.0.0/24 192.0.2.0/24 192.88.99.0/24 192.168.0.0/16 198.18.0.0/15 198.51.100.0/24 203.0.113.0/24 224.0.0.0/4 240.0.0.0/4";
/** Of the one block that is handed out, 2000::/3: protocols, tunnels that hide an IPv4 address, documentation. */
const SPECIAL_6 = "2001::/23 2001:db8::/32 2002::/16 3fff::/20";

const special = listOf([...SPECIAL_4.split(" "), ...SPECIAL_6.split(" ")]);
const global6 = listOf(["2000::/3"]);

/** Whether it is a host of the public internet. An IPv4 address in IPv6's clothes is none. */
export function isPublic(address: string): boolean {
  const family = isIP(address);
  if (family === 4) return !special.check(address);
  return family === 6 && !address.includes("%") && global6.check(address, "ipv6") && !special.check(address, "ipv6");
}

/** Public addresses, and those of the list: addresses, or networks such as `10.1.0.0/16`. @throws RangeError one that is none */
export function mayAskOf(allowed: readonly string[]): Asking["mayAsk"] {
  const list = listOf(allowed);
  return (address) => isPublic(address) || list.check(address, isIP(address) === 6 ? "ipv6" : "ipv4");
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
