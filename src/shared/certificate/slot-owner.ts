// Whose slot it is, as the ledger's map `owner` says: an order, or one of five words for a slot that no order holds.

/** `REF~1` holds the slot of a term of REF that is over. A reference can be none of the words. */
export const slotOwners = {
  /** Bought, and held by no order: the next order of its class takes it while it is young. */
  unused: "POOL",
  /** Was there when the account was used first. Only a person gives it to an order. */
  legacy: "LEGACY",
  /** A person said that somebody else bought it. */
  foreign: "FOREIGN",
  /** eNom gave the money back. */
  refunded: "REFUNDED",
  /**
   * Seen after a restore, with a name in it: bought since the backup, for an order that is not known. Exact evidence gives it to that
   * order; else a person does. No reference may have this form.
   */
  found: "~FOUND",
} as const;

export type OwnerWord = (typeof slotOwners)[keyof typeof slotOwners];

const { unused, legacy, foreign, refunded, found } = slotOwners;
const among =
  (...words: readonly OwnerWord[]) =>
  (owner: string): boolean =>
    words.some((word) => word === owner);

const isWord = among(unused, legacy, foreign, refunded, found);

/** Whether an order holds it, of a term that is over, too. */
export function isHeldByOrder(owner: string): boolean {
  return !isWord(owner);
}

/** What a machine may give to an order: a slot that no map has, or an unused one. */
export function isFree(owner: string | undefined): boolean {
  return owner === undefined || owner === unused;
}

/** What exact evidence gives to an order: its own CSR in the slot, or the order id that eNom answered with. */
export function isFreeToExact(owner: string | undefined): boolean {
  return isFree(owner) || owner === found;
}

/** Owners that give way when a person adopts a slot for an order. */
export const adoptable = [unused, legacy, foreign, found] as const;
export const isAdoptable = among(...adoptable);

/** Not bought by this fleet: nobody here has a claim on it. */
export const isOfOthers = among(legacy, foreign);

/** No purchase of ours stands behind it any more, or ever did. */
export const isWithoutClaim = among(legacy, foreign, refunded, found);

/** The order whose slot this is, also of a term that is over: `REF~1` is of REF. */
export function orderOf(owner: string): string {
  return owner.replace(/~\d+$/, "");
}
