// Why a person must act, in one table: what each code means for the operator and whether the fleet goes on by itself.
import { z } from "zod";

interface Kind {
  /**
   * The operator's next step; REF stands for the order's reference. A command in it can be pasted as it stands, up to the semicolon or
   * the end, once CERTID and ACCOUNT are filled in. The departments' other languages have theirs in `templates/parts/next-step.*`.
   */
  next: string;
  /** `fleet`: it looks again and goes on when mended. `person`: nothing happens before a decision. */
  goesOn: "fleet" | "person";
}

const RESOLVE = "certfleet certificate resolve REF";
const RETRY = `${RESOLVE} --retry --reason "mended"`;
const OR_CANCEL = "; --cancel instead of --retry gives the order up.";

/** When a corrected login takes effect. */
export const LOGIN_TAKEN_OVER =
  "in certfleet.yaml, and in a file that it or NAME_FILE names, they are taken over by themselves, in ENOM_USERNAME and ENOM_PASSWORD by a restart of the workers.";

export const attentionKinds = {
  "purchase-unknown": {
    next: `Look for an unused slot in eNom's certificate list. Found: ${RESOLVE} --adopt CERTID --reason "found in the list"; instead of --adopt CERTID: --not-bought when surely none is there, --refunded when the money is back, --cancel to give up.`,
    goesOn: "person",
  },
  "enom-login-refused": {
    next: `Correct user name and password of the account: ${LOGIN_TAKEN_OVER}`,
    goesOn: "fleet",
  },
  "enom-address-not-permitted": {
    next: "Register this machine's address at eNom (Resellers, Manage, API).",
    goesOn: "fleet",
  },
  "no-account-with-funds": { next: "Refill the eNom account; the order goes on by itself.", goesOn: "fleet" },
  "no-account": {
    next: "Configure an enabled account that fits the order's account and data center.",
    goesOn: "fleet",
  },
  "account-bound-elsewhere": {
    next: "This account id was first used with another eNom host or user; give the new login its own account id.",
    goesOn: "fleet",
  },
  "redis-not-durable": {
    next: "Set appendonly yes, appendfsync always and maxmemory-policy noeviction in Redis, or accept the risk with CERTFLEET_ALLOW_WEAK_REDIS=1.",
    goesOn: "fleet",
  },
  "ledger-frozen": {
    next: "Nothing is bought on this account before it is known what happened. The runbook says how to find out; look first: certfleet ledger status",
    goesOn: "fleet",
  },
  "purchases-stopped": {
    next: 'When buying may go on, set purchases: true for the account in certfleet.yaml, or turn the switch: certfleet account purchases on ACCOUNT --reason "may go on"',
    goesOn: "fleet",
  },
  "price-above-ceiling": {
    next: "Agree to the new price (priceCeiling in the configuration file) or cancel the order; it goes on by itself.",
    goesOn: "fleet",
  },
  "spend-cap-reached": {
    next: "Nothing, where an hour or a day is over soon. Else raise purchasing.perHour, perDay or maxUnsettledMoney of the account.",
    goesOn: "fleet",
  },
  "enom-unavailable": {
    next: "Nothing, unless eNom stays away: check the network, the API URL and eNom's status.",
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
    next: `The approver refused. Change the approver (POST /v1/certificates/REF/approver), then ${RETRY}${OR_CANCEL}`,
    goesOn: "person",
  },
  refunded: {
    next: `eNom refunded this slot. To buy again: ${RESOLVE} --refunded --reason "refund seen"; --cancel instead of --refunded gives the order up.`,
    goesOn: "person",
  },
  "enom-refused": {
    next: `Read eNom's text, mend the order's data (PATCH /v1/certificates/REF), then ${RETRY}${OR_CANCEL}`,
    goesOn: "person",
  },
  "configured-otherwise": {
    next: `The slot carries another CSR at eNom. Clear it there, then ${RETRY}${OR_CANCEL}`,
    goesOn: "person",
  },
  "unknown-status": {
    next: "eNom shows a status this fleet does not know; ask eNom's support about the CertID.",
    goesOn: "fleet",
  },
  "certificate-mismatch": {
    next: `The issued certificate does not fit the order. Ask eNom's support, then have it read again: ${RETRY}`,
    goesOn: "person",
  },
  "reissue-by-hand": {
    next: "Have it reissued as the mail to the department says; the new certificate is taken in by itself. Where it stands: certfleet certificate explain REF",
    goesOn: "fleet",
  },
  "renewal-due": {
    next: "Let the fleet buy the next term (PATCH /v1/certificates/REF, policy auto), or decide otherwise with the customer.",
    goesOn: "person",
  },
  "renewal-not-sold": {
    next: `eNom does not sell the next term to this account. When it does again: ${RETRY}${OR_CANCEL}`,
    goesOn: "person",
  },
  "email-validation-ended": {
    next: `Approve another way, where the product offers one: POST /v1/certificates/REF/approver with {"method": "dns"} or "file". Else order one that does, and give this one up: ${RESOLVE} --cancel --reason "no other method"`,
    goesOn: "person",
  },
  "reissue-uncertain": {
    next: `Look at eNom whether the reissue was taken. If it was, wait for the new certificate; if surely not, ask again: ${RESOLVE} --retry --reason "not taken"`,
    goesOn: "fleet",
  },
  "waited-too-long": {
    next: `Thirty days without success. Mend the cause named here, then ${RETRY}${OR_CANCEL}`,
    goesOn: "person",
  },
  "internal-error": { next: `Read the worker's log for REF. After the fix: ${RETRY}`, goesOn: "person" },
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
/** A person must act: `who`, `by` when (null: no certificate ends meanwhile), and `next` what to do. */
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

/** Whether all orders of an account meet it, and one answer mends it for all. */
export function concernsAccount(code: string): boolean {
  return OF_ACCOUNT.has(code as AttentionCode);
}

export function goesOnByItself(code: string): boolean {
  return code in attentionKinds && attentionKinds[code as AttentionCode].goesOn === "fleet";
}
