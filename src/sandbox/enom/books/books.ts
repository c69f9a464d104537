// The books of the pretended eNom: slots, money, and what callers did wrong. For tests they are the oracle.
import type { Clock } from "../../../shared/base/clock.ts";
import { centsOf, plain } from "./amounts.ts";
import type { CatalogueProduct } from "./catalogue.ts";
import { asOf, nextMove } from "./moving.ts";
import type { Settings } from "./settings.ts";
import { ownEnd, type Slot } from "./slot.ts";

/** One movement of the account, newest last. */
export interface Transaction {
  /** A refill belongs to no order. */
  readonly orderId?: number;
  readonly at: string;
  readonly kind: "order" | "refund" | "refill";
  /** Negative for money that left the account. */
  readonly amountCents: number;
  readonly balanceCents: number;
}

/** What one PurchaseServices bought. */
export interface Purchase {
  readonly certId: number;
  readonly orderId: number;
  readonly service: string;
  readonly years: number;
  readonly at: string;
  /** Decimal dollars, such as `9.95`. */
  readonly price: string;
}

export interface Books {
  /** All slots as of now, oldest first. */
  slots(): readonly Slot[];
  /** One slot as of now. */
  findSlot(certId: number): Slot | undefined;
  /** When the first of the slots moves next by itself; undefined when all rest, or wait for owners who are silent. */
  nextMove(): Date | undefined;
  purchases(): Purchase[];
  transactions(): readonly Transaction[];
  /** What can be spent now, decimal dollars without separators. */
  balance(): string;
  /** Faults of callers (credentials in a URL) and of the sandbox itself; never holds a secret. */
  readonly faults: string[];
  /** What was played with orders of the fleet before they had a slot. */
  readonly played: string[];
  /**
   * Sets what can be spent and enters the difference as a refill (negative: taken back), so that the history adds up;
   * no difference, no entry.
   * @throws RangeError not an amount such as `5000.00`
   */
  setBalance(amount: string): void;
  /** Buys a slot without asking whether the money is there. */
  buy(product: CatalogueProduct, years: number): Slot;
  /** Puts the newer state of a slot in place of the older. */
  put(slot: Slot): void;
  /**
   * What eNom's support does on request: money back, status 7 or 8.
   * @throws RangeError no such slot, or refunded before
   */
  refund(certId: number): void;
  /** A number of the CA's own for a submitted order. */
  nextGeoTrustOrderId(): number;
  /** Everything worth keeping, for `openBooks` later. */
  state(): BooksState;
}

export interface BooksState {
  balanceCents: number;
  submissions: number;
  slots: Slot[];
  transactions: Transaction[];
  faults: string[];
  /** Absent in the file of an earlier version. */
  played?: string[];
}

/** Numbers grow from here, one a purchase, so that the newest is always the highest. */
const FIRST = { certId: 900_101, orderId: 500_000_101, orderDetailId: 300_000_101, geoTrustOrderId: 14_000_001 };

export function emptyBooks(balance: string): BooksState {
  return { balanceCents: centsOf(balance), submissions: 0, slots: [], transactions: [], faults: [] };
}

/** Opens books on a state, which they then own. */
export function openBooks(state: BooksState, clock: Clock, settings: Settings): Books {
  const played = state.played ?? [];
  const slots = new Map(state.slots.map((slot) => [slot.certId, slot]));

  const current = (slot: Slot): Slot => {
    const moved = asOf(clock.now(), slot, settings);
    slots.set(slot.certId, moved);
    return moved;
  };
  const find = (certId: number): Slot | undefined => {
    const slot = slots.get(certId);
    return slot && current(slot);
  };
  const enter = (entry: Pick<Transaction, "kind" | "orderId" | "amountCents">): void => {
    state.balanceCents += entry.amountCents;
    state.transactions.push({ ...entry, balanceCents: state.balanceCents, at: clock.now().toISOString() });
  };

  return {
    slots: () => [...slots.values()].map(current),
    findSlot: find,
    nextMove: () => {
      const moves = [...slots.values()].flatMap((slot) => nextMove(current(slot), settings) ?? []);
      return moves.sort((a, b) => a.getTime() - b.getTime())[0];
    },
    purchases: () => [...slots.values()].map(purchaseOf),
    transactions: () => state.transactions,
    balance: () => plain(state.balanceCents),
    faults: state.faults,
    played,
    setBalance: (amount) => {
      const amountCents = centsOf(amount) - state.balanceCents;
      if (amountCents !== 0) enter({ kind: "refill", amountCents });
    },
    buy: (product, years) => {
      const slot = newSlot(product, years, slots.size, clock.now());
      slots.set(slot.certId, slot);
      enter({ kind: "order", orderId: slot.orderId, amountCents: -slot.priceCents });
      return slot;
    },
    put: (slot) => {
      slots.set(slot.certId, slot);
    },
    refund: (certId) => {
      const slot = find(certId);
      if (slot === undefined) throw new RangeError(`no slot ${certId}`);
      if (isRefunded(slot)) throw new RangeError(`slot ${certId} was refunded before`);
      const statusId = slot.issues.length > 0 ? 8 : 7;
      slots.set(certId, { ...slot, statusId, since: clock.now().toISOString(), reissue: undefined });
      enter({ kind: "refund", orderId: slot.orderId, amountCents: slot.priceCents });
    },
    nextGeoTrustOrderId: () => FIRST.geoTrustOrderId + state.submissions++,
    state: () => ({ ...state, played, slots: [...slots.values()] }),
  };
}

export function isRefunded(slot: Slot): boolean {
  return slot.statusId === 7 || slot.statusId === 8;
}

function newSlot(product: CatalogueProduct, years: number, index: number, now: Date): Slot {
  const orderedAt = now.toISOString();
  return {
    certId: FIRST.certId + index,
    orderId: FIRST.orderId + index,
    orderDetailId: FIRST.orderDetailId + index,
    service: product.service,
    prodType: product.prodType,
    years,
    priceCents: product.priceCents * years,
    orderedAt,
    endsAt: ownEnd({ orderedAt, years }).toISOString(),
    statusId: 1,
    since: orderedAt,
    issues: [],
  };
}

function purchaseOf({ certId, orderId, service, years, orderedAt, priceCents }: Slot): Purchase {
  return { certId, orderId, service, years, at: orderedAt, price: plain(priceCents) };
}
