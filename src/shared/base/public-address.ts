// Which addresses are hosts of the public internet: asked before anything is fetched from an address that came from
// outside.

import { isIP } from "node:net";
import ipaddr from "ipaddr.js";

/** The one block of IPv6 that is handed out to hosts. (IANA, IPv6 Global Unicast Address Assignments) */
const GLOBAL_6 = ipaddr.parseCIDR("2000::/3") as [ipaddr.IPv6, number];

/**
 * Whether anybody in the internet can have this address. Private, loopback, link-local, multicast and documentation
 * addresses are none, nor is IPv6 that stands for an IPv4 address, or that names an interface of this machine.
 */
export function isPublicAddress(address: string): boolean {
  const family = isIP(address);
  if (family === 0 || address.includes("%")) return false;
  const parsed = ipaddr.parse(address);
  if (parsed.range() !== "unicast") return false;
  return parsed instanceof ipaddr.IPv4 || parsed.match(GLOBAL_6);
}
