// The envelope that every answer comes in: was it whole, was it for us, did eNom say yes or no?

import type { Learned, Meaning } from "../../../shared/enom/switches.ts";
import { decodeXml } from "./charset.ts";
import { descendants, findChild, parseDocument, type XmlElement } from "./document.ts";
import type { FieldFault } from "./not-understood.ts";
import type { HttpAnswer } from "./post-once.ts";
import { classify, learnedOf, type RejectionClass } from "./rejection.ts";

/** A complete success document. The payload is read by the commands. */
export interface Reply {
  command: string;
  /** The `interface-response` element. */
  root: XmlElement;
  /** What eNom's support can search by. */
  trackingKey: string | null;
  /** The CertID that was asked about. */
  certId?: string | undefined;
  /** Tells whoever keeps answers that something in this one is not understood. Never throws. */
  report?: Report | undefined;
}

/** `element`: where it stands; shown masked. */
export type Report = (notUnderstood: { faults: readonly FieldFault[]; element: XmlElement }) => void;

export interface Rejection extends RejectionClass {
  /** eNom's `ResponseNumber`s, six digits each as a rule; empty when eNom gave only texts. */
  numbers: string[];
  /**
   * Every error and every response that the document counts or words has its code here: none is told by the codes of
   * others.
   */
  isFullyCoded: boolean;
  /** What the account's `enom.errors` make of the texts. */
  learned: Meaning | undefined;
  /** They say of every text that no money has moved. */
  isLearnedHarmless: boolean;
  /** eNom's own words, as eNom wrote them: mask before showing. */
  texts: string[];
  /**
   * The document names a certificate or an order although it reports an error: do not believe that nothing happened.
   */
  namesAnOrder: boolean;
  trackingKey: string | null;
}

export type Verdict =
  | { kind: "success"; reply: Reply }
  | { kind: "rejected"; rejection: Rejection }
  /** `answered`: eNom's own document, not a page of something before it, and it cannot be read. */
  | { kind: "unreadable"; reason: string; answered?: true };

/**
 * Judges one HTTP answer in a fixed order: status 200, not compressed, XML with one root, `Command` echoes ours, `Done`
 * is true, `ErrCount` is 0, no `Success` that is not true. eNom answers 200 whatever happened, and a document without
 * `Done` was cut short. Never throws. `unreadable` carries a reason without a word of the body. (eNom API, response
 * envelope)
 */
export function readAnswer(command: string, answer: HttpAnswer, learned: readonly Learned[] = []): Verdict {
  if (answer.status !== 200) return { kind: "unreadable", reason: `eNom answered with HTTP status ${answer.status}` };
  if (!/^(identity)?$/i.test(answer.contentEncoding ?? ""))
    return { kind: "unreadable", reason: "eNom answered in an encoding that was not asked for" };
  try {
    return judge(command, parseDocument(decodeXml(answer.body, answer.contentType)), learned);
  } catch (error) {
    const what = error instanceof SyntaxError ? error.message : "text that cannot be decoded";
    const isOfEnom = /<interface-response\b/i.test(new TextDecoder("latin1").decode(answer.body));
    return { kind: "unreadable", reason: `eNom answered with ${what}`, ...(isOfEnom && { answered: true as const }) };
  }
}

/** @throws SyntaxError when one of the deciding elements occurs twice. */
function judge(command: string, root: XmlElement, learned: readonly Learned[]): Verdict {
  if (root.name !== "interface-response") throw new SyntaxError("a document that is no interface-response");
  const said = (name: string): string => findChild(root, name)?.text ?? "";
  if (said("Command").toLowerCase() !== command.toLowerCase()) throw new SyntaxError("a document for another command");
  if (said("Done").toLowerCase() !== "true") throw new SyntaxError("a document that was cut short (no Done)");
  const errors = said("ErrCount");
  if (!/^\d{1,4}$/.test(errors)) throw new SyntaxError("a document without ErrCount");
  if (Number(errors) > 0) return { kind: "rejected", rejection: rejectionOf(root, learned) };
  const successes = descendants(root, (name) => name === "success").map((element) => element.text.toLowerCase());
  if (successes.includes("false")) return { kind: "rejected", rejection: unsuccessful(root, learned) };
  if (successes.some((text) => text !== "true"))
    throw new SyntaxError("a document whose Success is neither true nor false");
  return { kind: "success", reply: { command, root, trackingKey: trackingKeyOf(root) } };
}

function rejectionOf(root: XmlElement, learned: readonly Learned[]): Rejection {
  const numbers = textsOf(root, /^responsenumber$/);
  const errors = textsOf(root, /^err\d+$/);
  const texts = [...errors, ...descendants(root, (name) => name === "response").map(codedText)];
  const counted = (name: string): number => Number(findChild(root, name)?.text ?? numbers.length);
  const { means, isHarmless } = learnedOf(texts, learned);
  return {
    ...classify(numbers, texts, means),
    numbers,
    learned: means,
    isLearnedHarmless: isHarmless,
    isFullyCoded:
      numbers.length >= Math.max(counted("ErrCount"), errors.length) && counted("ResponseCount") === numbers.length,
    texts,
    namesAnOrder: textsOf(root, /^(certid|orderid)$/).length > 0,
    trackingKey: trackingKeyOf(root),
  };
}

function codedText(response: XmlElement): string {
  const [number, text] = ["ResponseNumber", "ResponseString"].map((name) => findChild(response, name)?.text ?? "");
  return `${text} (${number})`;
}

/** `Success` False beside `ErrCount` 0: a no without a code, so nothing on record says that no money has moved. */
function unsuccessful(root: XmlElement, learned: readonly Learned[]): Rejection {
  const words = textsOf(root, /^message$/);
  const { means, isHarmless } = learnedOf(words, learned);
  const { kind, code }: RejectionClass = means ? classify([], words, means) : { kind: "refused", code: "enom-refused" };
  const texts = ["Success is False", ...words];
  const taught = { learned: means, isLearnedHarmless: isHarmless };
  return { ...rejectionOf(root, []), ...taught, kind, code, numbers: [], texts };
}

function textsOf(root: XmlElement, name: RegExp): string[] {
  const found = descendants(root, (candidate) => name.test(candidate));
  return found.map((element) => element.text).filter((text) => text !== "");
}

function trackingKeyOf(root: XmlElement): string | null {
  const [key = ""] = textsOf(root, /^trackingkey$/);
  return /^[0-9a-f-]{8,40}$/i.test(key) ? key : null;
}
