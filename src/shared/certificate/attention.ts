// What needs attention, in one table: the next step for each code, and whether the fleet continues by itself.
import { z } from "zod";

interface Kind {
  /**
   * The operator's next step; REF stands for the order's reference. A command in it ends at the semicolon or at the end of
   * the text. It can be pasted once CERTID and ACCOUNT are filled in. Other languages: `templates/parts/next-step.*`.
   */
  next: string;
  /** `fleet`: it looks again and continues once the cause is fixed. `person`: nothing happens before a decision. */
  goesOn: "fleet" | "person";
}

const RESOLVE = "certfleet certificate resolve REF";
const RETRY = `${RESOLVE} --retry --reason "fixed"`;
const OR_CANCEL = "; to cancel the order instead, write --cancel in place of --retry.";

/** When a corrected login takes effect. */
export const LOGIN_TAKEN_OVER =
  "Changes in certfleet.yaml, or in a file that it or NAME_FILE names, count at once. Changes of ENOM_USERNAME and ENOM_PASSWORD need a restart of the workers.";

export const attentionKinds = {
  "purchase-unknown": {
    next: `Look for an unused slot in eNom's certificate list. If you find it: ${RESOLVE} --adopt CERTID --reason "found in the list"; otherwise write in place of --adopt CERTID: --not-bought if you are sure that there is none, --refunded if the money is back, --cancel to cancel the order.`,
    goesOn: "person",
  },
  "enom-login-refused": {
    next: `Correct the user name and password of the account. ${LOGIN_TAKEN_OVER}`,
    goesOn: "fleet",
  },
  "enom-address-not-permitted": {
    next: "Register this machine's address at eNom (Resellers, Manage, API).",
    goesOn: "fleet",
  },
  "no-account-with-funds": { next: "Top up the eNom account. The order continues by itself.", goesOn: "fleet" },
  "no-account": {
    next: "Configure an enabled account that fits the order: the account and data center that it names.",
    goesOn: "fleet",
  },
  "account-bound-elsewhere": {
    next: "This account id was first used with another eNom host or user. Give the new login a new account id.",
    goesOn: "fleet",
  },
  "redis-not-durable": {
    next: "Set appendonly yes, appendfsync always and maxmemory-policy noeviction in Redis, or accept the risk with CERTFLEET_ALLOW_WEAK_REDIS=1.",
    goesOn: "fleet",
  },
  "ledger-frozen": {
    next: "Nothing is bought on this account until you know what happened. See docs/runbook.md#the-ledger-is-frozen, and start with: certfleet ledger status",
    goesOn: "fleet",
  },
  "purchases-stopped": {
    next: 'To allow purchases again, set purchases: true for the account in certfleet.yaml, or run: certfleet account purchases on ACCOUNT --reason "may go on"',
    goesOn: "fleet",
  },
  "price-above-ceiling": {
    next: "Raise priceCeiling in the configuration file to accept the new price, and the order continues by itself. Or cancel the order.",
    goesOn: "fleet",
  },
  "spend-cap-reached": {
    next: "Wait, if the hour or the day ends soon. Otherwise raise purchasing.perHour, perDay or maxUnsettledMoney of the account.",
    goesOn: "fleet",
  },
  "enom-unavailable": {
    next: "Wait. If eNom does not respond again soon, check the network, the API URL and eNom's status.",
    goesOn: "fleet",
  },
  "approver-not-offered": {
    next: "Choose one of the offered addresses: POST /v1/certificates/REF/approver.",
    goesOn: "person",
  },
  "validation-overdue": {
    next: "Remind the domain's owner, resend or change the approver (POST /v1/certificates/REF/approver), or cancel.",
    goesOn: "fleet",
  },
  "rejected-by-owner": {
    next: `The approver refused. Change the approver (POST /v1/certificates/REF/approver), then run: ${RETRY}${OR_CANCEL}`,
    goesOn: "person",
  },
  refunded: {
    next: `eNom refunded this slot. To buy again: ${RESOLVE} --refunded --reason "refund seen"; to cancel the order instead, write --cancel in place of --refunded.`,
    goesOn: "person",
  },
  "enom-refused": {
    next: `Read eNom's message, correct the order's data (PATCH /v1/certificates/REF), then run: ${RETRY}${OR_CANCEL}`,
    goesOn: "person",
  },
  "configured-otherwise": {
    next: `At eNom the slot holds another CSR. Remove it there, then run: ${RETRY}${OR_CANCEL}`,
    goesOn: "person",
  },
  "unknown-status": {
    next: "eNom shows a status that this version does not know. Ask eNom's support about the CertID.",
    goesOn: "fleet",
  },
  "certificate-mismatch": {
    next: `The issued certificate does not match the order. Ask eNom's support, then have it read again: ${RETRY}`,
    goesOn: "person",
  },
  "reissue-by-hand": {
    next: "Have it reissued as the mail to the operator mailbox (department) says. Certfleet fetches the new certificate by itself. To see where the order stands: certfleet certificate explain REF",
    goesOn: "fleet",
  },
  "renewal-due": {
    next: "Let Certfleet buy the next term (PATCH /v1/certificates/REF, policy auto), or agree on something else with the customer.",
    goesOn: "person",
  },
  "renewal-not-sold": {
    next: `eNom does not sell the next term to this account. Once it sells it again, run: ${RETRY}${OR_CANCEL}`,
    goesOn: "person",
  },
  "email-validation-ended": {
    next: `If the product offers another way, use it: POST /v1/certificates/REF/approver with {"method": "dns"} or "file". Otherwise order a product that does, and cancel this order: ${RESOLVE} --cancel --reason "no other method"`,
    goesOn: "person",
  },
  "reissue-uncertain": {
    next: `Check at eNom whether the reissue was accepted. If it was, wait for the new certificate. If you are sure that it was not, ask again: ${RESOLVE} --retry --reason "not taken"`,
    goesOn: "fleet",
  },
  "waited-too-long": {
    next: `Thirty days without success. Fix the cause that the message names, then run: ${RETRY}${OR_CANCEL}`,
    goesOn: "person",
  },
  "internal-error": { next: `Read the worker's log for REF. Once the fault is fixed, run: ${RETRY}`, goesOn: "person" },
} as const satisfies Record<string, Kind>;

export type AttentionCode = keyof typeof attentionKinds;

export const attention = z.object({
  code: z.string(),
  message: z.string(),
  since: z.string(),
  /** The account that it is about, where that is not the one of the order. */
  account: z.string().optional(),
  who: z.string(),
  by: z.string().nullable(),
  next: z.string(),
});
/** Who must act (`who`), by when (`by`; null: no certificate ends meanwhile), and what to do (`next`). */
export type Attention = z.infer<typeof attention>;

const WHO: Partial<Record<AttentionCode, string>> = {
  "validation-overdue": "owner",
  "reissue-by-hand": "department",
  "renewal-due": "department",
};

export function raise(
  code: AttentionCode,
  message: string,
  { reference, at, by }: { reference: string; at: Date; by: string | null },
): Attention {
  const next = nextStep(code, reference);
  return { code, message, since: at.toISOString(), who: WHO[code] ?? "operator", by, next };
}

export function nextStep(code: AttentionCode, reference: string): string {
  return attentionKinds[code].next.replaceAll("REF", reference);
}

const OF_ACCOUNT: ReadonlySet<AttentionCode> = new Set<AttentionCode>([
  "enom-login-refused",
  "enom-address-not-permitted",
  "no-account-with-funds",
  "account-bound-elsewhere",
  "redis-not-durable",
  "ledger-frozen",
  "purchases-stopped",
  "spend-cap-reached",
  "enom-unavailable",
]);

/** Whether it stops all orders of an account, and one fix helps them all. */
export function concernsAccount(code: string): boolean {
  return OF_ACCOUNT.has(code as AttentionCode);
}

export function goesOnByItself(code: string): boolean {
  return code in attentionKinds && attentionKinds[code as AttentionCode].goesOn === "fleet";
}
