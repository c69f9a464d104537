// Trouble on demand: the name that a certificate is for chooses what goes wrong with it. (docs/howto/try-trouble.md)
import type { Slot } from "./slot.ts";

/** The label in front of `example.com`, `.net` or `.org`, and what it makes eNom, the CA or the owner do. */
export const PLAYS = {
  "lost-answer": "eNom buys, but its answer gets lost",
  "lost-request": "the request to buy gets lost on its way to eNom",
  "no-funds": "the account is empty when the order is to be bought",
  "approver-refused": "eNom offers one approver address only, hostmaster@",
  caa: "the CA may not issue for this domain",
  silent: "the domain's owner never reacts",
  refuse: "the domain's owner refuses the first time",
  refunded: "eNom's support refunds the certificate instead of having it issued",
  "slow-ca": "the CA takes a minute longer",
  "unknown-status": "eNom shows a status that nobody knows",
  unreadable: "eNom's answer about the certificate cannot be understood",
  "wrong-cert": "the certificate that is issued carries another key",
  "no-chain": "the certificate comes without its chain",
  "late-chain": "the chain comes a minute after the certificate",
  "expired-chain": "the intermediate certificate that comes has ended",
  "no-reissue": "eNom's API refuses every reissue",
} as const;

export type Play = keyof typeof PLAYS;

/** Played once, at the purchase: the slot that comes of it is like any other. */
const AT_PURCHASE: ReadonlySet<Play> = new Set(["lost-answer", "lost-request", "no-funds"]);

const STAGE = /(?:^|\.)([a-z-]+)\.example\.(?:com|net|org)$/;

/** What is played at a name; names below it and the letter case make no difference. */
export function playAt(domain: string): Play | undefined {
  const label = STAGE.exec(domain.toLowerCase())?.[1] ?? "";
  return Object.hasOwn(PLAYS, label) ? (label as Play) : undefined;
}

/** What is played with a slot, until somebody has put it right. */
export function playOf({ configuration, corrected }: Pick<Slot, "configuration" | "corrected">): Play | undefined {
  const play = corrected || configuration === undefined ? undefined : playAt(configuration.domain);
  return play !== undefined && AT_PURCHASE.has(play) ? undefined : play;
}
