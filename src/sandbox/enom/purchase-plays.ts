// Trouble on demand at the purchase, whose request names no domain: the fleet is asked which orders it has accepted and
// not bought yet, and the first of them that wants trouble at this purchase gets it.
import type { Books } from "./books/books.ts";
import { type Play, playAt } from "./books/plays.ts";
import type { AcceptedOrder, Settings } from "./books/settings.ts";
import type { Fault } from "./wire/faults.ts";
import type { Question } from "./wire/request.ts";

/** What an account holds after somebody has emptied it: not enough for any product. */
const EMPTY = "1.00";
/** The first purchase and the one that follows when its absence is certain: then somebody must decide. */
const LOST_REQUESTS = 2;

/**
 * What goes wrong with this call because of an order that waits for its purchase, or undefined. Each order gets its
 * trouble once (a lost request twice), across restarts. An empty account is emptied before it is asked for its balance.
 */
export async function faultOfWaitingOrder(
  { command, parameters }: Question,
  books: Books,
  { acceptedOrders }: Settings,
): Promise<Fault | undefined> {
  const isPurchase = command.toLowerCase() === "purchaseservices";
  if (acceptedOrders === null || (!isPurchase && command.toLowerCase() !== "getbalance")) return undefined;
  const waiting = await acceptedOrders().catch(() => []); // a fleet that is being restarted plays nothing
  const next = (play: Play, times: number, fits: (order: AcceptedOrder) => boolean) => {
    const order = waiting.find(
      (each) => playAt(each.domain) === play && fits(each) && count(each, play, books) < times,
    );
    if (order !== undefined) books.played.push(keyOf(order, play));
    return order;
  };
  if (next("no-funds", 1, () => true)) books.setBalance(EMPTY);
  if (!isPurchase) return undefined;
  const isOfProduct = ({ product }: AcceptedOrder) => product.toLowerCase() === parameters.service?.toLowerCase();
  if (next("lost-answer", 1, isOfProduct)) return { kind: "lose-answer" };
  return next("lost-request", LOST_REQUESTS, isOfProduct) && { kind: "lose-request" };
}

function count(order: AcceptedOrder, play: Play, { played }: Books): number {
  return played.filter((key) => key === keyOf(order, play)).length;
}

function keyOf({ reference }: AcceptedOrder, play: Play): string {
  return `${play} ${reference}`;
}
