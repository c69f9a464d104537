// One call of the HTTP API: sent again while that is of use, never twice in effect, and ended by whoever asked.
import { randomUUID } from "node:crypto";
import { setTimeout as sleep } from "node:timers/promises";
import { CertfleetError, CertfleetProblem, CertfleetUnreachable } from "./problem.ts";

export interface ClientOptions {
  /** Of the gateway, such as `https://ssl.example.com`; it may have a path. */
  url: string;
  /** Of `certfleet key create`. */
  apiKey?: string | undefined;
  /** For one try, in milliseconds; 10,000. */
  timeoutMs?: number | undefined;
  /** Tries after the first one; 5. */
  retries?: number | undefined;
  /** The longest pause between two tries, in milliseconds; 30,000. A gateway that asks for more is not asked again. */
  longestPauseMs?: number | undefined;
  /** In place of the global one. */
  fetch?: typeof fetch | undefined;
}

export interface CallOptions {
  /** Ends the call at once, with the signal's reason. */
  signal?: AbortSignal | undefined;
  /** As in the client's options, for this call. */
  timeoutMs?: number | undefined;
  /** Makes two calls one; without it each call has its own, which all of its tries bear. */
  idempotencyKey?: string | undefined;
}

export interface Call extends CallOptions {
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE";
  /** From `/v1` on. */
  path: string;
  query?: Readonly<Record<string, string | undefined>> | undefined;
  body?: unknown;
  headers?: Readonly<Record<string, string>> | undefined;
  /** `text`: the answer is no JSON. */
  answer?: "json" | "text" | undefined;
}

export type Send = <T>(call: Call) => Promise<T>;

const TIMEOUT_MS = 10_000;
const RETRIES = 5;
const FIRST_PAUSE_MS = 500;
const LONGEST_PAUSE_MS = 30_000;
/** Nobody said no for good. */
const PASSING = new Set([408, 425, 429, 500, 502, 503, 504]);

/** What one try came to: an answer, or an error and how long the gateway asked to wait. */
type Outcome = { answer: unknown } | { error: CertfleetError; passes: boolean; retryAfterMs?: number | undefined };

/** @throws TypeError an address or a key that no request could be made with; it does not quote them */
export function sender(options: ClientOptions): Send {
  const { retries = RETRIES, longestPauseMs = LONGEST_PAUSE_MS } = options;
  const base = baseOf(options.url);
  const authorization = authorizationOf(options.apiKey);
  return async <T>(call: Call): Promise<T> => {
    const { method, signal } = call;
    const isKeyed = method === "POST" || method === "PUT";
    const idempotencyKey = call.idempotencyKey ?? (isKeyed ? randomUUID() : undefined);
    const request = requestOf(call, { base, authorization, idempotencyKey });
    for (let tried = 0; ; tried++) {
      signal?.throwIfAborted();
      const outcome = await attempt(request, { call, options, idempotencyKey });
      if ("answer" in outcome) return outcome.answer as T;
      const pauseMs = Math.max(outcome.retryAfterMs ?? 0, pauseAfter(tried));
      if (!outcome.passes || tried >= retries || pauseMs > longestPauseMs) throw outcome.error;
      await sleep(pauseMs, undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  };
}

interface Request {
  url: string;
  init: RequestInit;
}

function requestOf(
  { method, path, query = {}, body, headers }: Call,
  about: { base: string; authorization: string | undefined; idempotencyKey: string | undefined },
): Request {
  const asked = new URLSearchParams();
  for (const [name, value] of Object.entries(query)) if (value !== undefined) asked.set(name, value);
  const { base, authorization, idempotencyKey } = about;
  return {
    url: `${base}${path}${asked.size > 0 ? `?${asked}` : ""}`,
    init: {
      method,
      redirect: "manual", // a key goes to nobody else
      headers: {
        accept: "application/json",
        ...(authorization && { authorization }),
        ...(idempotencyKey && { "idempotency-key": idempotencyKey }),
        ...(body !== undefined && { "content-type": "application/json" }),
        ...headers,
      },
      ...(body !== undefined && { body: JSON.stringify(body) }),
    },
  };
}

interface Attempted {
  call: Call;
  options: ClientOptions;
  idempotencyKey: string | undefined;
}

/** @throws the reason of the caller's own signal */
async function attempt({ url, init }: Request, { call, options, idempotencyKey }: Attempted): Promise<Outcome> {
  const { signal, timeoutMs = options.timeoutMs ?? TIMEOUT_MS } = call;
  const send = options.fetch ?? fetch;
  const ended = new AbortController();
  const leave = (): void => ended.abort();
  signal?.addEventListener("abort", leave, { once: true });
  const timer = setTimeout(leave, timeoutMs);
  try {
    const response = await send(url, { ...init, signal: ended.signal });
    return outcomeOf(response, await response.text(), { call, idempotencyKey });
  } catch (cause) {
    signal?.throwIfAborted();
    const why = ended.signal.aborted ? `no answer within ${timeoutMs} ms` : reasonOf(cause);
    const error = new CertfleetUnreachable(`${init.method} ${call.path}: ${why}`, { idempotencyKey, cause });
    return { error, passes: true };
  } finally {
    clearTimeout(timer);
    signal?.removeEventListener("abort", leave);
  }
}

function outcomeOf(response: Response, text: string, about: Omit<Attempted, "options">): Outcome {
  const { call, idempotencyKey } = about;
  const { status, headers } = response;
  const retryAfterMs = waitOf(headers.get("retry-after"));
  if (status >= 300 && status < 400) {
    const error = new CertfleetError(
      `${call.method} ${call.path}: the answer leads elsewhere (${status}). Use the gateway's own address as url.`,
    );
    return { error, passes: false };
  }
  const isJson = /\bjson\b/.test(headers.get("content-type") ?? "");
  const body = isJson ? parsed(text) : undefined;
  if (status < 300) {
    if (call.answer === "text") return { answer: text };
    if (status === 204) return { answer: undefined };
    if (body !== undefined) return { answer: body };
  }
  const passes = PASSING.has(status) || (status === 409 && retryAfterMs !== undefined); // 409: the same call is under way
  if (status >= 400 && isRecord(body)) {
    const requestId = headers.get("x-request-id") ?? undefined;
    return { error: new CertfleetProblem(body, { status, retryAfterMs, requestId }), passes, retryAfterMs };
  }
  // What stands in between answers for a gateway that it cannot reach.
  const error =
    status >= 500
      ? new CertfleetUnreachable(`${call.method} ${call.path}: ${status}, and not from the gateway`, { idempotencyKey })
      : new CertfleetError(`${call.method} ${call.path}: ${status}, and not from a gateway of Certfleet. Check url.`);
  return { error, passes, retryAfterMs };
}

/** Half of it by chance, so that many callers do not come back together. */
function pauseAfter(tried: number): number {
  return FIRST_PAUSE_MS * 2 ** tried * (0.5 + Math.random() / 2);
}

/** `Retry-After`: seconds, or a date. */
function waitOf(text: string | null): number | undefined {
  if (text === null) return undefined;
  const ms = /^\d+$/.test(text) ? Number(text) * 1_000 : Date.parse(text) - Date.now();
  return Number.isFinite(ms) ? Math.max(0, ms) : undefined;
}

function reasonOf(error: unknown): string {
  const cause = error instanceof Error ? (error.cause ?? error) : error;
  return cause instanceof Error ? cause.message || cause.name : String(cause);
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

function baseOf(text: string): string {
  const url = typeof text === "string" && URL.canParse(text) ? new URL(text) : undefined;
  if (!url || !/^https?:$/.test(url.protocol))
    throw new TypeError("CertfleetClient: url must be the gateway's address, such as https://ssl.example.com");
  if (url.username || url.password || url.search || url.hash)
    throw new TypeError("CertfleetClient: url must hold no login, no ? and no #; the key goes into apiKey");
  return url.href.replace(/\/+$/, "");
}

function authorizationOf(apiKey: string | undefined): string | undefined {
  if (apiKey === undefined || apiKey === "") return undefined;
  if (!/^[\x21-\x7e]+$/.test(apiKey)) throw new TypeError("CertfleetClient: apiKey holds a sign that no key has");
  return `Bearer ${apiKey}`;
}
