// Looks for the DNS record that an owner was asked to publish, at the servers of its zone: what they say is new at
// once, while a resolver may still remember that there was nothing.
import { Resolver } from "node:dns/promises";
import { isIPv6 } from "node:net";
import { shownLine } from "../../shared/base/text/unseen.ts";
import type { Asking, Seen } from "./asking.ts";

interface Wanted {
  /** As eNom names it: `@` is the domain, others are below it or hold it. */
  name: string;
  type: string;
  value: string;
}

/** Nobody has the name, or nothing of this type. */
const NOTHING = new Set(["ENODATA", "ENOTFOUND"]);
const MOST_SERVERS = 4;

/** Never throws. `domain`: of the certificate, a wildcard with its star. */
export async function lookForRecord(wanted: Wanted, domain: string, asking: Asking): Promise<Seen> {
  if (wanted.type !== "TXT" && wanted.type !== "CNAME")
    return { found: "unknown", detail: `records of type ${wanted.type} are not looked for` };
  const others: string[] = [];
  let because = "";
  for (const name of namesOf(wanted.name, domain)) {
    const values = await valuesAt(name, wanted.type, asking).catch((error: unknown) => {
      because ||= `${name}: ${codeOf(error)}`;
      return [];
    });
    if (values.some((value) => isSame(wanted, value)))
      return { found: "there", detail: `${name} ${wanted.type} has the value` };
    others.push(
      ...values.filter((value) => isMeantAs(wanted, value)).map((value) => `${name} has ${shortened(value)}`),
    );
  }
  const [first] = others;
  if (first !== undefined) return { found: "other", detail: first };
  if (because) return { found: "unknown", detail: `no answer from DNS (${because})` };
  return { found: "missing", detail: `no ${wanted.type} record at ${namesOf(wanted.name, domain)[0]} has the value` };
}

/**
 * Where the record may stand: at the domain, or below it, and at the names above, where a CA looks, too (BR 3.2.2.4.7,
 * authorization domain names), down to two labels.
 */
export function namesOf(entry: string, domain: string): string[] {
  const base = domain.replace(/^\*\./, "").toLowerCase();
  const name = entry.trim().replace(/\.$/, "").toLowerCase();
  const labels = base.split(".");
  const bases = labels.map((_label, i) => labels.slice(i).join(".")).filter((each) => each.includes("."));
  if (name === "" || name === "@" || name === base) return bases;
  if (bases.some((each) => name === each || name.endsWith(`.${each}`))) return [name];
  return bases.map((each) => `${name}.${each}`);
}

async function valuesAt(name: string, type: "TXT" | "CNAME", asking: Asking): Promise<string[]> {
  const resolver = resolverOf(asking.resolvers, asking);
  const own = await serversOf(name, resolver, asking);
  if (own.length === 0) return query(resolver, name, type);
  try {
    const values = await query(resolverOf(own, asking), name, type);
    // A name that points elsewhere has its TXT there, and that zone has other servers.
    if (values.length > 0 || type === "CNAME") return values;
    const alias = await query(resolverOf(own, asking), name, "CNAME");
    return alias.length > 0 ? await query(resolver, name, type) : [];
  } catch {
    return query(resolver, name, type);
  }
}

/** The addresses of the zone's own servers, those alone that may be asked. Empty where none is found. */
async function serversOf(name: string, resolver: Resolver, { mayAsk, dnsPort }: Asking): Promise<string[]> {
  const labels = name.split(".");
  for (let i = 0; i < labels.length - 1; i++) {
    const zone = labels.slice(i).join(".");
    const servers = await resolver.resolveNs(zone).catch(() => []);
    if (servers.length === 0) continue;
    const found = await Promise.all(servers.slice(0, MOST_SERVERS).map((server) => addressesOf(server, resolver)));
    return found
      .flat()
      .filter(mayAsk)
      .slice(0, MOST_SERVERS)
      .map((address) => withPort(address, dnsPort));
  }
  return [];
}

async function addressesOf(server: string, resolver: Resolver): Promise<string[]> {
  const [v4, v6] = await Promise.all([
    resolver.resolve4(server).catch(() => []),
    resolver.resolve6(server).catch(() => []),
  ]);
  return [...v4, ...v6];
}

async function query(resolver: Resolver, name: string, type: "TXT" | "CNAME"): Promise<string[]> {
  try {
    if (type === "CNAME") return await resolver.resolveCname(name);
    return (await resolver.resolveTxt(name)).map((parts) => parts.join(""));
  } catch (error) {
    if (NOTHING.has(codeOf(error))) return [];
    throw error;
  }
}

function resolverOf(servers: readonly string[], { timeoutMs }: Asking): Resolver {
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  if (servers.length > 0) resolver.setServers(servers);
  return resolver;
}

function withPort(address: string, port: number): string {
  return isIPv6(address) ? `[${address}]:${port}` : `${address}:${port}`;
}

function isSame({ type, value }: Wanted, found: string): boolean {
  if (type === "CNAME") return plainName(found) === plainName(value);
  return found.trim() === value.trim();
}

/** At a name of its own every value was meant as this one; at the domain itself stand many that say other things. */
function isMeantAs({ name, type }: Wanted, found: string): boolean {
  if (type === "CNAME" || (name !== "@" && name !== "")) return true;
  return /^[A-Za-z0-9_.-]+$/.test(found.trim());
}

function plainName(name: string): string {
  return name.trim().replace(/\.$/, "").toLowerCase();
}

function shortened(value: string): string {
  const text = value.replace(/[^\x20-\x7e]/g, "?");
  return JSON.stringify(shownLine(text.length > 80 ? `${text.slice(0, 80)}…` : text));
}

function codeOf(error: unknown): string {
  return error instanceof Error && "code" in error ? String(error.code) : "failed";
}
