// Decides what a purchase came to. Only a document that says so completely is a yes or a no; everything else is
// unknown.
import { descendants, type XmlElement } from "./document.ts";
import type { Rejection, Reply, Verdict } from "./envelope.ts";
import { isHarmless, isNotSold, type RejectionCode } from "./rejection.ts";

export type PurchaseOutcome =
  | { kind: "bought"; certId: number; orderId: number | null }
  /** A complete success that names only the order: the certificate is to be found in the list by its order id. */
  | { kind: "ordered"; orderId: number }
  /** A no of the reviewed harmless list, or of the account's `enom.errors`: no money has moved. */
  | { kind: "rejected"; code: RejectionCode; text: string; responseNumbers: string[] }
  /** Surely not one byte of the request was written. */
  | { kind: "not-sent"; error: Error }
  | { kind: "unknown"; reason: string };

/** `describe` words a rejection so that it may be shown. Never throws. */
export function purchaseOutcome(verdict: Verdict, describe: (rejection: Rejection) => string): PurchaseOutcome {
  if (verdict.kind === "unreadable") return { kind: "unknown", reason: verdict.reason };
  if (verdict.kind === "success") return boughtBy(verdict.reply);
  const { numbers, texts, isFullyCoded, namesAnOrder, learned, isLearnedHarmless } = verdict.rejection;
  const text = describe(verdict.rejection);
  const isSure = isLearnedHarmless || (isFullyCoded && isHarmless(numbers));
  if (namesAnOrder || !isSure) return { kind: "unknown", reason: text };
  const given = verdict.rejection.code;
  const isUnsold = learned === "not-sold" || isNotSold(numbers, texts);
  const code = given === "enom-refused" && isUnsold ? "product-not-sold" : given;
  return { kind: "rejected", code, text, responseNumbers: numbers };
}

/** eNom spells `certid` in lower case here and `CertID` elsewhere (eNom API, PurchaseServices). */
function boughtBy({ root }: Reply): PurchaseOutcome {
  const [certId, orderId] = [idNamed(root, "certid"), idNamed(root, "orderid")];
  if (certId === "unreadable" || orderId === "unreadable") {
    return { kind: "unknown", reason: "eNom reports success with ids that cannot be read" };
  }
  if (certId !== null) return { kind: "bought", certId, orderId };
  if (orderId !== null) return { kind: "ordered", orderId };
  return { kind: "unknown", reason: "eNom reports success and names neither certificate nor order" };
}

function idNamed(root: XmlElement, wanted: string): number | null | "unreadable" {
  const [found, ...others] = descendants(root, (name) => name === wanted);
  if (!found || (found.text === "" && others.length === 0)) return null;
  return others.length === 0 && /^[1-9]\d{0,9}$/.test(found.text) ? Number(found.text) : "unreadable";
}
