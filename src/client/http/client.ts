// The entry `certfleet`: orders over HTTP, reads what became of them, and checks webhooks. Needs no other part of Certfleet.
import { setTimeout as sleep } from "node:timers/promises";
import type { Order } from "../order.ts";
import type { Certificate, CertificatePage, ListQuery, OpenedCertificate, Rehearsal } from "./certificate.ts";
import type { EventPage, EventQuery } from "./event.ts";
import { CertfleetError, CertfleetUnreachable, isProblem } from "./problem.ts";
import { type Call, type CallOptions, type ClientOptions, type Send, sender } from "./send.ts";

export type { Approver, Contact, Order, Policy } from "../order.ts";
export type * from "./certificate.ts";
export type { CertfleetEvent, EventData, EventPage, EventQuery, EventType } from "./event.ts";
export type { FieldFault, ProblemCode } from "./problem.ts";
export { CertfleetError, CertfleetProblem, CertfleetUnreachable, isProblem } from "./problem.ts";
export type { Call, CallOptions, ClientOptions } from "./send.ts";
export type { WebhookHeaders } from "./webhook.ts";
export { verifyWebhook, WebhookRefused } from "./webhook.ts";

/** A gateway must not close its hand while it waits for us. */
const MARGIN_MS = 5_000;
const LOOK_EVERY_MS = 2_000;

/**
 * Talks to one gateway. Every call may be repeated: a try that got no answer, or a passing no (429, 5xx), is made again
 * with growing pauses, as long as `Retry-After` says at least, under one Idempotency-Key.
 * @throws CertfleetProblem, CertfleetUnreachable, or the reason of your own signal
 */
export class CertfleetClient {
  readonly certificates: Certificates;
  readonly events: Events;
  readonly #send: Send;

  constructor(options: ClientOptions) {
    this.#send = sender(options);
    this.certificates = new Certificates(this.#send);
    this.events = new Events(this.#send);
  }

  /** Any other call of the API, with the same care: `client.request({ method: "GET", path: "/v1/accounts" })`. */
  request<T = unknown>(call: Call): Promise<T> {
    return this.#send<T>(call);
  }
}

class Certificates {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /**
   * Orders a certificate. The same order again is the same order.
   * @param options `wait`: seconds, 30 at most, that the gateway may wait for the certificate to be issued
   */
  open(
    order: Order,
    { wait, ...options }: CallOptions & { wait?: number | undefined } = {},
  ): Promise<OpenedCertificate> {
    const patient = wait ? { headers: { prefer: `wait=${wait}` }, timeoutMs: wait * 1_000 + MARGIN_MS } : {};
    return this.#send({ method: "POST", path: "/v1/certificates", body: order, ...patient, ...defined(options) });
  }

  /** Checks everything and keeps nothing: what would become of the order. */
  rehearse(order: Order, options: CallOptions = {}): Promise<Rehearsal> {
    const query = { dryRun: "true" };
    return this.#send({ method: "POST", path: "/v1/certificates", query, body: order, ...options });
  }

  get(reference: string, options: CallOptions = {}): Promise<Certificate> {
    return this.#send({ method: "GET", path: pathOf(reference), ...options });
  }

  /** The current certificate, leaf first, then its chain. */
  pem(reference: string, options: CallOptions = {}): Promise<string> {
    const headers = { accept: "application/x-pem-file, application/problem+json" };
    return this.#send({ method: "GET", path: `${pathOf(reference)}/pem`, answer: "text", headers, ...options });
  }

  /** One page. */
  list(query: ListQuery = {}, options: CallOptions = {}): Promise<CertificatePage> {
    return this.#send({ method: "GET", path: "/v1/certificates", query: listed(query), ...options });
  }

  /** All of them, page by page as they are asked for. */
  async *all(query: Omit<ListQuery, "cursor"> = {}, options: CallOptions = {}): AsyncGenerator<Certificate, void> {
    for (let cursor: string | undefined; ; ) {
      const page = await this.list({ limit: 200, ...query, cursor }, options);
      yield* page.items;
      if (page.nextCursor === null) return;
      cursor = page.nextCursor;
    }
  }

  /** How many such a list has on all its pages. */
  async count(query: Omit<ListQuery, "cursor" | "limit" | "sort"> = {}, options: CallOptions = {}): Promise<number> {
    const call: Call = { method: "GET", path: "/v1/certificates/count", query: listed(query), ...options };
    return (await this.#send<{ count: number }>(call)).count;
  }

  /** Without a CSR the last one is used again. */
  reissue(
    reference: string,
    request: { csr?: string | undefined; reason?: string | undefined } = {},
    options: CallOptions = {},
  ): Promise<Certificate> {
    return this.#send({ method: "POST", path: `${pathOf(reference)}/reissues`, body: request, ...options });
  }

  /** `confirm`: the reference once more, where money would be lost, and for an issued certificate. */
  cancel(
    reference: string,
    request: { reason: string; confirm?: string | undefined },
    options: CallOptions = {},
  ): Promise<Certificate> {
    return this.#send({ method: "POST", path: `${pathOf(reference)}/cancel`, body: request, ...options });
  }

  /**
   * Looks every two seconds until the certificate is issued; a gateway that does not respond for a while ends nothing.
   * @throws CertfleetError the order failed, was cancelled, or is not issued in time; it goes on all the same
   */
  async waitFor(
    reference: string,
    { timeoutMs, ...options }: CallOptions & { timeoutMs: number },
  ): Promise<Certificate> {
    const { signal } = options;
    for (const end = Date.now() + timeoutMs; ; ) {
      const leftMs = end - Date.now();
      const certificate = await this.get(reference, options).catch((error: unknown) => {
        if (!passes(error) || leftMs <= 0) throw error;
      });
      const { status, failure } = certificate ?? { status: "unknown", failure: null };
      if (certificate && (status === "issued" || status === "reissuing")) return certificate;
      if (status === "failed" || status === "cancelled" || status === "expired")
        throw new CertfleetError(`${reference} is ${status}${failure ? `: ${failure.message}` : ""}`);
      if (leftMs <= 0) throw new CertfleetError(`${reference} is ${status} after ${timeoutMs} ms, and goes on`);
      await sleep(Math.min(LOOK_EVERY_MS, leftMs), undefined, { signal }).catch(() => signal?.throwIfAborted());
    }
  }
}

/** A gateway that is away or busy may be asked again. */
function passes(error: unknown): boolean {
  return error instanceof CertfleetUnreachable || (isProblem(error) && (error.status === 429 || error.status >= 500));
}

class Events {
  readonly #send: Send;

  constructor(send: Send) {
    this.#send = send;
  }

  /** The events behind `after`, oldest first. Keep `nextCursor` when you have acted on all of them. */
  read({ after, types, reference, wait, limit }: EventQuery = {}, options: CallOptions = {}): Promise<EventPage> {
    const query = {
      ...{ after, reference, types: types?.join(","), wait: wait?.toString(), limit: limit?.toString() },
    };
    const patient = wait ? { timeoutMs: wait * 1_000 + MARGIN_MS } : {};
    return this.#send({ method: "GET", path: "/v1/events", query, ...patient, ...defined(options) });
  }
}

/** @throws TypeError nothing that could be a reference, so that no other path is asked */
function pathOf(reference: string): string {
  if (!/^[A-Za-z0-9._-]{1,64}$/.test(reference) || /^\.{1,2}$/.test(reference))
    throw new TypeError(`no reference: ${JSON.stringify(reference)?.slice(0, 80)}`);
  return `/v1/certificates/${reference}`;
}

function listed({ status, expiresBefore, updatedSince, attention, limit, ...given }: ListQuery) {
  const time = (given: Date | string | undefined) => (given instanceof Date ? given.toISOString() : given);
  return {
    status: typeof status === "string" ? status : status?.join(","),
    expires_before: time(expiresBefore),
    updated_since: time(updatedSince),
    attention: attention ? "true" : undefined,
    limit: limit?.toString(),
    ...given,
  };
}

/** What is not said takes the place of nothing. */
function defined(options: CallOptions): CallOptions {
  return Object.fromEntries(Object.entries(options).filter(([, value]) => value !== undefined));
}
