// `certificate open`, `reissue`, `validation-method`, `csr`, `resolve` and `cancel`: takes an order, asks for a new certificate,
// keeps a person's decision.
import { failure, type Result } from "../../../shared/base/result.ts";
import type { Approver } from "../../../shared/certificate/order.ts";
import type { Normalised } from "../../../shared/panel/contact.ts";
import { readJsonOf } from "../input.ts";
import { type Decision, isResult, type Orders } from "../port/orders.ts";
import { rehearse, warningLines } from "./before-ordering.ts";
import { carriedOut } from "./outcome.ts";
import { shownResult } from "./read.ts";

export type { Decision } from "../port/orders.ts";

/** Of `--wait` without a number. */
const WAIT_SECONDS = 300;

/**
 * `text` is the body of `POST /v1/certificates`; `given` goes before what it says. A job lost after the
 * acceptance is created again by the sweeper.
 */
export async function openCertificate(
  text: string,
  orders: Pick<Orders, "place" | "rehearse" | "find">,
  { dryRun, wait, ...given }: { brand?: string; dryRun?: boolean; wait?: number | true } = {},
): Promise<Result> {
  const read = readJsonOf("order", text);
  if ("ending" in read) return read;
  const body = isObject(read.value) ? { ...read.value, ...given } : read.value;
  if (dryRun) return rehearse(body, orders);
  const placed = await orders.place(body);
  if (isResult(placed)) return placed;
  const { seen, isNew, normalised, warnings } = placed;
  const { reference } = seen.shown;
  if (wait !== undefined) {
    process.stderr.write(isNew ? `Order ${reference} is accepted.\n` : `Order ${reference} was accepted before.\n`);
    const { waitForOrder } = await import("./wait.ts");
    return waitForOrder(reference, { seconds: wait === true ? WAIT_SECONDS : wait, progress: process.stderr }, orders);
  }
  const done = isNew ? `Order ${reference} is accepted.` : `Order ${reference} was accepted before.`;
  return {
    ...shownResult(seen),
    json: { ...seen.shown, normalised, warnings },
    note: [done, ...normalised.map(normalisedLine), ...warningLines(warnings)].join("\n"),
  };
}

/** `contacts/admin/city: "München" is kept as "Muenchen"`, or that it was filled in. */
export function normalisedLine({ field, from, to }: Normalised): string {
  return from === null
    ? `${field}: was not given; ${JSON.stringify(to)} is used.`
    : `${field}: ${JSON.stringify(from)} is kept as ${JSON.stringify(to)}.`;
}

function isObject(body: unknown): body is object {
  return body !== null && typeof body === "object" && !Array.isArray(body);
}

export async function reissueCertificate(
  reference: string,
  wanted: { csr?: string; reason?: string },
  orders: Pick<Orders, "reissue">,
): Promise<Result> {
  const seen = await orders.reissue(reference, wanted);
  return isResult(seen) ? seen : { ...shownResult(seen), note: `A reissue of ${reference} was requested.` };
}

/** The way in which the domain is validated next; an order that waits for one goes on. */
export async function agreeOnValidation(
  reference: string,
  { method, email }: { method: "dns" | "file" | "email"; email?: string | undefined },
  orders: Pick<Orders, "agree">,
): Promise<Result> {
  if (method === "email" && email === undefined) return failure("usage", "--method email needs --email <address>.");
  if (method !== "email" && email !== undefined)
    return failure("usage", `--email is for --method email; ${method} needs no address.`);
  const seen = await orders.agree(reference, method === "email" ? { method, email: email ?? "" } : { method });
  if (isResult(seen)) return seen;
  return { ...shownResult(seen), note: `The next validation of ${reference} is by ${method}.` };
}

export interface CsrOptions {
  csr: string;
  reason: string;
  approverEmail?: string | undefined;
  approverMethod?: "dns" | "file" | undefined;
}

/** Ends in `conflict` when it is not possible any more, in `unknown` when no worker carried it out in time; it stays kept then. */
export async function correctCsr(
  reference: string,
  options: CsrOptions,
  orders: Pick<Orders, "correctCsr" | "find">,
  waitMs?: number,
): Promise<Result> {
  const { csr, reason, approverEmail, approverMethod } = options;
  if (approverEmail !== undefined && approverMethod !== undefined)
    return failure("usage", "Give --approver-email or --approver-method, not both.");
  const approver = approverOf(options);
  const seen = await orders.correctCsr(reference, { csr, reason, ...(approver && { approver }) });
  if (isResult(seen)) return seen;
  if (!seen.isPending) return { ...shownResult(seen), note: `${reference} has this CSR already.` };
  return carriedOut(reference, "The new CSR", orders, waitMs);
}

/** The approver as an order names it; undefined where the present one stays. */
function approverOf({ approverEmail, approverMethod }: CsrOptions): Approver | undefined {
  if (approverMethod !== undefined) return { method: approverMethod };
  return approverEmail === undefined ? undefined : { method: "email", email: approverEmail };
}

/** Asks the person at the terminal to type the reference. */
export type AskReference = (question: string) => Promise<string>;

interface Confirming {
  waitMs?: number;
  confirm?: string | undefined;
  ask?: AskReference;
}

/** Ends in `conflict` when the decision is refused, in `unknown` when no worker carried it out in time; it stays kept then. */
export async function resolveCertificate(
  reference: string,
  decision: Decision,
  orders: Pick<Orders, "decide" | "find">,
  { waitMs, confirm, ask }: Confirming = {},
): Promise<Result> {
  let answer = await orders.decide(reference, decision, confirm);
  if ("loss" in answer && ask) {
    const named = await ask(`${answer.loss} Type ${reference} to cancel all the same`);
    answer = await orders.decide(reference, decision, named);
  }
  if ("loss" in answer) return failure("usage", `${answer.loss} To cancel all the same, add --confirm ${reference}.`);
  if (isResult(answer)) return answer;
  return carriedOut(reference, `The decision ${decision.decision}`, orders, waitMs);
}

/** Nothing is cancelled by a slip: a person types the reference, a script gives it or says --yes. */
export async function cancelCertificate(
  reference: string,
  { reason, yes = false, ...given }: { reason: string; yes?: boolean } & Confirming,
  orders: Pick<Orders, "decide" | "find">,
): Promise<Result> {
  const { confirm = yes ? reference : undefined, ask, ...waiting } = given;
  let named = confirm;
  if (named === undefined && ask) {
    const seen = await orders.find(reference);
    if (isResult(seen)) return seen;
    const { domain, product, status } = seen.shown;
    named = await ask(`This cancels ${product} for ${domain} (${status}). Type ${reference} to go on`);
    if (named !== reference) return failure("usage", "Nothing was cancelled.");
    const decision = { decision: "cancel", reason } as const;
    // What would be lost is said before: the reference that was typed above does not answer that.
    return resolveCertificate(reference, decision, orders, { ...waiting, ask });
  }
  if (named === undefined)
    return failure("usage", `Nothing was cancelled. Add --confirm ${reference}, or --yes, or run it on a terminal.`);
  return resolveCertificate(reference, { decision: "cancel", reason }, orders, { ...waiting, confirm: named });
}
