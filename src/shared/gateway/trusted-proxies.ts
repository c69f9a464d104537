// Which proxies are believed about where a request comes from: addresses and networks, and whoever uses the Unix socket.
import ipaddr from "ipaddr.js";
import { z } from "zod";

type Address = ipaddr.IPv4 | ipaddr.IPv6;

export interface TrustedProxies {
  /** Whether an address is a named proxy's; null stands for a peer on the Unix socket. */
  include: (address: string | null) => boolean;
  /** Whether everybody who opens the Unix socket is a proxy. */
  unix: boolean;
}

/** Without the setting no proxy is believed. */
export const NO_PROXIES: TrustedProxies = { include: () => false, unix: false };

const EXAMPLE = "must be a list such as 10.0.0.7,192.168.1.0/24,unix";

/** `10.0.0.7,192.168.1.0/24,fd00::/8,unix` */
export const trustedProxies = z.string().transform((text, context): TrustedProxies => {
  const words = text.split(",").flatMap((word) => word.trim() || []);
  const networks = words.filter((word) => word !== "unix").map(networkOf);
  if (networks.includes(undefined)) {
    context.addIssue({ code: "custom", message: EXAMPLE });
    return z.NEVER;
  }
  const unix = words.includes("unix");
  const named = networks.filter((network) => network !== undefined);
  return {
    unix,
    include: (address) => {
      if (address === null) return unix;
      const plain = plainAddress(address);
      return plain !== undefined && named.some((network) => isWithin(ipaddr.process(plain), network));
    },
  };
});

/**
 * An address in its one form: IPv4 inside IPv6 as IPv4, IPv6 shortened, without zone, port or brackets, as proxies write
 * them into X-Forwarded-For; undefined when it is none.
 */
export function plainAddress(text: string): string | undefined {
  const bare = text.trim().replace(/^"|"$/g, "");
  const inside =
    /^\[([^\]]+)\](?::\d{1,5})?$/.exec(bare)?.[1] ?? /^(\d+(?:\.\d+){3})(?::\d{1,5})?$/.exec(bare)?.[1] ?? bare;
  const address = inside.replace(/%.*$/, "");
  const isWhole = ipaddr.IPv4.isValidFourPartDecimal(address) || ipaddr.IPv6.isValid(address);
  return isWhole ? ipaddr.process(address).toString() : undefined;
}

function networkOf(word: string): [Address, number] | undefined {
  const [address = "", bits] = word.split("/");
  if (!ipaddr.IPv4.isValidFourPartDecimal(address) && !ipaddr.IPv6.isValid(address)) return undefined;
  if (bits === undefined) {
    const one = ipaddr.process(address);
    return [one, one.kind() === "ipv4" ? 32 : 128];
  }
  return ipaddr.isValidCIDR(word) ? ipaddr.parseCIDR(word) : undefined;
}

function isWithin(address: Address, [network, bits]: [Address, number]): boolean {
  return address.kind() === network.kind() && address.match(network, bits);
}
