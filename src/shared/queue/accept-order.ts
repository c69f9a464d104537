// The way in for an order, whoever brings it: checked as a whole, then refused with every fault, or kept once.

import { type AccountRecords, accountFaults } from "../account/records.ts";
import type { Actor } from "../authority/actor.ts";
import type { Clock } from "../base/clock.ts";
import type { Fault } from "../base/fault.ts";
import { type Order, type ParsedOrder, parseOrder } from "../certificate/order.ts";
import type { CertificateStore } from "../certificate/store.ts";
import type { IntakeRules } from "../intake/rules.ts";
import { readForms } from "../panel/panel-forms.ts";

export interface AcceptanceNeeds {
  certificates: Pick<CertificateStore, "accept" | "find">;
  /** To find slips of the pen in the account's name; where it is not given, the name is not looked at. */
  accounts?: Pick<AccountRecords, "all">;
  /** What the operator decided about the intake; without it, the rules as they are built in. */
  intake?: IntakeRules | undefined;
  clock: Clock;
  /** Asked before an order is kept that was not accepted before: throws where it must not be, such as beyond a quota. */
  admit?: ((order: Order) => Promise<void>) | undefined;
}

export type Acceptance =
  | { faults: Fault[] }
  | (Pick<ParsedOrder, "order" | "normalised" | "warnings"> & { answer: "accepted" | "same" | "conflict" });

/**
 * Accepts the body of `POST /v1/certificates`. `same` is this very order, accepted before; `conflict` another one with
 * its reference. What is forbidden from some day on is refused to new orders only: an order that is repeated is the one
 * that was accepted.
 * `by`: who ordered; of an order that is repeated, whoever ordered it first stays.
 * @throws what Redis throws
 */
export async function acceptOrder(body: unknown, needs: AcceptanceNeeds, by: Actor): Promise<Acceptance> {
  const parsed = await checkOrder(body, needs);
  if ("faults" in parsed) return parsed;
  const { order, given, normalised, warnings } = parsed;
  // Who comes second in a race with itself is counted once; a repeated order costs nothing.
  if (needs.admit && !(await needs.certificates.find(order.reference))) await needs.admit(order);
  return { order, normalised, warnings, answer: await needs.certificates.accept(order, needs.clock.now(), given, by) };
}

/** All that `acceptOrder` asks before it keeps anything. */
export async function checkOrder(
  body: unknown,
  { certificates, accounts, intake, clock }: AcceptanceNeeds,
): Promise<ParsedOrder | { faults: Fault[] }> {
  const parsed = await parseOrder(body, clock.now(), intake);
  const faults = [
    ...("faults" in parsed ? parsed.faults : await newOrderFaults(parsed, certificates)),
    ...(accounts ? await accountFaults("faults" in parsed ? readForms(body).body : parsed.order, accounts) : []),
  ];
  return faults.length > 0 ? { faults } : parsed;
}

/** Their addresses under /v1/certificates mean something else: such an order could not be read there. */
export const RESERVED_REFERENCES: readonly string[] = ["count"];

function reservedFaults(reference: string): Fault[] {
  if (!RESERVED_REFERENCES.includes(reference)) return [];
  const message = `must not be ${reference}: GET /v1/certificates/${reference} is an address of the API. Choose another one.`;
  return [{ field: "reference", message }];
}

/** What a job fails with that brought another order under a reference which is taken. */
export function otherContent(reference: string): string {
  return `reference ${reference} belongs to an order with other content`;
}

async function newOrderFaults(
  { order, lateFaults }: ParsedOrder,
  certificates: AcceptanceNeeds["certificates"],
): Promise<Fault[]> {
  const faults = [...reservedFaults(order.reference), ...lateFaults];
  if (faults.length === 0) return [];
  return (await certificates.find(order.reference)) ? [] : faults;
}
