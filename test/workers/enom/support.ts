// Pretended eNoms on loopback: one that answers from fixtures and keeps what it was asked, one that is only a socket.
import { once } from "node:events";
import { readFileSync } from "node:fs";
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from "node:http";
import { createServer as createSecureServer } from "node:https";
import { type AddressInfo, createServer as createSocketServer, type Server, type Socket } from "node:net";
import { text } from "node:stream/consumers";
import type { SecureContextOptions } from "node:tls";
import { onTestFinished } from "vitest";
import { type EnomAccess, type EnomLimits, enomClient } from "../../../src/workers/enom/client.ts";
import { type Enom, enomCommands } from "../../../src/workers/enom/commands/commands.ts";
import type { Interaction } from "../../../src/workers/enom/wire/interaction-log.ts";

/** Planted in every login; none of them may ever be seen again. */
export const SECRETS = { username: "canary-user", password: "canary&pass word+ü" };

/** `<Command>.<case>`: an answer as eNom writes it. */
export function fixture(name: string): string {
  return readFileSync(new URL(`../../fixtures/enom/${name}.xml`, import.meta.url), "utf8");
}

/** An error document of one command with these codes and texts. */
export function errorDocument(command: string, errors: { numbers?: string[]; texts?: string[] }, payload = ""): string {
  const { numbers = [], texts = [] } = errors;
  const responses = numbers.map(
    (number) =>
      `<response><ResponseNumber>${number}</ResponseNumber><ResponseString>Some words</ResponseString></response>`,
  );
  return `<?xml version="1.0" encoding="utf-8"?><interface-response>${payload}<Command>${command.toUpperCase()}</Command>
    <ErrCount>${Math.max(texts.length, 1)}</ErrCount><errors>${texts.map((each, i) => `<Err${i + 1}>${each}</Err${i + 1}>`).join("")}</errors>
    <ResponseCount>${numbers.length}</ResponseCount><responses>${responses.join("")}</responses><Done>true</Done></interface-response>`;
}

/** A complete success document with this payload. */
export function successDocument(command: string, payload: string): string {
  return `<?xml version="1.0" encoding="utf-8"?><interface-response>${payload}<Command>${command.toUpperCase()}</Command>
    <ErrCount>0</ErrCount><ResponseCount>0</ResponseCount><Done>true</Done></interface-response>`;
}

type Form = Record<string, string>;
export type Play = string | ((response: ServerResponse, request: IncomingMessage, form: Form) => void);

export interface PretendedEnom {
  url: string;
  /** Each form that came in, with its parameters in the order sent. */
  asked: Form[];
  requests: IncomingMessage[];
}

/** Answers call after call from `plays`: a string is sent as XML with status 200, the last play is repeated. */
export async function pretendEnom(plays: Play[], tls?: SecureContextOptions): Promise<PretendedEnom> {
  const asked: Form[] = [];
  const requests: IncomingMessage[] = [];
  const listener: RequestListener = (request, response) => {
    void text(request).then((body) => {
      const play = plays[Math.min(asked.length, plays.length - 1)] ?? "";
      const form = Object.fromEntries(new URLSearchParams(body));
      asked.push(form);
      requests.push(request);
      if (typeof play === "function") return play(response, request, form);
      response.setHeader("content-type", "text/xml; charset=utf-8").end(play);
    });
  };
  const server = tls ? createSecureServer(tls, listener) : createServer(listener);
  server.on("tlsClientError", () => {});
  const port = await listening(server);
  onTestFinished(() => server.closeAllConnections());
  return { url: `${tls ? "https" : "http"}://127.0.0.1:${port}/interface.asp`, asked, requests };
}

export interface SocketServer {
  url: string;
  /** All bytes received, over all connections. */
  received: () => string;
  connections: () => number;
}

/** A server that is only a socket. `talk` is called once for each connection. */
export async function socketServer(talk: (socket: Socket) => void): Promise<SocketServer> {
  const sockets: Socket[] = [];
  let received = "";
  const server = createSocketServer((socket) => {
    sockets.push(socket);
    socket.on("error", () => {});
    socket.on("data", (bytes) => {
      received += bytes.toString("latin1");
    });
    talk(socket);
  });
  const port = await listening(server);
  onTestFinished(() => sockets.forEach((socket) => void socket.destroy()));
  return { url: `http://127.0.0.1:${port}/interface.asp`, received: () => received, connections: () => sockets.length };
}

/** A port on which nobody listens. */
export async function closedPort(): Promise<number> {
  const server = createSocketServer();
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  const { port } = server.address() as AddressInfo;
  server.close();
  await once(server, "close");
  return port;
}

export interface TestEnom {
  client: ReturnType<typeof enomClient>;
  enom: Enom;
  /** What the client reported of each exchange. */
  notes: Interaction[];
}

export function enomAt(
  url: string,
  extra: { limits?: Partial<EnomLimits>; access?: Partial<EnomAccess> } = {},
): TestEnom {
  const notes: Interaction[] = [];
  const access = { account: "main", apiUrl: url, ...SECRETS, ...extra.access };
  const client = enomClient(access, { record: (note) => notes.push(note), limits: extra.limits ?? {} });
  onTestFinished(() => client.close());
  return { client, enom: enomCommands(client), notes };
}

/** Everything an error shows when it is printed or serialised, its causes included. */
export function shown(thing: unknown): string {
  if (!(thing instanceof Error)) return JSON.stringify(thing) ?? "";
  const fields = JSON.stringify(thing, Object.getOwnPropertyNames(thing));
  return [String(thing), thing.stack, fields, thing.cause === undefined ? "" : shown(thing.cause)].join("\n");
}

export function failure(promise: Promise<unknown>): Promise<Error> {
  return promise.then(
    () => Promise.reject(new Error("it went well")),
    (error: Error) => error,
  );
}

async function listening(server: Server): Promise<number> {
  server.listen(0, "127.0.0.1");
  await once(server, "listening");
  onTestFinished(() => void server.close());
  return (server.address() as AddressInfo).port;
}
