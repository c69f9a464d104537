// Why an order was not put into the queue, or what became of it there.

export type QueueErrorCode =
  /** Redis does not respond, or lets this user do less than is needed. */
  | "redis"
  /** No fleet has run under this prefix: a job would wait in a queue that nobody reads. */
  | "no-fleet"
  /** The fleet is of another release, whose data or jobs this package cannot read or write. */
  | "version"
  /** Wrong fields: see `errors`. */
  | "invalid"
  /** The workers refused the order; nothing was bought. */
  | "refused"
  /** The order ended without a certificate. */
  | "ended"
  /** A person must act before the order goes on: see `outcome`. */
  | "attention"
  /** Not issued in time. The order goes on all the same. */
  | "timeout"
  /** The client was closed. */
  | "closed";

export interface QueueErrorAbout {
  code: QueueErrorCode;
  cause?: unknown;
  errors?: readonly { field: string; message: string }[] | undefined;
  outcome?: object | undefined;
}

export class CertfleetQueueError extends Error {
  override name = "CertfleetQueueError";
  /** For programs. */
  readonly code: QueueErrorCode;
  /** Every wrong field of an order, all at once. */
  readonly errors: readonly { field: string; message: string }[];
  /** The order as it stood (`QueueOutcome`), where it was accepted. */
  readonly outcome: object | undefined;

  constructor(message: string, { code, cause, errors = [], outcome }: QueueErrorAbout) {
    super(message, { cause });
    this.code = code;
    this.errors = errors;
    this.outcome = outcome;
  }
}
