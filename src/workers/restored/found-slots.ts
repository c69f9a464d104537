// `ledger found`: the slots that a restore left without an order, and whose they are, said by a person.
import type { FoundAnswer, FoundAsked, FoundReport } from "../../shared/account/restored-reports.ts";
import type { Accounts } from "../accounts/accounts.ts";
import { dropFound, type FoundSlot, giveFound, listFound, serviceOf, yearsOf } from "../ledger/restored/found.ts";
import { priceOf } from "../ledger/restored/take-found.ts";
import type { CompareContext } from "./compare.ts";
import { wakeFrozen } from "./wake.ts";

type Desk = CompareContext & { accounts: () => Accounts };

/** `give`: to which order; `foreign`: it is none of ours; neither: only lists. */
export async function decideFound({ give, foreign, reason }: FoundAsked, desk: Desk): Promise<FoundAnswer> {
  const words = `${reason ?? ""} (${desk.who})`;
  if (give) return giveTo(give, words, desk);
  if (foreign !== undefined) {
    const one = await findOne(foreign, desk);
    if (!one) return { state: "not-found", certId: foreign };
    await dropFound(desk, { account: one.account.entry.id, slot: one.slot, words });
    await wakeFrozen(desk);
    return { state: "dropped", certId: foreign, left: (await listAllFound(desk)).length };
  }
  return { state: "listed", slots: await listAllFound(desk) };
}

async function giveTo({ certId, to }: { certId: number; to: string }, words: string, desk: Desk): Promise<FoundAnswer> {
  const one = await findOne(certId, desk);
  if (!one) return { state: "not-found", certId };
  const { account, slot } = one;
  const certificate = await desk.certificates.find(to);
  if (!certificate) return { state: "no-order", reference: to };
  const { order, attempt, certId: held } = certificate;
  if (slot.refunded)
    return {
      state: "refused",
      certId,
      reference: to,
      why: "eNom has given the money back. Cancel the order, or say --foreign to have it bought anew",
    };
  const refuse = (why: string): FoundAnswer => ({ state: "refused", certId, reference: to, why });
  if (order.product.toLowerCase() !== serviceOf(slot.slotClass))
    return refuse(`the order is for ${order.product}, the slot is not`);
  if (held !== null) return refuse(`the order has CertID ${held}`);
  const price = await priceOf(account, slot);
  const gift = { reference: to, account: account.entry.id, newest: attempt, slot, price, at: desk.clock.now(), words };
  const given = await giveFound(desk, gift);
  if (given === "not-let-go") return refuse(`order ${slot.holder} has it in the ledger. Cancel that order first`);
  if (given !== "given") return refuse(WHY[given] ?? given);
  await wakeOne(to, desk);
  await wakeFrozen(desk);
  return { state: "given", certId, reference: to, left: (await listAllFound(desk)).length };
}

const WHY: Record<string, string> = {
  holds: "the order has a slot already",
  "wrong-state": "the order is not one that waits for a slot",
  changed: "the order was changed at that moment; try again",
  "in-doubt": "a purchase of the order is in doubt: use certfleet certificate resolve --adopt when it is parked",
  taken: "the slot has an owner by now",
};

/** Whatever it waited for, it has a slot now. */
async function wakeOne(reference: string, { certificates, clock }: Desk): Promise<void> {
  const certificate = await certificates.find(reference);
  if (!certificate) return;
  const now = clock.now();
  await certificates.save({ ...certificate, record: { ...certificate.record, nextLookAt: now.toISOString() } }, now);
}

async function findOne(certId: number, desk: Desk) {
  for (const account of desk.accounts().all) {
    const slot = (await listFound(desk, account.entry.id)).find((each) => each.certId === certId);
    if (slot) return { account, slot };
  }
  return undefined;
}

async function listAllFound(desk: Desk): Promise<FoundReport[]> {
  const lists = desk.accounts().all.map(async ({ entry }) => {
    const slots = await listFound(desk, entry.id);
    return Promise.all(slots.map((slot) => reportOf(entry.id, slot, desk)));
  });
  return (await Promise.all(lists)).flat();
}

/** With the orders of the same name: whose it may be. */
async function reportOf(account: string, slot: FoundSlot, { certificates, clock }: Desk): Promise<FoundReport> {
  const { certId, domain, slotClass, boughtAt, orderId, holder = null, refunded: isRefunded = false } = slot;
  const page =
    domain === ""
      ? undefined
      : await certificates.list({ domain: domain.toLowerCase() }, { limit: 20, cursor: undefined }, clock.now());
  const candidates = (page?.certificates ?? [])
    .filter(({ order, certId: held }) => held === null && order.product.toLowerCase() === serviceOf(slotClass))
    .map(({ order }) => order.reference);
  const boughtOn = boughtAt > 0 ? new Date(boughtAt).toISOString().slice(0, 10) : null;
  return {
    account,
    certId,
    domain,
    service: serviceOf(slotClass),
    years: yearsOf(slotClass),
    orderId,
    boughtOn,
    holder,
    isRefunded,
    candidates,
  };
}
