// What the ledger and the orders say was bought on each account: the side of `ledger prove` that eNom must back.

import type { Certificate } from "../../shared/certificate/certificate.ts";
import { isWithoutClaim, slotOwners } from "../../shared/certificate/slot-owner.ts";
import { findAttempts, sentAt } from "../ledger/attempt.ts";
import type { Desk } from "./ledger-desk.ts";
import type { Facts } from "./ledger-facts.ts";

/** A slot that somebody here holds or bought. */
export interface OwnedSlot {
  certId: number;
  /** null for an unused slot. */
  reference: string | null;
  /** When it was taken, RFC 3339; null when that is not kept. */
  at: string | null;
}

/** An answer of eNom's that named an order. */
export interface AnsweredOrder {
  orderId: number;
  reference: string;
  attempt: number;
  price: string;
  certId: number | null;
  at: string;
}

export interface OrderClaims {
  slots: OwnedSlot[];
  answers: AnsweredOrder[];
}

const PAGE = 200;

/** Of all orders, by account. Reads every order of the fleet. */
export async function readOrderClaims(desk: Desk): Promise<ReadonlyMap<string, OrderClaims>> {
  const found = new Map<string, OrderClaims>();
  let cursor: string | undefined;
  do {
    const page = await desk.certificates.list({}, { limit: PAGE, cursor }, desk.clock.now());
    for (const certificate of page.certificates) {
      const { account } = certificate.record;
      if (account === null) continue; // nothing was begun
      const claims = found.get(account) ?? { slots: [], answers: [] };
      found.set(account, claims);
      claims.slots.push(...certificate.purchases.map(({ certId, at }) => claimOf(certificate, certId, at)));
      claims.answers.push(...(await answersOf(certificate, desk)));
    }
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

/** The slots of the maps and of the orders, each once; an order's own word has the time. */
export function allClaims({ owners }: Pick<Facts, "owners">, ofOrders: readonly OwnedSlot[]): OwnedSlot[] {
  const ofMaps = [...owners].filter(([, owner]) => !isWithoutClaim(owner));
  const claims = ofMaps.map(([certId, owner]) => ({
    certId,
    reference: owner === slotOwners.unused ? null : owner,
    at: null,
  }));
  return [...new Map([...claims, ...ofOrders].map((claim) => [claim.certId, claim])).values()];
}

function claimOf({ order }: Certificate, certId: number, at: string): OwnedSlot {
  return { certId, reference: order.reference, at };
}

async function answersOf({ order, attempt }: Certificate, desk: Desk): Promise<AnsweredOrder[]> {
  const { reference } = order;
  return (await findAttempts(desk, reference, attempt)).flatMap((each) => {
    if (each.orderId === undefined) return [];
    const { orderId, price, certId = null, number } = each;
    return [{ orderId, reference, attempt: number, price, certId, at: new Date(sentAt(each)).toISOString() }];
  });
}
