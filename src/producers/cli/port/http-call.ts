// One call to a gateway: what it answers, or in words and with an exit code why there is no answer. Nothing is loaded for it.
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { type Ending, failure, type Result } from "../../../shared/base/result.ts";
import type { Gateway } from "../target.ts";

type Method = "GET" | "POST" | "PUT" | "PATCH" | "DELETE";

interface Asked {
  query?: Readonly<Record<string, string | number | undefined>>;
  body?: unknown;
  /** In place of a body: NDJSON, whose lines are safe to repeat. */
  lines?: string;
  /** How long one try may take; of what is streamed, until the answer begins. */
  ms?: number;
  /** The body is handed over while it comes, as `AsyncIterable<Uint8Array>`; what breaks it is thrown. */
  isStream?: boolean;
  /** The same on every try, and when the call is made once more; without it a new one. */
  idempotencyKey?: string;
}

/** The answer's body: JSON where it is JSON, else text. */
export type Call = (method: Method, path: string, asked?: Asked) => Promise<{ status: number; body: unknown } | Result>;

const TRY_MS = 30_000;
const MOST_TRIES = 4;
/** A person waits: longer than that is said, not waited for. */
const LONGEST_PAUSE_MS = 5_000;

/** Nothing was sent: the outcome is known. */
const NOT_SENT = /^(ECONNREFUSED|ENOTFOUND|EAI_AGAIN|EHOSTUNREACH|ENETUNREACH|UND_ERR_CONNECT_TIMEOUT)$/;
const UNTRUSTED = /CERT|UNABLE_TO_|SELF_SIGNED/;

interface Problem {
  code?: string;
  type?: string;
  detail?: string;
  scope?: string;
  valid?: boolean;
  errors?: { field: string; message: string }[];
}

/** `wait`: in place of a real pause. */
export function callTo(gateway: Gateway, wait: (ms: number) => Promise<unknown> = setTimeout): Call {
  return async (method, path, { query = {}, body, lines, ms = TRY_MS, isStream, idempotencyKey } = {}) => {
    const url = new URL(`${gateway.url}/v1${path}`);
    for (const [name, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(name, `${value}`);
    const isWrite = method !== "GET";
    const headers = new Headers({ accept: "application/json, */*;q=0.5" });
    if (gateway.key) headers.set("authorization", `Bearer ${gateway.key}`);
    if (body !== undefined) headers.set("content-type", "application/json");
    // The same key on every try: what was done already is not done twice.
    if (lines !== undefined) headers.set("content-type", "application/x-ndjson");
    else if (isWrite) headers.set("idempotency-key", idempotencyKey ?? randomUUID());
    const sent = {
      method,
      headers,
      redirect: "manual" as const,
      ...(body !== undefined && { body: JSON.stringify(body) }),
      ...(lines !== undefined && { body: lines }),
    };

    for (let tries = 1; ; tries++) {
      const pause = Math.min(250 * 2 ** tries, LONGEST_PAUSE_MS);
      try {
        const signal = isStream ? headOnly(ms) : { of: AbortSignal.timeout(ms), arrived: (): void => {} };
        const response = await fetch(url, { ...sent, signal: signal.of });
        signal.arrived();
        if (response.ok && isStream) return { status: response.status, body: response.body };
        const text = await response.text();
        if (response.ok) return { status: response.status, body: readBody(response, text) };
        const asked = Number(response.headers.get("retry-after") ?? Number.NaN) * 1_000;
        const passes = response.status === 503 || response.status === 429;
        if (!passes || tries === MOST_TRIES || asked > LONGEST_PAUSE_MS)
          return refused(response.status, readProblem(text), { gateway, isWrite });
        await wait(Number.isNaN(asked) ? pause : asked);
      } catch (error) {
        const code = codeOf(error);
        if (UNTRUSTED.test(code)) return untrusted(gateway, code);
        if (tries === MOST_TRIES || NOT_SENT.test(code)) return unreachable(gateway, code, isWrite);
        await wait(pause);
      }
    }
  };
}

/** Ends a try whose answer does not begin; what comes behind its head may take its time. */
function headOnly(ms: number): { of: AbortSignal; arrived: () => void } {
  const stop = new AbortController();
  // A try that failed leaves nothing that the program waits for.
  const timer = globalThis.setTimeout(() => stop.abort(new DOMException("no answer", "TimeoutError")), ms).unref();
  return { of: stop.signal, arrived: () => clearTimeout(timer) };
}

function readBody(response: Response, text: string): unknown {
  return /\bjson\b/.test(response.headers.get("content-type") ?? "") ? JSON.parse(text) : text;
}

/** Undefined: whoever answered is no gateway of ours, such as a proxy before it. */
function readProblem(text: string): Problem | undefined {
  try {
    const read: unknown = JSON.parse(text);
    return typeof read === "object" && read !== null && "type" in read ? (read as Problem) : undefined;
  } catch {
    return undefined;
  }
}

const ENDINGS: Readonly<Record<number, Exclude<Ending, "done">>> = {
  400: "usage",
  404: "not-found",
  409: "conflict",
  413: "usage",
  422: "usage",
  429: "later",
  503: "later",
};

function refused(
  status: number,
  problem: Problem | undefined,
  { gateway, isWrite }: { gateway: Gateway; isWrite: boolean },
): Result {
  if (!problem) {
    const ending = status >= 502 && status <= 504 ? "later" : "failed";
    const words = `${gateway.url} answers ${status}, and not as a gateway of Certfleet does. Check the address (${gateway.saidBy}).`;
    return failure(ending, words, { status });
  }
  const { detail = "", scope, errors, type, code = type?.split(/[:/]/).at(-1) } = problem;
  const more = { status, type, code, ...(scope && { scope }), ...(problem.valid === false && { valid: false }) };
  if (status === 401) {
    const which = gateway.key ? "refuses the API key" : "wants an API key: set CERTFLEET_API_KEY, or use a profile";
    return failure("failed", `${gateway.url} ${which}. ${detail}`.trim(), more);
  }
  if (status === 403 && scope) return failure("failed", `${detail} The API key needs the scope ${scope}.`, more);
  if (errors && errors.length > 0) {
    const lines = errors.map(({ field, message }) => `${field || "body"}: ${message}`);
    return failure("usage", lines.join("\n"), { ...more, faults: errors });
  }
  // After a 500 nobody knows what was done.
  return failure(ENDINGS[status] ?? (status >= 500 && isWrite ? "unknown" : "failed"), detail, more);
}

function unreachable({ url, saidBy }: Gateway, code: string, isWrite: boolean): Result {
  if (NOT_SENT.test(code))
    return failure("later", `No gateway can be reached at ${url} (${code}). Check ${saidBy} and the network.`);
  const why = code === "TimeoutError" ? "did not answer in time" : `broke the connection (${code})`;
  if (!isWrite) return failure("later", `${url} ${why}.`);
  return failure("unknown", `${url} ${why}. It is not known whether it was done: look before you try again.`);
}

function untrusted({ url }: Gateway, code: string): Result {
  const remedy = "If it is of your own CA, name that: NODE_EXTRA_CA_CERTS=/path/to/ca.pem";
  return failure("failed", `The TLS certificate of ${url} is not trusted here (${code}). ${remedy}`);
}

/** `fetch` hides it one or two causes deep. */
function codeOf(error: unknown): string {
  for (let at: unknown = error; at instanceof Error; at = at.cause) {
    const code = (at as NodeJS.ErrnoException).code;
    if (typeof code === "string") return code;
    if (at instanceof AggregateError && at.errors[0] instanceof Error) return codeOf(at.errors[0]);
    if (at.name === "TimeoutError") return at.name;
  }
  return error instanceof Error ? error.message : String(error);
}
