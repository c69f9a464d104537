// Why no success came of an exchange: one of the fixed causes, with what a person needs to recognise it.

import type { Cause } from "../../../shared/account/connection-check.ts";
import { Refused, Unavailable, Uncertain } from "../../../shared/base/errors.ts";
import { shownLine } from "../../../shared/base/text/unseen.ts";
import type { Rejection, Verdict } from "./envelope.ts";
import { causeOf } from "./network-failure.ts";
import type { HttpAnswer, NotSent, Posted } from "./post-once.ts";
import { findSeenAddress, isMaintenance } from "./rejection.ts";

export interface Trouble {
  cause: Cause;
  /** A code, eNom's own words, or status and first words of a page: mask before showing. */
  detail: string;
  seenAddress?: string | undefined;
}

/** Nothing when it went well, and when we ourselves sent nothing: then there is no news of eNom. */
export function troubleOf(posted: Posted, verdict: Verdict | NotSent): Trouble | undefined {
  if (verdict.kind === "success") return undefined;
  if (verdict.kind === "rejected") return troubleSaid(verdict.rejection);
  if (posted.kind === "answer") return troubleShown(posted.answer, "reason" in verdict ? verdict.reason : "");
  const { failure } = posted;
  return failure === undefined ? undefined : { cause: causeOf(failure), detail: failure };
}

/**
 * eNom does not respond to anybody who asks this account; a no, or a document that cannot be read, concerns one
 * question alone.
 */
export function isAway({ cause }: Trouble): boolean {
  return !ANSWERED.has(cause);
}

const ANSWERED: ReadonlySet<Cause> = new Set([
  "login-refused",
  "address-not-permitted",
  "refused",
  "trouble-at-enom",
  "unreadable-answer",
  "budget-used-up",
]);

function troubleSaid({ kind, code, numbers, texts, learned }: Rejection): Trouble {
  const detail = texts.join("; ") || "eNom gave no reason";
  if (code === "enom-login-refused") return { cause: "login-refused", detail };
  if (code === "enom-address-not-permitted") {
    return { cause: "address-not-permitted", detail, seenAddress: findSeenAddress(texts) };
  }
  if (learned === "maintenance" || isMaintenance(numbers, texts)) return { cause: "maintenance", detail };
  return { cause: kind === "passing" ? "trouble-at-enom" : "refused", detail };
}

function troubleShown({ status, contentType, location, body }: HttpAnswer, reason: string): Trouble {
  if (status >= 300 && status < 400) return { cause: "redirect", detail: `HTTP ${status} to ${hostOf(location)}` };
  const text = new TextDecoder().decode(body.subarray(0, PAGE_BYTES));
  const isPage = status !== 200 || /html/i.test(contentType ?? "") || /^\s*<(!doctype html|html)\b/i.test(text);
  if (!isPage) return { cause: "unreadable-answer", detail: reason };
  const words = firstWords(text);
  return { cause: "web-page", detail: words ? `HTTP ${status}, “${words}”` : `HTTP ${status}, without text` };
}

const PAGE_BYTES = 8_192;
const LONGEST_WORDS = 120;

/** Its address may hold anything; the host is enough to recognise it by. */
function hostOf(location: string | undefined): string {
  return location && URL.canParse(location) ? new URL(location).host : "another page of the same host";
}

/** What a person would read first. Nothing here is trusted: it is one line, short, and still to be masked. */
function firstWords(html: string): string {
  const text = shownLine(
    html.replace(/<(script|style)\b[^>]*>[\s\S]*?(<\/\1\s*>|$)/gi, " ").replace(/<[^>]*(>|$)|&\w+;|&#\w+;/g, " "),
  );
  return text.length > LONGEST_WORDS ? `${text.slice(0, LONGEST_WORDS - 1).trimEnd()}…` : text;
}

const TEACH =
  "If you know what eNom means by these words, say so with errors below enom: of the account in certfleet.yaml";

type Unsuccessful = Exclude<Verdict, { kind: "success" }> | NotSent;

interface Context {
  command: string;
  /** What a lost answer means here: `Unavailable` for a question, `Uncertain` for an effect. */
  Lost: typeof Unavailable | typeof Uncertain;
  /** Words a rejection so that it may be shown. */
  describe: (rejection: Rejection) => string;
}

/**
 * A rejection that may pass by itself is like a lost answer. One that eNom gives without a clear code ends a question,
 * but after an effect it leaves doubt.
 */
export function failureOf(
  verdict: Unsuccessful,
  { command, Lost, describe }: Context,
): Refused | Unavailable | Uncertain {
  if (verdict.kind === "not-sent") return new Unavailable(`${command}: ${verdict.error.message}`);
  if (verdict.kind === "unreadable") {
    const message = `${command}: ${verdict.reason}`;
    return Lost === Unavailable ? new Unavailable(message, { answered: verdict.answered }) : new Lost(message);
  }
  const { kind, code } = verdict.rejection;
  const words = describe(verdict.rejection);
  if (kind === "passing") return new Lost(`${command}: ${words}`);
  if (kind === "unclear" && Lost === Uncertain) return new Uncertain(`${command}: ${words}`);
  // What an effect was, the order's own story tells.
  const message = Lost === Unavailable ? `${command}: ${words}` : words;
  return new Refused(kind === "unclear" ? `${message}. ${TEACH}` : message, {
    code,
    question: Lost === Unavailable ? command : undefined,
  });
}
