// What machines ask one process: does it live, can it take work, what has it counted. It needs no key and no Redis, and
// tells no names of customers or domains.
import { createServer, type IncomingMessage, type ServerResponse } from "node:http";
import type { AddressInfo } from "node:net";
import type { Log } from "../base/log.ts";
import { badSettings } from "../base/read-settings.ts";
import { withDeadline } from "../base/time/deadline.ts";

export interface HealthPlace {
  port: number;
  host: string;
  log: Log;
}

export interface HealthAnswers {
  /** Why it cannot take work now, in words; null: it can. */
  isReady: () => Promise<string | null>;
  /** Why it should be started again, in words; null: it is alive. Without it: alive as long as it answers. */
  isAlive?: () => string | null;
  /** Prometheus' text format. */
  metrics: () => Promise<string>;
}

export interface HealthServer {
  url: string;
  /** Lets go of the port; what is being answered is cut off. */
  stop: () => Promise<void>;
}

/** Whoever asks has given up by then. */
const ANSWER_MS = 3_000;

interface Answer {
  status: number;
  text: string;
  type?: string;
}

/**
 * Listens at `/livez`, `/readyz` and `/metrics`; port 0: any free one, which is logged.
 * @throws Error of settings when it cannot listen there
 */
export async function startHealthServer(
  { port, host, log }: HealthPlace,
  { isReady, isAlive = () => null, metrics }: HealthAnswers,
): Promise<HealthServer> {
  const pages: Readonly<Record<string, () => Promise<Answer>>> = {
    "/livez": async () => verdict("alive", isAlive()),
    "/readyz": async () => verdict("ready", await isReady()),
    "/metrics": async () => ({
      ...{ status: 200, text: await metrics(), type: "text/plain; version=0.0.4; charset=utf-8" },
    }),
  };
  const server = createServer({ requestTimeout: ANSWER_MS, headersTimeout: ANSWER_MS, keepAliveTimeout: 5_000 });
  server.maxConnections = 100;
  server.on("request", (request, response) => void respond(request, response, pages));
  await new Promise<void>((resolve, reject) => {
    server.once("error", (error) => reject(cannotListen({ host, port }, error)));
    server.listen({ host, port }, resolve);
  });
  const { port: opened } = server.address() as AddressInfo;
  const url = `http://${host.includes(":") ? `[${host}]` : host}:${opened}`;
  log.info({ event: "health.started", url });
  return {
    url,
    stop: () =>
      new Promise((resolve) => {
        server.close(() => resolve());
        server.closeAllConnections();
      }),
  };
}

async function respond(
  { method = "", url = "/" }: IncomingMessage,
  response: ServerResponse,
  pages: Readonly<Record<string, () => Promise<Answer>>>,
): Promise<void> {
  const path = url.split("?")[0] ?? "/";
  const page = Object.hasOwn(pages, path) ? pages[path] : undefined;
  let answer: Answer;
  if (!page) answer = { status: 404, text: `There is ${Object.keys(pages).join(", ")}.\n` };
  else if (method !== "GET" && method !== "HEAD") answer = { status: 405, text: "Only GET and HEAD.\n" };
  else answer = await inTime(page());
  const { status, text, type = "text/plain; charset=utf-8" } = answer;
  response.writeHead(status, {
    ...{ "content-type": type, "content-length": Buffer.byteLength(text), "cache-control": "no-store" },
    ...(status === 405 && { allow: "GET, HEAD" }),
    ...(status === 503 && { "retry-after": "5" }),
  });
  response.end(method === "HEAD" ? undefined : text);
}

function verdict(word: string, why: string | null): Answer {
  return why === null ? { status: 200, text: `${word}\n` } : { status: 503, text: `not ${word}: ${why}\n` };
}

/** An error is told without its text, which may name anything. */
async function inTime(work: Promise<Answer>): Promise<Answer> {
  const failed = { status: 503, text: "It could not find out.\n" };
  const late = { status: 503, text: "It did not find out in time.\n" };
  return withDeadline(
    work.catch(() => failed),
    ANSWER_MS,
    () => late,
  );
}

function cannotListen({ host, port }: { host: string; port: number }, { code }: NodeJS.ErrnoException): Error {
  switch (code) {
    case "EADDRINUSE":
      return badSettings([
        `CERTFLEET_HEALTH_PORT: ${port} of ${host} is in use (${code}): each process needs a port of its own. Set another one, or 0 for any that is free`,
      ]);
    case "EACCES":
      return badSettings([`CERTFLEET_HEALTH_PORT: ${port} is not permitted (${code}): set one from 1024 to 65535`]);
    default:
      return badSettings([
        `CERTFLEET_HEALTH_HOST: nothing can listen at ${host}, port ${port} (${code ?? "unknown error"}): set an address of this machine, such as 127.0.0.1, or 0.0.0.0 for all`,
      ]);
  }
}
