// A gateway that answers what it is told, for what a real one does not do on demand: being silent, refusing, being another program.
import { once } from "node:events";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import { onTestFinished } from "vitest";

export interface Asked {
  method: string;
  path: string;
  key: string | undefined;
  body: unknown;
}

interface Said {
  status: number;
  body: object | string;
  headers?: Record<string, string>;
}
/** An object that is no `Said` is the body of a 200; a text is PEM. */
type Answer = object | string | ((key: string | undefined) => object);

/** `answers` by method and path, such as `GET /v1/accounts/main`; what is not there is 404. */
export async function pretendedGateway(answers: Record<string, Answer>) {
  const asked: Asked[] = [];
  const server = createServer(async (request, reply) => {
    let text = "";
    for await (const part of request) text += part;
    const { method = "", url: path = "", headers } = request;
    asked.push({ method, path, key: headers["idempotency-key"] as string, body: text && JSON.parse(text) });
    const found = answers[`${method} ${path}`] ?? problem(404, "not-found");
    const { status, body, headers: more = {} } = said(typeof found === "function" ? found(asked.at(-1)?.key) : found);
    const isPem = typeof body === "string";
    reply.writeHead(status, { "content-type": isPem ? "application/x-pem-file" : "application/json", ...more });
    reply.end(isPem ? body : JSON.stringify(body));
  }).listen(0, "127.0.0.1");
  onTestFinished(() => void server.close().closeAllConnections());
  await once(server, "listening");
  return { asked, answers, url: `http://127.0.0.1:${(server.address() as AddressInfo).port}` };
}

function said(answer: object | string): Said {
  return typeof answer === "object" && "body" in answer ? (answer as Said) : { status: 200, body: answer };
}

export const problem = (status: number, code: string, errors?: object[]) => ({
  status,
  body: {
    type: `/docs/problems/${code}`,
    code,
    title: "No.",
    status,
    detail: `said ${code}`,
    ...(errors && { errors }),
  },
});

/** An address at which nobody listens. */
export async function nobody(): Promise<string> {
  const server = createServer().listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  return `http://127.0.0.1:${port}`;
}

/** As the API shows an order. */
export const anOrder = (reference: string, more: object = {}) => ({
  ...{ reference, status: "issued", domain: "shop.example.com", product: "Certificate-RapidSSL-RapidSSL", years: 1 },
  ...{
    account: "main",
    certId: 900110,
    orderId: 500000110,
    expirationDate: "2027-06-10",
    paidUntil: null,
    serialNumber: "0A",
  },
  ...{
    acceptedAt: "2026-11-22T01:34:15.482Z",
    purchases: [{ certId: 900110, at: "2026-11-22T01:34:15.549Z", years: 1 }],
  },
  ...{ validation: { method: "email", approverEmail: "admin@example.com", dns: null, pendingSince: null } },
  ...more,
});
