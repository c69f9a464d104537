// What needs attention: the shape that records keep and the API shows, and the next step for each code
// (`base/codes.ts`).
import { z } from "zod";
import { type AttentionCode, codes } from "../base/codes.ts";

const RESOLVE = "certfleet certificate resolve REF";
const RETRY = `${RESOLVE} --retry --reason "fixed"`;
/** These three end at a semicolon or with the text, too. */
const CSR = 'certfleet certificate csr REF --file new.csr --reason "corrected"';
const APPROVER = "certfleet certificate approver REF --email ADDRESS";
const CONTACTS = "certfleet certificate contacts REF --file contacts.json";
const OR_CANCEL = "; to cancel the order instead, write --cancel in place of --retry.";

/** When a corrected login takes effect. */
export const LOGIN_TAKEN_OVER =
  "Changes in certfleet.yaml, or in a file that it or NAME_FILE names, count at once. Changes of ENOM_USERNAME and ENOM_PASSWORD need a restart of the workers.";

/**
 * The operator's next step; REF stands for the order's reference. A command in it ends at the semicolon or at the end
 * of the text. It can be pasted once CERTID and ADDRESS are filled in, and ACCOUNT where no account is known. Other languages: `templates/parts/next-step.*`.
 */
const nextSteps: Readonly<Record<AttentionCode, string>> = {
  "purchase-unknown": `Look for an unused slot in eNom's certificate list. If you find it: ${RESOLVE} --adopt CERTID --reason "found in the list"; otherwise write in place of --adopt CERTID: --not-bought if you are sure that there is none, --refunded if the money is back, --cancel to cancel the order.`,
  "enom-login-refused": `Correct the user name and password of the account. ${LOGIN_TAKEN_OVER}`,
  "enom-address-not-permitted": "Register this machine's address at eNom (Resellers, Manage, API).",
  "no-account-with-funds": "Top up the eNom account. The order continues by itself.",
  "no-account": "Configure an enabled account that fits the order: the account and data center that it names.",
  "account-bound-elsewhere":
    "This account id was first used with another eNom host or user. Give the new login a new account id.",
  "account-observes":
    "Nothing happens while the account observes. To let it buy and change: set mode: dedicated or shared for it in certfleet.yaml, then read the differences and confirm: certfleet account live ACCOUNT",
  "redis-not-durable":
    "Set appendonly yes, appendfsync always and maxmemory-policy noeviction in Redis, or accept the risk with CERTFLEET_ALLOW_WEAK_REDIS=1.",
  "ledger-frozen":
    "Nothing is bought on this account until you know what happened. See docs/runbook.md#the-ledger-is-frozen, and start with: certfleet ledger status",
  "purchases-stopped":
    'To allow purchases again, set purchases: true for the account in certfleet.yaml, or run: certfleet account purchases on ACCOUNT --reason "may go on"',
  "price-above-ceiling":
    "Raise priceCeiling in the configuration file to accept the new price, and the order continues by itself. Or cancel the order.",
  "spend-cap-reached":
    "Wait, if the hour or the day ends soon. Otherwise raise purchasing.perHour, perDay or maxUnsettledMoney of the account.",
  "enom-unavailable": "Wait. If eNom does not respond again soon, check the network, the API URL and eNom's status.",
  "enom-not-understood":
    "Nothing is bought by what cannot be read. Ask eNom's support about the record that the message names, or report it to whoever maintains Certfleet; the order continues by itself once it can be read. To see what eNom answered: certfleet account answers",
  "enom-question-refused":
    "eNom does not permit this login, or its token, to ask what the message says. Allow the command at eNom; the order continues by itself. If the message is about one CertID, ask eNom's support about it.",
  "product-not-sold":
    "Ask eNom to enable the product for this reseller, or order another product. The order continues by itself once it is sold. To compare eNom's catalogue with the product table: certfleet account products",
  "approver-not-offered": `Choose one of the offered addresses: ${APPROVER}; if the name itself is wrong, correct the CSR: ${CSR}`,
  "validation-overdue": `Remind the domain's owner, have the mail sent again: certfleet certificate resend REF; or change the approver: ${APPROVER}; or cancel. If the name itself is wrong, correct the CSR: ${CSR}`,
  "rejected-by-owner": `The approver refused. If the name or the CSR is wrong: ${CSR}; otherwise change the approver: ${APPROVER}; then run: ${RETRY}; or write --cancel in place of --retry.`,
  refunded: `eNom refunded this slot. To buy again: ${RESOLVE} --refunded --reason "refund seen"; to cancel the order instead, write --cancel in place of --refunded.`,
  "enom-refused": `Read eNom's message. If it is about the CSR: ${CSR}; if it is about the contacts: ${CONTACTS}; then run: ${RETRY}; or write --cancel in place of --retry.`,
  "configured-otherwise": `At eNom the slot holds another CSR. If that is the right one, give it to the order: ${CSR}; otherwise remove it there, then run: ${RETRY}${OR_CANCEL}`,
  "unknown-status": "eNom shows a status that this version does not know. Ask eNom's support about the CertID.",
  "certificate-mismatch": `The issued certificate cannot be used: the message says why. Ask eNom's support, then have it read again: ${RETRY}`,
  "chain-incomplete":
    "Ask eNom's support for the missing certificate, or get it from the CA. Put it into a file, and name the file under intermediates in certfleet.yaml (a root: under roots). Or let Certfleet download it: CERTFLEET_AIA=1. The order continues by itself.",
  "reissue-by-hand":
    "Have it reissued as the mail to the operator mailbox (department) says. Certfleet fetches the new certificate by itself. To see where the order stands: certfleet certificate explain REF",
  "renewal-due": `Let Certfleet buy the next term: certfleet certificate policy REF --mode auto; or agree on something else with the customer.`,
  "renewal-not-sold": `eNom does not sell the next term to this account. Ask eNom to enable the product; the order continues by itself. To compare its catalogue with the product table: certfleet account products`,
  "validation-needed": `Agree on another way with the domain's owner and write it down: certfleet certificate validation-method REF --method dns; or --method file in place of dns. The order continues by itself.`,
  "email-validation-ended": `Agree on another way with the domain's owner and write it down: certfleet certificate validation-method REF --method dns; or --method file in place of dns. The order at the certificate authority is withdrawn and sent again with it.`,
  "reissue-uncertain": `Check at eNom whether the reissue was accepted. If it was, wait for the new certificate. If you are sure that it was not, ask again: ${RESOLVE} --retry --reason "not taken"`,
  "waited-too-long": `Thirty days without success. If the name or the CSR is the cause, correct it: ${CSR}; otherwise fix the cause that the message names, then run: ${RETRY}${OR_CANCEL}`,
  "internal-error": `Read the worker's log for REF. Once the fault is fixed, run: ${RETRY}`,
};

/** What is left for an order whose product offers no method that still validates. */
const NO_METHOD_LEFT = `Agree with the customer on a product that is validated by dns or file, order that, and cancel this one: ${RESOLVE} --cancel --reason "no other method"`;

/** What is left where the owner of the domain did all, and the CA issues nothing. */
export function nextWithoutOwner(reference: string): string {
  return `Nothing is left for the domain's owner. Ask eNom's support why the certificate authority does not issue the certificate; name the CertID. The order continues by itself. To cancel it instead: ${RESOLVE} --cancel --reason "not issued"`.replaceAll(
    "REF",
    reference,
  );
}

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

/** `account`: whose trouble it is, for the commands that name one. */
export function raise(
  code: AttentionCode,
  message: string,
  {
    reference,
    at,
    by,
    isCurable = true,
    account,
  }: { reference: string; at: Date; by: string | null; isCurable?: boolean; account?: string | null | undefined },
): Attention {
  const step = nextStep(code, reference, isCurable);
  const next = account ? step.replaceAll("ACCOUNT", account) : step;
  return { code, message, since: at.toISOString(), who: codes[code].attention.who, by, next };
}

const WANT_A_METHOD: ReadonlySet<string> = new Set(["validation-needed", "email-validation-ended"]);

/** `isCurable`: false where the product offers no method that is left to agree on. */
export function nextStep(code: AttentionCode, reference: string, isCurable = true): string {
  const next = !isCurable && WANT_A_METHOD.has(code) ? NO_METHOD_LEFT : nextSteps[code];
  return next.replaceAll("REF", reference);
}
