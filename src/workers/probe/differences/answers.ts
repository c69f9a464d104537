// Answers that are none, or a no: what eNom refuses, and how it words that.

import { formOf } from "../../enom/wire/not-understood.ts";
import { findSeenAddress } from "../../enom/wire/rejection.ts";
import type { ReadAnswer } from "../answers/read-answer.ts";
import { guessedMeaning, type Switch } from "../answers/switches.ts";
import { type About, type Found, found } from "./found.ts";

/** What the fleet does without an answer to it. */
const WITHOUT: Readonly<Record<string, string>> = {
  CheckLogin: "The connection check cannot say that the login is in order.",
  GetBalance: "Without the balance nothing is bought.",
  GetCerts: "Without the catalogue no price is known, and nothing is bought.",
  CertGetCerts: "Without the list a purchase whose answer was lost cannot be found again.",
  CertGetCertDetail: "Without the detail no order goes on behind its purchase.",
  GetOrderList:
    "The list of orders is a witness that a lost purchase was not made: without it such a purchase waits for a person.",
  GetOrderDetail: "The order tells what a purchase of somebody else was: without it a person is asked.",
  GetTransHistory:
    "The movements of money are a witness that a lost purchase was not made: without them such a purchase waits for a person.",
  CertGetApproverEmail:
    "The five addresses that every domain has are valid whatever eNom offers: trust them, and eNom decides when the order is handed to the CA.",
};

export function answerDifferences({ answers }: About): Found[] {
  return answers.flatMap((read) => {
    const { verdict, trouble, recorded } = read;
    const without = WITHOUT[recorded.command] ?? "";
    if (!verdict) {
      const seen = recorded.failure ?? "nothing";
      return [
        found(read, { kind: "no-answer", element: "connection", seen, means: `No answer came. ${without}`.trim() }),
      ];
    }
    if (verdict.kind === "unreadable") return unreadable(read, verdict.reason, without);
    if (verdict.kind === "rejected") return refused(read, without);
    return trouble ? [] : [];
  });
}

function unreadable(read: ReadAnswer, reason: string, without: string): Found[] {
  const { trouble, recorded } = read;
  const isPage = trouble?.cause === "web-page" || trouble?.cause === "redirect";
  const status = recorded.answer?.status ?? 0;
  if (isPage || status !== 200) {
    const seen = trouble?.detail ?? `HTTP ${status}`;
    const means = `A page in place of an answer; the fleet asks again by itself, later. ${without}`;
    return [found(read, { kind: "no-answer", element: "document", seen, means })];
  }
  return [
    found(read, {
      kind: "not-a-document",
      element: "document",
      seen: reason.replace(/^eNom answered with /, ""),
      means: without,
    }),
  ];
}

function refused(read: ReadAnswer, without: string): Found[] {
  if (read.verdict?.kind !== "rejected") return [];
  const { kind, numbers, texts, isFullyCoded, code } = read.verdict.rejection;
  const words = texts.join("; ") || "eNom gave no reason";
  const { command } = read.recorded;
  if (command === "CertGetApproverEmail") {
    const wanted: Switch = { kind: "approverList", value: "trust" };
    return [found(read, { kind: "approvers-not-offered", element: "Approver", seen: words, means: without, wanted })];
  }
  if (code === "enom-login-refused")
    return [
      found(read, {
        kind: "refused",
        element: "ErrCount",
        seen: words,
        means: "Correct the account's username and password: eNom's API token is the password.",
      }),
    ];
  if (code === "enom-address-not-permitted") {
    const seen = findSeenAddress(texts);
    const where = seen ? ` eNom sees ${seen}.` : "";
    const means = `Register this machine's address in eNom's control panel (Resellers, Manage, API).${where} A retail sub-account without API access is refused in the same words.`;
    return [found(read, { kind: "refused", element: "ErrCount", seen: words, means })];
  }
  const isKnown =
    kind !== "unclear" && numbers.every((each) => /^\d{6}$/.test(each)) && (isFullyCoded || numbers.length > 0);
  if (isKnown)
    return [
      found(read, {
        kind: "refused",
        element: "ErrCount",
        seen: words,
        means: `eNom refused the question. ${without}`,
      }),
    ];
  const [first = ""] = texts;
  const wanted: Switch | null =
    first === "" ? null : { kind: "error", match: matchOf(first), means: guessedMeaning(words) };
  const element = numbers.length > 0 ? "ResponseNumber" : "Err1";
  const seen = words || formOf(numbers.join(" "));
  return [
    found(read, {
      kind: "unknown-code",
      element,
      seen,
      wanted,
      means: `The fleet cannot tell what this refusal means, and takes it for doubt. Say it in certfleet.yaml, and correct "means" where it guesses wrong. ${without}`,
    }),
  ];
}

/** The longest piece of a refusal's words that does not change from one to the next, and that masking left whole. */
function matchOf(text: string): string {
  const [longest = text] = text
    .split(/\s-\s\d|\d{3,}|\[masked\]|\S*masked-\d\S*|\[phone\]/)
    .map((part) => part.trim())
    .sort((a, b) => b.length - a.length);
  return longest.slice(0, 80);
}
