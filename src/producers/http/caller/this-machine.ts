// Names and addresses of this very machine.
import { isIPv4, isIPv6 } from "node:net";

/** Of an address (`127.0.0.1`, `::1`, `::ffff:127.0.0.1`) or of a name in a URL (`localhost`, `[::1]`). */
export function isLoopback(host: string): boolean {
  const bare = host
    .toLowerCase()
    .replace(/^\[|\]$/g, "")
    .replace(/^::ffff:/, "");
  if (isIPv4(bare)) return bare.startsWith("127.");
  return isIPv6(bare) ? bare === "::1" : bare === "localhost";
}
