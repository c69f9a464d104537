// A receiver of webhooks as its owner would write one: it verifies with the public package, and answers what a story says.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import { Webhook } from "standardwebhooks";
import { onTestFinished } from "vitest";

export interface Received {
  id: string;
  type: string;
  data: { reference?: string; number?: number };
  headers: IncomingMessage["headers"];
  raw: string;
}

type Respond = (answer: ServerResponse, got: Received, count: number) => void;

export interface Receiver {
  url: string;
  /** All requests whose signature was right, answered well or not. */
  got: Received[];
  /** Those that were answered 200. */
  taken: Received[];
  respond: (next: Respond) => void;
  close: () => Promise<void>;
}

export const well: Respond = (answer) => answer.writeHead(200).end("ok");
export const ill =
  (status: number, headers = {}): Respond =>
  (answer) =>
    answer.writeHead(status, headers).end("no");

export async function receiver(secrets: () => readonly string[]): Promise<Receiver> {
  const got: Received[] = [];
  const taken: Received[] = [];
  let respond: Respond = well;
  const server = createServer((request, answer) => {
    const chunks: Buffer[] = [];
    request.on("data", (chunk: Buffer) => chunks.push(chunk));
    request.on("end", () => {
      const raw = Buffer.concat(chunks).toString("utf8");
      const headers = request.headers as Record<string, string>;
      const event = secrets().reduce<unknown>((found, secret) => found ?? verified(secret, raw, headers), undefined);
      if (!event) return void answer.writeHead(401).end();
      const received = { ...(event as Received), headers, raw };
      got.push(received);
      answer.on("finish", () => {
        if (answer.statusCode === 200) taken.push(received);
      });
      respond(answer, received, got.length);
    });
  });
  await new Promise<void>((done) => server.listen(0, "127.0.0.1", done));
  const close = async (): Promise<void> => {
    server.closeAllConnections();
    await new Promise((done) => server.close(done));
  };
  onTestFinished(close);
  const { port } = server.address() as AddressInfo;
  return { url: `http://127.0.0.1:${port}/hook?token=t0p`, got, taken, respond: (next) => (respond = next), close };
}

function verified(secret: string, raw: string, headers: Record<string, string>): unknown {
  try {
    return new Webhook(secret).verify(raw, headers);
  } catch {
    return undefined;
  }
}
