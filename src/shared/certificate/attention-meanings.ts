// What each attention code means, in one sentence, and the section of the runbook that helps. The references are made
// from it.
import type { AttentionCode } from "../base/codes.ts";

export const attentionMeanings: Readonly<Record<AttentionCode, { means: string; section: string }>> = {
  "purchase-unknown": {
    means: "a purchase was sent, and nobody can tell whether it was made",
    section: "a-parked-purchase",
  },
  "enom-login-refused": { means: "eNom refuses the login", section: "enom-login-refused" },
  "enom-address-not-permitted": {
    means: "eNom does not know this machine's address",
    section: "enom-address-not-permitted",
  },
  "no-account-with-funds": { means: "the balance is lower than the price", section: "no-account-with-funds" },
  "no-account": { means: "no configured account fits", section: "no-account" },
  "account-bound-elsewhere": { means: "an account id was given another login", section: "account-bound-elsewhere" },
  "redis-not-durable": { means: "Redis might forget a purchase", section: "redis-not-durable" },
  "ledger-frozen": {
    means: "Redis lost something, or somebody else buys in the account",
    section: "the-ledger-is-frozen",
  },
  "purchases-stopped": { means: "buying is switched off", section: "stop-buying" },
  "price-above-ceiling": { means: "eNom asks more than you agreed to", section: "price-above-ceiling" },
  "spend-cap-reached": { means: "the hour's or the day's sum is spent", section: "spend-cap-reached" },
  "enom-unavailable": { means: "no answer from eNom for an hour", section: "enom-unavailable" },
  "approver-not-offered": { means: "eNom does not offer that approver", section: "approver-not-offered" },
  "validation-overdue": { means: "the domain's owner does not act", section: "validation-overdue" },
  "rejected-by-owner": { means: "the approver refused", section: "rejected-by-owner" },
  refunded: { means: "eNom refunded the slot", section: "refunded" },
  "enom-refused": { means: "eNom refused a step", section: "enom-refused" },
  "configured-otherwise": { means: "somebody else configured the slot", section: "configured-otherwise" },
  "unknown-status": { means: "eNom shows a status that is not known here", section: "unknown-status" },
  "certificate-mismatch": {
    means: "the certificate is not the one that was asked for",
    section: "certificate-mismatch",
  },
  "reissue-by-hand": { means: "the operator mailbox has the task to have it reissued", section: "reissue-by-hand" },
  "reissue-uncertain": { means: "a reissue was sent, and eNom does not show it", section: "reissue-uncertain" },
  "renewal-due": { means: "the next term is due, and the policy leaves it to people", section: "renewal-due" },
  "renewal-not-sold": { means: "eNom does not sell the next term", section: "renewal-not-sold" },
  "email-validation-ended": {
    means: "the domain was to be validated by e-mail, which is over",
    section: "email-validation-ended",
  },
  "waited-too-long": { means: "thirty days without success", section: "waited-too-long" },
  "internal-error": { means: "a bug in Certfleet", section: "internal-error" },
};
