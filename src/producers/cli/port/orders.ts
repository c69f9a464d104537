// What verbs ask of the fleet's orders. Two answer it: Redis (`redis-orders.ts`) and a gateway over HTTP (`http-orders.ts`).
// A verb is written once, and knows neither. What cannot be had is a `Result` that says so.
import type { Result } from "../../../shared/base/result.ts";
import type { LedgerState, Status } from "../../../shared/certificate/certificate.ts";
import type { Approver } from "../../../shared/certificate/order.ts";
import type { project } from "../../../shared/certificate/projection.ts";
import type { CertificateRecord, OperatorRequest } from "../../../shared/certificate/record.ts";
import type { FileName, filesOf } from "../../../shared/delivery/files.ts";
import type { approverList } from "../../../shared/intake/approver-list.ts";
import type { Warning } from "../../../shared/intake/rules.ts";
import type { Normalised } from "../../../shared/panel/contact.ts";
import type { Rehearsal } from "../../../shared/queue/rehearse-order.ts";
import type { Explanation } from "../explain/explain-order.ts";

/** As the API shows it. */
export type Shown = ReturnType<typeof project>;

export interface Seen {
  shown: Shown;
  /** A request for it waits until a worker carries it out. */
  isPending: boolean;
  /** What a gateway does not show. */
  inside?: { step: LedgerState; reissue: CertificateRecord["reissue"] };
}

export interface Placed {
  seen: Seen;
  /** False: this very order was accepted before. */
  isNew: boolean;
  normalised: Normalised[];
  warnings: Warning[];
}

export interface ListQuery {
  status?: Status | undefined;
  domain?: string | undefined;
  expiresBefore?: Date | undefined;
  attention?: boolean | undefined;
}

export type Decision = Pick<Extract<OperatorRequest, { kind: "resolve" }>, "decision" | "certId" | "reason">;
export type Files = ReturnType<typeof filesOf>;
export type Approvers = Exclude<Awaited<ReturnType<typeof approverList>>, { faults: unknown }>;
export type CsrCorrection = { csr: string; reason: string; approver?: Approver | undefined };

export interface Orders {
  find: (reference: string) => Promise<Seen | Result>;
  page: (
    query: ListQuery,
    page: { limit: number; cursor?: string | undefined },
  ) => Promise<{ items: Shown[]; nextCursor: string | null } | Result>;
  place: (body: unknown) => Promise<Placed | Result>;
  rehearse: (body: unknown) => Promise<Rehearsal | Result>;
  pem: (reference: string) => Promise<{ pem: string } | Result>;
  files: (reference: string) => Promise<{ files: Files } | Result>;
  file: (reference: string, name: FileName) => Promise<{ content: string } | Result>;
  explain: (reference: string) => Promise<Explanation | Result>;
  reissue: (reference: string, wanted: { csr?: string; reason?: string }) => Promise<Seen | Result>;
  /** The body of `PATCH /v1/certificates/{reference}`. */
  change: (reference: string, body: object) => Promise<{ seen: Seen; normalised: Normalised[] } | Result>;
  extend: (reference: string, years: number) => Promise<Seen | Result>;
  /** Another address or way; with neither the approval mail is sent again. */
  askApprover: (reference: string, wanted: { email?: string; method?: "dns" | "file" }) => Promise<Seen | Result>;
  agree: (reference: string, approver: Approver) => Promise<Seen | Result>;
  /** What is not pending then has this CSR already. */
  correctCsr: (reference: string, wanted: CsrCorrection) => Promise<Seen | Result>;
  /** What is not pending then is the certificate that the customer has already. */
  takeIn: (reference: string, pem: string) => Promise<Seen | Result>;
  /** `loss`: what a cancellation would lose; nothing was asked for. `confirm`: the reference, to do it all the same. */
  decide: (reference: string, decision: Decision, confirm?: string) => Promise<Seen | { loss: string } | Result>;
}

export function isResult(answer: object): answer is Result {
  return "ending" in answer && "text" in answer;
}
