// One delivery over HTTP: signed, to an allowed address, within fifteen seconds, through no redirect. It never throws.
import { type ClientRequest, Agent as HttpAgent, type IncomingMessage, request as requestHttp } from "node:http";
import { Agent as HttpsAgent, request as requestHttps } from "node:https";
import { isIP, type LookupFunction } from "node:net";
import { Webhook } from "standardwebhooks";
import { type Clock, systemClock } from "../../shared/base/clock.ts";
import { shownLine } from "../../shared/base/text/unseen.ts";
import { version } from "../../shared/process/version.ts";
import { addressesToCall, hostOf, type Resolve, type Target, urlFault } from "../../shared/webhooks/target.ts";

export const TIMEOUT_MS = 15_000;
const MOST_BYTES = 4_096;
const SHOWN_LETTERS = 500;

export interface Message {
  id: string;
  /** JSON, as it is signed. */
  body: string;
}

export interface Answer {
  isDelivered: boolean;
  /** The receiver says that it is no more. */
  isGone: boolean;
  status: number | null;
  retryAfter: string | undefined;
  ms: number;
  /** In words; null of a success. */
  error: string | null;
  answer: string | null;
}

export interface Sender {
  send(message: Message): Promise<Answer>;
  close(): void;
}

export interface SenderOptions extends Target {
  /** Each of them signs. */
  secrets: readonly string[];
  resolve: Resolve;
  /** Whether the log may show what a body says; without it, it may not. */
  showsAnswers?: boolean;
  timeoutMs?: number;
  /** Whose time is signed: receivers compare it with their own clocks. */
  clock?: Clock;
}

/**
 * A sender for the deliveries of one turn. Its connections are kept for that long only: each is made to an address that
 * was looked up and checked for it, so a name that is pointed elsewhere later leads nowhere.
 */
export function openSender({
  secrets,
  resolve,
  showsAnswers = false,
  timeoutMs = TIMEOUT_MS,
  clock = systemClock,
  ...target
}: SenderOptions): Sender {
  const { url, allowPrivate } = target;
  const options = { keepAlive: true, lookup: lookupOf(allowPrivate, resolve) };
  const isHttps = url.startsWith("https:");
  const agent = isHttps ? new HttpsAgent(options) : new HttpAgent(options);
  return {
    async send(message) {
      const from = performance.now();
      const took = (): number => Math.round(performance.now() - from);
      const fault = urlFault(target); // an address that is written as one is never looked up
      if (fault !== undefined) return failed(`the address ${fault}`, took());
      try {
        const signal = AbortSignal.timeout(timeoutMs);
        const headers = headersOf(message, secrets, clock.now());
        const sent = (isHttps ? requestHttps : requestHttp)(url, { method: "POST", agent, headers, signal });
        const response = await answered(sent, message.body);
        const body = await bodyOf(response);
        return judged(response, showsAnswers ? body : "", took());
      } catch (error) {
        return failed(wordsOf(error, timeoutMs), took());
      }
    },
    close: () => agent.destroy(),
  };
}

/** https://github.com/standard-webhooks/standard-webhooks/blob/main/spec/standard-webhooks.md */
function headersOf({ id, body }: Message, secrets: readonly string[], now: Date): Record<string, string> {
  return {
    "content-type": "application/json",
    "content-length": `${Buffer.byteLength(body)}`,
    "user-agent": `Certfleet/${version}`,
    "webhook-id": id,
    "webhook-timestamp": `${Math.floor(now.getTime() / 1_000)}`,
    "webhook-signature": secrets.map((secret) => new Webhook(secret).sign(id, now, body)).join(" "),
  };
}

function answered(request: ClientRequest, body: string): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    request.on("response", resolve);
    request.on("error", reject);
    request.end(body);
  });
}

/** As far as the log shows it. What counts is the status, which has come: a body that breaks off changes nothing. */
async function bodyOf(response: IncomingMessage): Promise<string> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  try {
    for await (const chunk of response as AsyncIterable<Buffer>) {
      chunks.push(chunk);
      bytes += chunk.length;
      if (bytes > MOST_BYTES) break; // the connection is not used again
    }
  } catch {
    // it broke off
  }
  return Buffer.concat(chunks).subarray(0, MOST_BYTES).toString("utf8");
}

function judged({ statusCode = 0, headers }: IncomingMessage, body: string, ms: number): Answer {
  const isDelivered = statusCode >= 200 && statusCode < 300;
  const redirect = statusCode >= 300 && statusCode < 400 ? ": redirects are not followed" : "";
  return {
    ...{ isDelivered, isGone: statusCode === 410, status: statusCode, ms },
    retryAfter: headers["retry-after"],
    error: isDelivered ? null : `the receiver answered ${statusCode}${redirect}`,
    answer: isDelivered || body === "" ? null : shownLine(body).slice(0, SHOWN_LETTERS),
  };
}

function failed(error: string, ms: number): Answer {
  return { isDelivered: false, isGone: false, status: null, retryAfter: undefined, ms, error, answer: null };
}

function wordsOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return "it failed";
  if (error.name === "TimeoutError" || error.name === "AbortError")
    return `no answer within ${timeoutMs / 1_000} seconds`;
  if (error instanceof AggregateError && error.message === "")
    return error.errors.map((each) => (each as Error).message).join("; ");
  return shownLine(error.message).slice(0, SHOWN_LETTERS);
}

/** Each address of the name is held against the rule, and the connection goes to no other. */
function lookupOf(allowPrivate: boolean, resolve: Resolve): LookupFunction {
  return (host, { all }, done) => {
    addressesToCall(hostOf(host), allowPrivate, resolve).then(
      (addresses) => {
        const [first = ""] = addresses;
        if (!all) done(null, first, isIP(first));
        else
          done(
            null,
            addresses.map((address) => ({ address, family: isIP(address) })),
          );
      },
      (error: Error) => done(error, ""),
    );
  };
}
