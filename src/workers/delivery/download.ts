// Downloads the issuer of a certificate from the address that the certificate names (RFC 5280 4.2.2.1, caIssuers). The
// address comes from outside: only public hosts are asked, little is read, and nothing is followed.
import { type LookupAddress, lookup } from "node:dns";
import { get as httpGet, type RequestOptions } from "node:http";
import { get as httpsGet } from "node:https";
import { isIP } from "node:net";
import { isPublicAddress } from "../../shared/base/public-address.ts";
import { certificatesIn, certificatesOfPkcs7 } from "../../shared/delivery/pem.ts";
import { type Certificate, certificatesFrom, findCertificate } from "../../shared/delivery/x509.ts";

/** CAs serve them from there (BR 7.1.2.7.7 wants http). */
const PORTS = new Set([80, 443]);
/** Of the whole download. */
const WAIT_MS = 10_000;
/** An intermediate has some 2 KiB; a PKCS #7 with all of a CA's some more. */
const MOST_BYTES = 64 * 1_024;

export interface DownloadRules {
  /** Whether this address and port may be asked; default: public addresses, ports 80 and 443. */
  mayAsk?: (address: string, port: number) => boolean;
  waitMs?: number;
}

/**
 * Certificates at the address, DER, PEM or PKCS #7 (RFC 5280 4.2.2.1). They prove nothing by themselves: the chain is
 * proved by its signatures.
 * @throws Error in one sentence: not http(s), not public, too large, too slow, another status than 200, no certificate
 */
export async function downloadIssuers(url: string, rules: DownloadRules = {}): Promise<Certificate[]> {
  const body = await download(checkedUrl(url), rules);
  const text = body.toString("latin1");
  const found = text.includes("-----BEGIN ")
    ? certificatesFrom(certificatesIn(text))
    : certificatesFrom(findCertificate(body) ? [body] : certificatesOfPkcs7(body));
  if (found.length === 0) throw new Error(`There is no certificate at ${url}.`);
  return found;
}

function checkedUrl(text: string): URL {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol) || url.username || url.password)
    throw new Error(`${text.slice(0, 200)} is no http or https address to download a certificate from.`);
  return url;
}

function download(url: URL, { mayAsk = mayAskByDefault, waitMs = WAIT_MS }: DownloadRules): Promise<Buffer> {
  const port = Number(url.port) || (url.protocol === "https:" ? 443 : 80);
  const refusal = (): Error => new Error(`${url.host} is no public address; nothing is downloaded from it.`);
  const host = url.hostname.replace(/^\[|\]$/g, "");
  if (isIP(host) && !mayAsk(host, port)) return Promise.reject(refusal());
  const options: RequestOptions = {
    agent: false,
    signal: AbortSignal.timeout(waitMs),
    headers: { accept: "*/*" },
    // What is checked is what is connected to: a second question to the DNS could have another answer.
    lookup: (name, asked, answer) =>
      lookup(name, { ...asked, all: true }, (error, addresses: LookupAddress[]) => {
        if (error) return answer(error, [], 4);
        if (addresses.length === 0 || !addresses.every(({ address }) => mayAsk(address, port)))
          return answer(refusal(), [], 4);
        const [first] = addresses;
        return asked.all ? answer(null, addresses) : answer(null, first?.address ?? "", first?.family ?? 4);
      }),
  };
  return new Promise((resolve, reject) => {
    const fail = (error: Error): void => {
      request.destroy();
      reject(
        error.name === "AbortError" || error.name === "TimeoutError" ? new Error(`${url.host} is too slow.`) : error,
      );
    };
    const request = (url.protocol === "https:" ? httpsGet : httpGet)(url, options, (response) => {
      response.on("error", fail);
      // A redirect is not followed: CAs serve the file where they say that it is.
      if (response.statusCode !== 200) return fail(new Error(`${url} answers with status ${response.statusCode}.`));
      const parts: Buffer[] = [];
      let size = 0;
      response.on("data", (part: Buffer) => {
        size += part.length;
        if (size > MOST_BYTES) fail(new Error(`What ${url} answers is larger than ${MOST_BYTES} bytes.`));
        else parts.push(part);
      });
      response.on("end", () => resolve(Buffer.concat(parts)));
    });
    request.on("error", fail);
  });
}

function mayAskByDefault(address: string, port: number): boolean {
  return PORTS.has(port) && isPublicAddress(address);
}
