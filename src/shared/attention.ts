// Why a person must act, in one table: what each code means for the operator and whether the fleet goes on by itself.
import { z } from "zod";

interface Kind {
  /** The operator's next step, a sentence; REF stands for the order's reference. */
  next: string;
  /** `fleet`: it looks again and goes on when mended. `person`: nothing happens before a decision. */
  goesOn: "fleet" | "person";
}

const RESOLVE = "certfleet certificate resolve REF";

export const attentionKinds = {
  "purchase-unknown": {
    next: `Look for an unused slot in eNom's certificate list. Found: ${RESOLVE} --adopt <CertID>; surely none: --not-bought; money returned: --refunded; give up: --cancel. Each with --reason.`,
    goesOn: "person",
  },
  "enom-login-refused": { next: "Correct ENOM_USERNAME and ENOM_PASSWORD and restart the workers.", goesOn: "fleet" },
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
    next: "Nothing is bought on this account before it is known what happened: the runbook says how to find out (certfleet ledger status).",
    goesOn: "fleet",
  },
  "purchases-stopped": {
    next: "Set purchases: true for the account, or switch them on (certfleet account purchases), when buying may go on.",
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
    next: `The approver refused. Change the approver and ${RESOLVE} --retry, or --cancel.`,
    goesOn: "person",
  },
  refunded: {
    next: `eNom refunded this slot. Confirm with ${RESOLVE} --refunded (buys again) or --cancel.`,
    goesOn: "person",
  },
  "enom-refused": {
    next: `Read eNom's text, mend the order's data, then ${RESOLVE} --retry, or --cancel.`,
    goesOn: "person",
  },
  "configured-otherwise": {
    next: `The slot carries another CSR at eNom. Clear it there, then ${RESOLVE} --retry, or --cancel.`,
    goesOn: "person",
  },
  "unknown-status": {
    next: "eNom shows a status this fleet does not know; ask eNom's support about the CertID.",
    goesOn: "fleet",
  },
  "certificate-mismatch": {
    next: "The issued certificate does not carry the CSR's key. Ask eNom's support, then resolve with --retry.",
    goesOn: "person",
  },
  "reissue-by-hand": {
    next: "Have it reissued as the mail to the department says; the new certificate is taken in by itself (certfleet certificate explain REF).",
    goesOn: "fleet",
  },
  "renewal-due": {
    next: "Let the fleet buy the next term (PATCH /v1/certificates/REF, policy auto), or decide otherwise with the customer.",
    goesOn: "person",
  },
  "renewal-not-sold": {
    next: `eNom does not sell the next term to this account. When it does again: ${RESOLVE} --retry; else --cancel.`,
    goesOn: "person",
  },
  "email-validation-ended": {
    next: 'Approve another way: POST /v1/certificates/REF/approver with {"method": "dns"} or "file", where the product offers it; else --cancel and order one that does.',
    goesOn: "person",
  },
  "reissue-uncertain": {
    next: `Look at eNom whether the reissue was taken, then ${RESOLVE} --retry (asks again) or wait for the new certificate.`,
    goesOn: "fleet",
  },
  "waited-too-long": {
    next: `Thirty days without success. Mend the cause named here, then ${RESOLVE} --retry, or --cancel.`,
    goesOn: "person",
  },
  "internal-error": { next: `Read the worker's log for REF; after the fix: ${RESOLVE} --retry.`, goesOn: "person" },
} as const satisfies Record<string, Kind>;

export type AttentionCode = keyof typeof attentionKinds;

export const attention = z.object({
  code: z.string(),
  message: z.string(),
  since: z.string(),
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
  const next = attentionKinds[code].next.replaceAll("REF", reference);
  return { code, message, since: at.toISOString(), who: WHO[code] ?? "operator", by, next };
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
