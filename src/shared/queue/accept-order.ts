// The way in for an order, whoever brings it: checked as a whole, then refused with every fault, or kept once.

import { type AccountRecords, accountFaults } from "../account/records.ts";
import type { Clock } from "../base/clock.ts";
import type { Fault } from "../base/fault.ts";
import { type Order, parseOrder } from "../certificate/order.ts";
import type { CertificateStore } from "../certificate/store.ts";

export interface AcceptanceNeeds {
  certificates: Pick<CertificateStore, "accept" | "find">;
  /** To find slips of the pen in the account's name; where it is not given, the name is not looked at. */
  accounts?: Pick<AccountRecords, "all">;
  clock: Clock;
}

export type Acceptance = { faults: Fault[] } | { order: Order; answer: "accepted" | "same" | "conflict" };

/**
 * Accepts the body of `POST /v1/certificates`. `same` is this very order, accepted before; `conflict` another one with
 * its reference. What is forbidden from some day on is refused to new orders only: an order that is repeated is the one
 * that was accepted.
 * @throws what Redis throws
 */
export async function acceptOrder(
  body: unknown,
  { certificates, accounts, clock }: AcceptanceNeeds,
): Promise<Acceptance> {
  const now = clock.now();
  const parsed = await parseOrder(body, now);
  const faults = [
    ...("faults" in parsed ? parsed.faults : await newOrderFaults(parsed, certificates)),
    ...(accounts ? await accountFaults(body, accounts) : []),
  ];
  if ("faults" in parsed || faults.length > 0) return { faults };
  return { order: parsed.order, answer: await certificates.accept(parsed.order, now) };
}

async function newOrderFaults(
  { order, lateFaults }: { order: Order; lateFaults: Fault[] },
  certificates: AcceptanceNeeds["certificates"],
): Promise<Fault[]> {
  if (lateFaults.length === 0) return [];
  return (await certificates.find(order.reference)) ? [] : lateFaults;
}
