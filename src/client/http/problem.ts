// What a call can end with beside its answer: a problem that the gateway told, or no answer at all.

/** Everything that the clients throw by themselves, but for wrong arguments (TypeError) and the abort of your own signal. */
export class CertfleetError extends Error {
  override name = "CertfleetError";
}

/** The names of problems. They never change; a later version may add one. */
export type ProblemCode =
  | "malformed"
  | "unauthorized"
  | "forbidden"
  | "not-found"
  | "method-not-allowed"
  | "reference-taken"
  | "not-now"
  | "idempotency-key-running"
  | "events-gone"
  | "too-large"
  | "unsupported-media-type"
  | "invalid"
  | "idempotency-key-reused"
  | "too-many-requests"
  | "quota-exceeded"
  | "internal"
  | "unavailable"
  | (string & {});

/** One wrong field. */
export interface FieldFault {
  /** Its JSON pointer without the first slash, such as `contacts/admin/city`. */
  field: string;
  message: string;
}

/** The gateway said no (RFC 9457). The same call gets the same answer until something changes. */
export class CertfleetProblem extends CertfleetError {
  override name = "CertfleetProblem";
  /** For programs: the kind of problem. */
  readonly code: ProblemCode;
  readonly status: number;
  /** The page that explains it, relative to the address that was asked. */
  readonly type: string;
  readonly title: string;
  /** For people: what happened this time. */
  readonly detail: string;
  /** Every wrong field, all at once. */
  readonly errors: readonly FieldFault[];
  /** How long the gateway asked to wait, in milliseconds. */
  readonly retryAfterMs: number | undefined;
  /** To be told to whoever runs the gateway: it finds the call in its log. */
  readonly requestId: string | undefined;
  /** The whole document, with what only some problems have, such as `scope`. */
  readonly body: Readonly<Record<string, unknown>>;

  constructor(
    body: Record<string, unknown>,
    about: { status: number; retryAfterMs?: number | undefined; requestId?: string | undefined },
  ) {
    const detail = textIn(body, "detail") ?? textIn(body, "title") ?? `The gateway answered ${about.status}.`;
    super(detail);
    this.type = textIn(body, "type") ?? "about:blank";
    this.code = textIn(body, "code") ?? codeOf(this.type, about.status);
    this.status = about.status;
    this.title = textIn(body, "title") ?? detail;
    this.detail = detail;
    this.errors = Array.isArray(body.errors) ? (body.errors as FieldFault[]) : [];
    this.retryAfterMs = about.retryAfterMs;
    this.requestId = about.requestId;
    this.body = body;
  }
}

/**
 * No answer, or one that no gateway gives, after all tries. Whether the call had an effect is unknown: an order is sent
 * again with the same reference, any other call with the same `idempotencyKey`.
 */
export class CertfleetUnreachable extends CertfleetError {
  override name = "CertfleetUnreachable";
  /** Of the last try. */
  readonly idempotencyKey: string | undefined;

  constructor(message: string, { idempotencyKey, cause }: { idempotencyKey?: string | undefined; cause?: unknown }) {
    super(message, { cause });
    this.idempotencyKey = idempotencyKey;
  }
}

/** Whether an error is a problem, and this one. Works across two copies of the package, where `instanceof` does not. */
export function isProblem(error: unknown, code?: ProblemCode): error is CertfleetProblem {
  if (!(error instanceof Error) || error.name !== "CertfleetProblem") return false;
  return code === undefined || (error as CertfleetProblem).code === code;
}

function textIn(body: Record<string, unknown>, field: string): string | undefined {
  const value = body[field];
  return typeof value === "string" && value !== "" ? value : undefined;
}

/** Of a gateway that is older than `code`, or of what stands before it: the last word of `type`. */
function codeOf(type: string, status: number): string {
  return /[:/]([a-z][a-z-]*)$/.exec(type)?.[1] ?? `http-${status}`;
}
