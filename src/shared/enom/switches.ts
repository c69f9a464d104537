// What of eNom nobody could try beforehand, and a person may switch for an account in certfleet.yaml (`enom:`). The first
// choice is what eNom's documentation says.
import { z } from "zod";
import { said } from "../base/text/said.ts";

/** What a text of eNom's means. Of a purchase only the first four say that nothing was bought. */
export const meanings = [
  "no-funds",
  "not-sold",
  "login-refused",
  "address-not-permitted",
  "maintenance",
  "limit",
  "refused",
] as const;
export type Meaning = (typeof meanings)[number];

/** What this version knows. (eNom API, certificate statuses) */
const KNOWN_STATUSES: ReadonlySet<number> = new Set([1, 2, 4, 6, 7, 8, 9, 10, 12, 13]);

const MATCH = "must be at least eight characters of eNom's text, so that it fits no other";

const learned = z.strictObject({
  match: z
    .string()
    .trim()
    .min(8, MATCH)
    .max(200, "must be at most 200 characters of eNom's text")
    .meta(said("Words of eNom's error, as it writes them; capitals make no difference", "Balance is too low")),
  means: z
    .enum(meanings)
    .meta(
      said(
        "no-funds, not-sold, login-refused, address-not-permitted: nothing was done, a purchase included; " +
          "maintenance, limit: later it may go well; refused: nothing was done, but what became of a purchase it does not tell",
      ),
    ),
});
/** One text of eNom's that a person has learned to read. */
export type Learned = z.infer<typeof learned>;

/** None of them is a slot that may be configured or taken: that alone eNom's own number says. */
export const statusMeanings = ["processing", "approval-pending", "approved", "issued"] as const;

const learnedStatus = z.strictObject({
  id: z
    .int()
    .min(1)
    .max(9_999)
    .refine((id) => !KNOWN_STATUSES.has(id), "is a status that eNom documents: its meaning stands")
    .meta(said("The CertStatusID that eNom shows", 14)),
  means: z.enum(statusMeanings).meta(said("What such a certificate is", "processing")),
});
export type LearnedStatus = z.infer<typeof learnedStatus>;

const TLS_VERSIONS = ["TLSv1", "TLSv1.1", "TLSv1.2", "TLSv1.3"] as const;

/** `enom:` of an account in certfleet.yaml. */
export const enomSwitches = z.strictObject({
  proof: z
    .enum(["csr", "domain"])
    .default("csr")
    .meta(
      said(
        "How a slot shows that it is configured for its order: by its CSR; or by its domain, where eNom shows no CSR, or another one, before the certificate is issued",
      ),
    ),
  approverList: z
    .enum(["offered", "trust"])
    .default("offered")
    .meta(
      said(
        "offered: only an approver address that eNom lists is sent; trust: the order's is sent, too, where eNom lists none, others, or does not answer",
      ),
    ),
  dnsRecordType: z
    .enum(["TXT", "CNAME"])
    .optional()
    .meta(said("The type of the DNS record for validation, whatever eNom says; without it as eNom says, else TXT")),
  dnsRecordName: z
    .string()
    .regex(/^(@|[a-z0-9_-]{1,63}(\.[a-z0-9_-]{1,63})*)$/i, "must be a name below the domain such as _dnsauth, or @")
    .optional()
    .meta(said("The name of that record where eNom sends none; without it @, the domain itself", "_dnsauth")),
  statuses: z
    .array(learnedStatus)
    .max(50)
    .default([])
    .meta(said("Statuses of certificates that this version does not know")),
  dates: z
    .enum(["month-first", "day-first", "iso"])
    .default("month-first")
    .meta(said("How eNom writes dates: 4/30/2026, 30/4/2026, or 2026-04-30; a time may stand behind it")),
  balance: z
    .enum(["available", "total"])
    .default("available")
    .meta(
      said("What can be bought is decided by GetBalance's AvailableBalance, or by its Balance where that is missing"),
    ),
  portalReissues: z
    .enum(["shown", "handed-in"])
    .default("shown")
    .meta(
      said(
        "shown: eNom's API shows a certificate that was reissued in the CA's portal; handed-in: a person hands it in with certfleet certificate take-in",
      ),
    ),
  errors: z
    .array(learned)
    .max(50)
    .default([])
    .meta(said("Texts of eNom's errors without a code, or with one that this version does not know")),
  tlsMinimum: z
    .enum(TLS_VERSIONS)
    .default("TLSv1.2")
    .meta(
      said("The oldest TLS version that is spoken with eNom; TLSv1 and TLSv1.1 are broken, and only for an emergency"),
    ),
});

export type EnomSwitches = z.infer<typeof enomSwitches>;

/** As eNom's documentation has it. */
export const documentedEnom: EnomSwitches = enomSwitches.parse({});
