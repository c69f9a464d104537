// Looks for the file that an owner was asked to publish: one GET as a CA sends it, to public addresses only, and
// through a few redirects.
import { Resolver, lookup as systemLookup } from "node:dns/promises";
import { type IncomingMessage, request as requestHttp } from "node:http";
import { request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { shownLine } from "../../shared/base/text/unseen.ts";
import type { Asking, Seen } from "./asking.ts";

const MOST_REDIRECTS = 3;
const MOST_BYTES = 65_536;
const PORTS = new Set(["", "80", "443"]);

interface Wanted {
  url: string;
  content: string;
}

/** What of an answer counts. */
interface Answer {
  status: number;
  location: string | undefined;
  body: string;
}

/** Never throws. `ports`: allowed besides 80 and 443. */
export async function lookForFile(wanted: Wanted, asking: Asking, ports: readonly string[] = []): Promise<Seen> {
  try {
    let url = new URL(wanted.url);
    for (let hops = 0; ; hops++) {
      const answer = await get(url, asking, ports);
      if (answer.location === undefined) return judge(answer, wanted, url);
      if (hops === MOST_REDIRECTS)
        return { found: "unknown", detail: `${wanted.url} leads through too many redirects` };
      url = new URL(answer.location, url);
    }
  } catch (error) {
    return { found: "unknown", detail: `${wanted.url}: ${error instanceof Error ? error.message : "failed"}` };
  }
}

function judge({ status, body }: Answer, { content }: Wanted, url: URL): Seen {
  if (status >= 400 && status < 500) return { found: "missing", detail: `${url.href} answers ${status}` };
  if (status !== 200) return { found: "unknown", detail: `${url.href} answers ${status}` };
  if (plain(body) === plain(content)) return { found: "there", detail: `${url.href} has the content` };
  const begins = plain(body)
    .slice(0, 60)
    .replace(/[^\x20-\x7e]/g, " ");
  return { found: "other", detail: `${url.href} begins with ${JSON.stringify(shownLine(begins))}` };
}

/** Lines without what stands around them. */
function plain(text: string): string {
  return text
    .split(/\r\n?|\n/)
    .map((line) => line.trim())
    .filter((line) => line !== "")
    .join("\n");
}

function get(url: URL, asking: Asking, ports: readonly string[]): Promise<Answer> {
  if (url.protocol !== "http:" && url.protocol !== "https:") throw new Error(`${url.protocol} is not followed`);
  if (url.username || url.password) throw new Error("an address with a login is not followed");
  if (!PORTS.has(url.port) && !ports.includes(url.port)) throw new Error(`port ${url.port} is not asked`);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) !== 0 && !asking.mayAsk(host)) throw new Error(`${host} is no public address`);
  // What the file proves is said by its content: a CA takes it over a broken certificate, too.
  const options = {
    lookup: lookupOf(asking),
    signal: AbortSignal.timeout(asking.timeoutMs),
  };
  const send = url.protocol === "https:" ? requestHttps : requestHttp;
  return new Promise((resolve, reject) => {
    const request = send(url, { ...options, agent: false, headers: { accept: "*/*" } }, (response) => {
      answerOf(response).then(resolve, reject);
    });
    request.on("error", reject);
    request.end();
  });
}

/** The body is read as far as any proof is long. */
async function answerOf(response: IncomingMessage): Promise<Answer> {
  const { statusCode: status = 0, headers } = response;
  const location = status >= 300 && status < 400 ? headers.location : undefined;
  let body = "";
  if (location === undefined)
    for await (const chunk of response) {
      body += String(chunk);
      if (body.length > MOST_BYTES) break;
    }
  response.destroy();
  return { status, location, body };
}

/** Each address of the name is held against the rule, and the connection goes to no other. */
function lookupOf(asking: Asking): LookupFunction {
  return (host, { all }, done) => {
    addressesOf(host, asking).then(
      (addresses) => {
        const wrong = addresses.find((address) => !asking.mayAsk(address));
        const [first] = addresses;
        if (wrong !== undefined) done(new Error(`${host} has the address ${wrong}, which is not public`), "");
        else if (first === undefined) done(new Error(`${host} has no address`), "");
        else if (all)
          done(
            null,
            addresses.map((address) => ({ address, family: isIP(address) })),
          );
        else done(null, first, isIP(first));
      },
      (error: Error) => done(error, ""),
    );
  };
}

async function addressesOf(host: string, { resolvers, timeoutMs }: Asking): Promise<string[]> {
  if (resolvers.length === 0) return (await systemLookup(host, { all: true })).map(({ address }) => address);
  const resolver = new Resolver({ timeout: timeoutMs, tries: 1 });
  resolver.setServers(resolvers);
  const both = [resolver.resolve4(host).catch(() => []), resolver.resolve6(host).catch(() => [])];
  return (await Promise.all(both)).flat();
}
