// `certificate approver`, `resend`, `policy`, `customer`, `contacts` and `extend`: what changes about an order that was accepted.
import { failure, type Result } from "../../../shared/base/result.ts";
import { readJsonOf } from "../input.ts";
import { isResult, type Orders } from "../port/orders.ts";
import { carriedOut } from "./outcome.ts";
import { shownResult } from "./read.ts";
import { normalisedLine } from "./write.ts";

/** Another address, or another way before the order is at the certificate authority. */
export async function changeApprover(
  reference: string,
  { email, method, waitMs }: { email?: string; method?: "dns" | "file"; waitMs?: number },
  orders: Pick<Orders, "askApprover" | "find">,
): Promise<Result> {
  if ((email === undefined) === (method === undefined))
    return failure("usage", "Give exactly one of --email <address> and --method <method>.");
  const seen = await orders.askApprover(reference, email === undefined ? { ...(method && { method }) } : { email });
  return isResult(seen) ? seen : carriedOut(reference, "The new approver", orders, waitMs);
}

export async function resendApproval(
  reference: string,
  orders: Pick<Orders, "askApprover" | "find">,
  waitMs?: number,
): Promise<Result> {
  const seen = await orders.askApprover(reference, {});
  return isResult(seen) ? seen : carriedOut(reference, "The request", orders, waitMs);
}

interface PolicyOptions {
  mode?: string;
  before?: number;
  remainder?: string;
}

/** Replaces the order's own policy as a whole; `inherit`: it has none of its own any more. */
export async function changePolicy(
  reference: string,
  options: PolicyOptions,
  orders: Pick<Orders, "change">,
): Promise<Result> {
  const body = policyBody(options);
  return isResult(body) ? body : changed(reference, body, { orders, what: "policy" });
}

/** As the API takes it. */
export function policyBody({ mode, before, remainder }: PolicyOptions): object | Result {
  if (mode === undefined && before === undefined && remainder === undefined)
    return failure("usage", "Give at least one of --mode <mode>, --before <days> and --remainder <setting>.");
  const policy = { ...(mode !== undefined && { mode }), ...(before !== undefined && { beforeDays: before }) };
  const rest = /^\d+$/.test(remainder ?? "") ? Number(remainder) : remainder;
  return { ...(Object.keys(policy).length > 0 && { policy }), ...(rest !== undefined && { remainder: rest }) };
}

/** `text`: JSON of the customer, as in an order; or both. */
export async function changeCustomer(
  reference: string,
  { text, brand }: { text?: string; brand?: string },
  orders: Pick<Orders, "change">,
): Promise<Result> {
  const read = text === undefined ? undefined : readJsonOf("customer", text);
  if (read && "ending" in read) return read;
  if (!read && brand === undefined) return failure("usage", "Give --file <customer.json>, --brand <name>, or both.");
  const body = { ...(read && { customer: read.value }), ...(brand !== undefined && { brand: brand || null }) };
  return changed(reference, body, { orders, what: "customer" });
}

/** `text`: JSON of the contacts, as in an order. */
export async function changeContacts(reference: string, text: string, orders: Pick<Orders, "change">): Promise<Result> {
  const read = readJsonOf("contacts", text);
  if ("ending" in read) return read;
  return changed(reference, { contacts: read.value }, { orders, what: "contacts" });
}

export async function extendCertificate(
  reference: string,
  years: number,
  orders: Pick<Orders, "extend">,
): Promise<Result> {
  const seen = await orders.extend(reference, years);
  if (isResult(seen)) return seen;
  const { shown } = seen;
  const until = shown.paidUntil === null ? "" : `, until ${shown.paidUntil}`;
  return { ...shownResult(seen), note: `${reference} is paid for ${shown.years} years in all${until}.` };
}

async function changed(
  reference: string,
  body: object,
  { orders, what }: { orders: Pick<Orders, "change">; what: string },
): Promise<Result> {
  const made = await orders.change(reference, body);
  if (isResult(made)) return made;
  const lines = [
    `The ${what} of ${reference} ${what.endsWith("s") ? "were" : "was"} changed.`,
    ...made.normalised.map(normalisedLine),
  ];
  return {
    ...shownResult(made.seen),
    json: { ...made.seen.shown, normalised: made.normalised },
    note: lines.join("\n"),
  };
}
