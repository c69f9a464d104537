// How a machine reaches eNom: straight, or through a proxy.
import { z } from "zod";

const PROXY = "must be an address of a proxy such as http://proxy.example:3128";

const proxyAddress = z
  .string()
  .refine((text) => {
    const url = URL.parse(text);
    return url !== null && /^https?:$/.test(url.protocol) && url.pathname === "/" && !url.search && !url.hash;
  }, PROXY)
  .optional();

export const enomWaySettings = {
  ENOM_PROXY: proxyAddress.describe(
    "The proxy that leads to eNom, such as `http://proxy.example:3128`; it may hold a login. Nothing else goes through it",
  ),
  NO_PROXY: z
    .string()
    .optional()
    .describe("Hosts that are reached without `ENOM_PROXY`, with commas between; `.example.com` is all below, `*` all"),
};

/** The proxy on the way to `url`; none to this machine, and none to a host that `NO_PROXY` names. */
export function proxyTo(
  url: string,
  { ENOM_PROXY, NO_PROXY = "" }: { ENOM_PROXY?: string | undefined; NO_PROXY?: string | undefined },
): URL | undefined {
  const target = URL.parse(url);
  if (ENOM_PROXY === undefined || target === null || target.protocol !== "https:") return undefined;
  const host = target.hostname.toLowerCase();
  const port = target.port || "443";
  const isThisMachine = /^(localhost|127(\.\d{1,3}){3}|\[::1\])$/.test(host);
  return isThisMachine || NO_PROXY.split(/[\s,]+/).some((entry) => isNamed(entry.toLowerCase(), host, port))
    ? undefined
    : new URL(ENOM_PROXY);
}

/** As curl and most programs read it: a name stands for itself and all below it, with or without a dot before it. */
function isNamed(entry: string, host: string, port: string): boolean {
  if (entry === "") return false;
  if (entry === "*") return true;
  const [, name = "", wantedPort] = /^(.*?)(?::(\d+))?$/.exec(entry) ?? [];
  if (wantedPort !== undefined && wantedPort !== port) return false;
  const bare = name.replace(/^\*?\./, "");
  return host === bare || host.endsWith(`.${bare}`);
}
