// Where a webhook may go: https to addresses of the public internet, and elsewhere only where somebody allowed it.
import { lookup as systemLookup } from "node:dns/promises";
import { isIP } from "node:net";
import { isPublicAddress } from "../base/public-address.ts";

/** All addresses of a name. */
export type Resolve = (host: string) => Promise<string[]>;

export const resolveBySystem: Resolve = async (host) =>
  (await systemLookup(host, { all: true })).map(({ address }) => address);

/** Public addresses at which clouds tell a machine about itself. (Azure, "What is IP address 168.63.129.16") */
const METADATA = new Set(["168.63.129.16"]);

export interface Target {
  url: string;
  allowPrivate: boolean;
}

/** What is wrong with it, as far as its text tells. */
export function urlFault({ url, allowPrivate }: Target): string | undefined {
  if (!URL.canParse(url) || !/^https?:\/\//i.test(url))
    return "must be an address such as https://billing.example/hook";
  const { protocol, username, password, hash, hostname } = new URL(url);
  if (url.length > 2_000) return "must have 2,000 characters at most";
  if (username || password) return "must hold no login: receivers verify the signature";
  if (hash) return "must have no part behind #: it is never sent";
  if (protocol === "http:" && !allowPrivate) return "must be https; http is for allowPrivate only";
  const host = hostOf(hostname);
  if (isIP(host) !== 0 && !mayCall(host, allowPrivate)) return `is not public (${host}); allowPrivate allows it`;
  return undefined;
}

/** Whether a connection to this address is allowed. */
export function mayCall(address: string, allowPrivate: boolean): boolean {
  return allowPrivate || (isPublicAddress(address) && !METADATA.has(address));
}

/** The address of IPv6 stands in brackets in a URL. */
export function hostOf(hostname: string): string {
  return hostname.replace(/^\[|\]$/g, "");
}

/**
 * All addresses of a host, each of which may be called.
 * @throws Error where one may not, or there is none
 */
export async function addressesToCall(host: string, allowPrivate: boolean, resolve: Resolve): Promise<string[]> {
  const addresses = isIP(host) === 0 ? await resolve(host) : [host];
  const wrong = addresses.find((address) => !mayCall(address, allowPrivate));
  if (wrong !== undefined) throw new Error(`${host} has the address ${wrong}, which is not public`);
  if (addresses.length === 0) throw new Error(`${host} has no address`);
  return addresses;
}

const ASK_MS = 1_000;

/**
 * What is wrong with it, asked when it is registered: its name is looked up once. A name that nobody knows yet is no
 * fault; each delivery looks again.
 */
export async function targetFault(target: Target, resolve: Resolve = resolveBySystem): Promise<string | undefined> {
  const fault = urlFault(target);
  if (fault !== undefined || target.allowPrivate) return fault;
  const host = hostOf(new URL(target.url).hostname);
  const timer = AbortSignal.timeout(ASK_MS);
  const late = new Promise<string[]>((done) => timer.addEventListener("abort", () => done([]), { once: true }));
  const addresses = await Promise.race([resolve(host).catch(() => []), late]);
  const wrong = addresses.find((address) => !mayCall(address, false));
  return wrong === undefined ? undefined : `is not public: ${host} has the address ${wrong}; allowPrivate allows it`;
}
