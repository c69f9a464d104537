// Every code in one table: why a person must act (attention), what kind of no it was (refusal), why nobody said no
// (unavailability). Codes lie in records and in the API: none is renamed.

interface Code {
  attention?: {
    /** `fleet`: it looks again and goes on when the cause is fixed. `person`: nothing happens before a decision. */
    goesOn: "fleet" | "person";
    /** `account`: all orders of an account meet it, and one answer fixes it for all. */
    about: "order" | "account";
    who: "operator" | "owner" | "department";
  };
  refusal?: true;
  unavailability?: true;
}

const order = (goesOn: "fleet" | "person") => ({ goesOn, about: "order", who: "operator" }) as const;
const account = (goesOn: "fleet" | "person") => ({ goesOn, about: "account", who: "operator" }) as const;

export const codes = {
  "purchase-unknown": { attention: order("person") },
  "enom-login-refused": { attention: account("fleet"), refusal: true },
  "enom-address-not-permitted": { attention: account("fleet"), refusal: true },
  "no-account-with-funds": { attention: account("fleet"), refusal: true },
  "no-account": { attention: order("fleet") },
  "account-bound-elsewhere": { attention: account("fleet"), unavailability: true },
  /** It only observes, or a person has not confirmed yet that it goes live. */
  "account-observes": { attention: account("fleet"), unavailability: true },
  "redis-not-durable": { attention: account("fleet") },
  "ledger-frozen": { attention: account("fleet"), refusal: true, unavailability: true },
  "purchases-stopped": { attention: account("fleet") },
  "price-above-ceiling": { attention: order("fleet") },
  "spend-cap-reached": { attention: account("fleet") },
  "enom-unavailable": { attention: account("fleet") },
  /** eNom answered, and what must be readable in it is not. */
  "enom-not-understood": { attention: account("fleet"), unavailability: true },
  /** A no to a question that changes nothing: of the login or its token, hence of every order of the account. */
  "enom-question-refused": { attention: account("fleet") },
  "product-not-sold": { attention: account("fleet"), refusal: true },
  "approver-not-offered": { attention: order("person") },
  "validation-overdue": { attention: { ...order("fleet"), who: "owner" } },
  "rejected-by-owner": { attention: order("person") },
  refunded: { attention: order("person") },
  "enom-refused": { attention: order("person"), refusal: true },
  "configured-otherwise": { attention: order("person") },
  "unknown-status": { attention: order("fleet") },
  "certificate-mismatch": { attention: order("person") },
  "chain-incomplete": { attention: order("fleet") },
  "reissue-by-hand": { attention: { ...order("fleet"), who: "department" } },
  "renewal-due": { attention: { ...order("person"), who: "department" } },
  "renewal-not-sold": { attention: order("fleet") },
  "validation-needed": { attention: order("fleet") },
  "email-validation-ended": { attention: order("person") },
  "reissue-uncertain": { attention: order("fleet") },
  "waited-too-long": { attention: order("person") },
  "internal-error": { attention: order("person") },
  /** The mail server refuses this address, whatever is in the mail. */
  "address-refused": { refusal: true },
  /** Our own request budget; nothing of the other side's. */
  "budget-used-up": { unavailability: true },
  /** The mail server as a whole: not reached, no greeting, our login refused. It concerns every mail alike. */
  "mail-server-away": { unavailability: true },
  /** A primary that may not be the one any more. */
  "redis-without-replica": { unavailability: true },
  /** A record that somebody else saved. */
  "changed-meanwhile": { unavailability: true },
} as const satisfies Record<string, Code>;

type CodesWith<Kind extends keyof Code> = {
  [Each in keyof typeof codes]: (typeof codes)[Each] extends Record<Kind, unknown> ? Each : never;
}[keyof typeof codes];

export type AttentionCode = CodesWith<"attention">;
export type RefusalCode = CodesWith<"refusal">;
export type UnavailabilityCode = CodesWith<"unavailability">;

export const attentionCodes = (Object.keys(codes) as (keyof typeof codes)[]).filter(isAttentionCode);

/** Records hold codes as text, of earlier versions, too. */
export function isAttentionCode(code: string): code is AttentionCode {
  return code in codes && "attention" in codes[code as keyof typeof codes];
}

/** Whether all orders of an account meet it, and one answer fixes it for all. */
export function concernsAccount(code: string): boolean {
  return isAttentionCode(code) && codes[code].attention.about === "account";
}

/** What a failure itself is to the operator, where it is more than an eNom that does not respond. */
export function attentionOf({ code }: { code?: string | undefined }): AttentionCode | undefined {
  return code !== undefined && isAttentionCode(code) ? code : undefined;
}

/** Whether the fleet goes on by itself once the cause is fixed. */
export function goesOnByItself(code: string): code is AttentionCode {
  return isAttentionCode(code) && codes[code].attention.goesOn === "fleet";
}
