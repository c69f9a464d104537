// Stands between a fleet and the pretended eNom, and bends what eNom answers: what the real one may do and the sandbox does
// not.
import { once } from "node:events";
import { createServer, type IncomingMessage } from "node:http";
import type { AddressInfo } from "node:net";
import { text } from "node:stream/consumers";
import { onTestFinished } from "vitest";

/** The answer to hand on; it may be changed while the proxy runs. */
export type Bend = (xml: string, command: string) => string;

export interface BendingProxy {
  url: string;
  bend: Bend;
}

/** `url`: of the pretended eNom. */
export async function bendingProxy(url: string): Promise<BendingProxy> {
  const proxy: BendingProxy = { url: "", bend: (xml) => xml };
  const answer = async (request: IncomingMessage): Promise<{ status: number; body: string }> => {
    const form = await text(request);
    const headers = { "content-type": "application/x-www-form-urlencoded" };
    const response = await fetch(url, { method: "POST", headers, body: form });
    const command = new URLSearchParams(form).get("Command") ?? "";
    return { status: response.status, body: proxy.bend(await response.text(), command) };
  };
  const server = createServer((request, response) => {
    void answer(request).then(
      ({ status, body }) => response.writeHead(status, { "content-type": "text/xml; charset=utf-8" }).end(body),
      () => response.destroy(),
    );
  });
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => {
    server.closeAllConnections();
    server.close();
  });
  proxy.url = `http://127.0.0.1:${(server.address() as AddressInfo).port}/interface.asp`;
  return proxy;
}

/** Changes one element of the row of a certificate; `value`: null takes the element away. */
export function bendRow(certId: number, element: string, value: string | null): Bend {
  return (xml, command) =>
    command !== "CertGetCerts"
      ? xml
      : xml.replace(/<Cert>[\s\S]*?<\/Cert>/g, (row) => {
          if (!row.includes(`<CertID>${certId}</CertID>`)) return row;
          const bent = value === null ? "" : `<${element}>${value}</${element}>`;
          return row.replace(new RegExp(`<${element}(/>|>[\\s\\S]*?</${element}>)`), bent);
        });
}
