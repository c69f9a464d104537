// From the slot to the CA and back: CertPurchaseCert, CertModifyOrder, and the mails to the approver.
import { randomBytes } from "node:crypto";
import type { Clock } from "../../../shared/base/clock.ts";
import { DAY_MS } from "../../../shared/base/dates.ts";
import { EMAIL_VALIDATION_ENDS } from "../../../shared/subscription/limits.ts";
import { isCountry } from "../../ca/countries.ts";
import { isRefunded } from "../books/books.ts";
import { playOf } from "../books/plays.ts";
import { type Configuration, ownEnd, productOf, type Slot, STATUS_TEXTS, type Submission } from "../books/slot.ts";
import type { Refusal, Reply } from "../wire/answer.ts";
import { cdata, group, leaf } from "../wire/elements.ts";
import { refusal, refusals, wrongStatus } from "../wire/refusals.ts";
import { approversFor, isOffered } from "./approvers.ts";
import { refusalOfCa } from "./issuing.ts";
import type { Office, Parameters, SlotRun } from "./office.ts";
import { proofElements } from "./proof.ts";

/** Sends a paid and configured slot to the CA; costs nothing. (eNom API, CertPurchaseCert) */
export const purchaseCert: SlotRun = async (slot, parameters, office) => {
  const { settings } = office;
  const again = slot.submission !== undefined && isUnderWay(slot);
  if (again && settings.variants.secondSubmission) return submitted(slot, slot.submission, settings);
  const { configuration } = slot;
  if ((slot.statusId !== 1 && slot.statusId !== 6) || !configuration?.domain) {
    return wrongStatus(settings, STATUS_TEXTS[slot.statusId]);
  }
  const method = METHODS.get((parameters.dvauthmethod ?? "").toLowerCase());
  if (method === undefined) return refusal("304397", "DVAuthMethod is invalid");
  const fault = findFault(slot, configuration, method, parameters, office) ?? (await refusalOfCa(configuration.csr));
  if (fault !== undefined) return fault;
  if (playOf(slot) === "caa") return refusal("304397", NO_CAA);

  const next = submit(slot, { method, approverEmail: parameters.approveremail ?? "" }, office);
  if (playOf(next) === "refunded" && !wasRefunded(configuration.domain, office)) office.books.refund(slot.certId);
  return submitted(next, next.submission, settings);
};

/** Hands a configured slot to the CA without asking whether it may: in the books it is under way from now on. */
export function submit(
  slot: Slot,
  { method, approverEmail }: Pick<Submission, "method" | "approverEmail">,
  office: Office,
): Slot & { readonly submission: Submission } {
  const { books, clock } = office;
  const submission: Submission = {
    geoTrustOrderId: books.nextGeoTrustOrderId(),
    approverEmail,
    method,
    proof: method === "Email" ? "" : randomBytes(16).toString("hex"),
    approverMails: method === "Email" ? 1 : 0,
  };
  const statusId = productOf(slot).family === "comodo" ? 9 : 2;
  const endsAt = new Date(ownEnd(slot).getTime() + carriedMs(slot, office)).toISOString();
  // An owner who refuses on demand refuses once.
  const corrected = slot.corrected || slot.statusId === 6;
  const next = { ...slot, submission, statusId, since: clock.now().toISOString(), endsAt, corrected } as const;
  books.put(next);
  return next;
}

const NO_CAA = "[CAA_CHECK_FAILED](domain.cn): [a CAA record of the domain does not allow this CA to issue]";

function wasRefunded(domain: string, { books }: Office): boolean {
  return books.slots().some((slot) => isRefunded(slot) && slot.configuration?.domain === domain);
}

/**
 * Withdraws the request at the CA and empties the slot, also for another domain; the money stays. (eNom API,
 * CertModifyOrder)
 */
export const modifyOrder: SlotRun = (slot, _parameters, { books, clock, settings }) => {
  // A reissue shows 2 as well, but there a certificate exists and nothing can be withdrawn.
  if (!isUnderWay(slot) || slot.issues.length > 0) return wrongStatus(settings, STATUS_TEXTS[slot.statusId]);
  const kept = slot.configuration;
  const configuration = kept && !settings.variants.domainNameAfterModify ? { ...kept, domain: "" } : kept;
  const since = clock.now().toISOString();
  const endsAt = ownEnd(slot).toISOString();
  books.put({ ...slot, statusId: 1, since, endsAt, configuration, submission: undefined });
  return [group("CertModifyOrder", [leaf("CertID", slot.certId)])];
};

/** Another approver; the mail goes out again. (eNom API, CertChangeApproverEmail) */
export const changeApproverEmail: SlotRun = (slot, { approveremail = "" }, { books, clock, settings }) => {
  const { submission, configuration } = slot;
  if (!isUnderWay(slot) || !submission || !configuration) return wrongStatus(settings, STATUS_TEXTS[slot.statusId]);
  if (emailIsOver(clock)) return noEmail();
  if (!isOffered(approveremail, approversFor(configuration.domain, slot, settings))) return notOffered();
  return mailed("CertChangeApproverEmail", slot, { ...submission, approverEmail: approveremail }, books);
};

/** The same mail once more. (eNom API, CertResendApproverEmail) */
export const resendApproverEmail: SlotRun = (slot, _parameters, { books, clock, settings }) => {
  if (!isUnderWay(slot) || !slot.submission) return wrongStatus(settings, STATUS_TEXTS[slot.statusId]);
  if (emailIsOver(clock)) return noEmail();
  return mailed("CertResendApproverEmail", slot, slot.submission, books);
};

function isUnderWay(slot: Slot): boolean {
  return slot.statusId === 2 || slot.statusId === 9;
}

/** A certificate of the Comodo family is renewed from so long before its end on. (eNom support, renewing) */
const RENEWAL_WINDOW_MS = 60 * DAY_MS;

/**
 * What is left of the term that this slot renews, which only the Comodo family adds to the next one; else 0. (eNom
 * support, renewing)
 */
function carriedMs(slot: Slot, { books, clock }: Office): number {
  if (productOf(slot).family !== "comodo") return 0;
  const now = clock.now().getTime();
  const left = books
    .slots()
    .filter((other) => other.certId !== slot.certId && other.prodType === slot.prodType && other.statusId === 4)
    .filter((other) => other.configuration?.domain === slot.configuration?.domain)
    .map((other) => Date.parse(other.endsAt) - now);
  return Math.max(0, ...left.filter((ms) => ms <= RENEWAL_WINDOW_MS));
}

const METHODS = new Map<string, Submission["method"]>([
  ["", "Email"],
  ["email", "Email"],
  ["file", "File"],
  ["dns", "DNS"],
]);

/** What Comodo wants to know of the organisation. */
const ORGANIZATION = [
  "CSROrganization",
  "CSRAddress1",
  "CSRLocality",
  "CSRStateProvince",
  "CSRPostalCode",
  "CSRCountry",
];

function findFault(
  slot: Slot,
  { domain, contacts }: Configuration,
  method: Submission["method"],
  parameters: Parameters,
  { clock, settings }: Office,
): Refusal | undefined {
  const product = productOf(slot);
  if (clock.now() >= new Date(slot.endsAt)) return refusal("717397", "The term of this certificate has ended");
  if (method === "Email" && emailIsOver(clock)) return noEmail();
  if (method !== "Email" && !product.dnsAndFile) {
    return refusal("304397", "DVAuthMethod is not available for this type of certificate");
  }
  // Documented as required always. With File and DNS nobody is written to, so only a wrong address is refused then.
  const { approveremail = "" } = parameters;
  const needed = method === "Email" || approveremail !== "";
  if (needed && !isOffered(approveremail, approversFor(domain, slot, settings))) return notOffered();
  if (product.family === "comodo") {
    return organizationFault(parameters, contacts);
  }
  // This misleading text is what the real one says to names with accents.
  const ascii = Object.values(contacts).every(isAscii);
  return ascii ? undefined : refusal("304397", "Failure connecting to GeoTrust API");
}

function organizationFault(parameters: Parameters, contacts: Configuration["contacts"]): Refusal | undefined {
  const given = (name: string) => parameters[name.toLowerCase()]?.trim() ?? "";
  const missing = ORGANIZATION.filter((name) => given(name) === "").map((name) => `${name} is missing`);
  if (missing.length > 0) return refusals("301397", missing);
  if (!isCountry(given("CSRCountry"))) return refusal("304397", "CSRCountry is not a country code");
  const all = { ...Object.fromEntries(ORGANIZATION.map((name) => [name, given(name)])), ...contacts };
  const foreign = Object.entries(all).filter(([, value]) => !isAscii(value));
  if (foreign.length === 0) return undefined;
  const texts = foreign.map(([name]) => `${name} holds characters that are not allowed`);
  return refusals("304397", texts);
}

function isAscii(text: string): boolean {
  return /^[\x20-\x7e]*$/.test(text);
}

function emailIsOver(clock: Clock): boolean {
  return clock.now() >= EMAIL_VALIDATION_ENDS;
}

function noEmail(): Refusal {
  return refusal("304397", "Domain validation by email ended on March 15, 2028. Choose DVAuthMethod File or DNS");
}

function notOffered(): Refusal {
  return refusal("304397", "ApproverEmail is not one of the addresses offered for this domain");
}

function submitted(slot: Slot, submission: Submission, settings: Office["settings"]): Reply {
  return [
    group("CertPurchaseCert", [
      leaf("Success", "True"),
      leaf("GeoTrustOrderID", productOf(slot).family === "geotrust" ? submission.geoTrustOrderId : ""),
      leaf("ApproverEmail", submission.approverEmail),
      leaf("DVAuthMethod", submission.method === "Email" ? "" : submission.method),
      ...proofElements(slot, settings),
      leaf("CertID", slot.certId),
    ]),
  ];
}

function mailed(command: string, slot: Slot, submission: Submission, books: Office["books"]): Reply {
  books.put({ ...slot, submission: { ...submission, approverMails: submission.approverMails + 1 } });
  return [group(command, [cdata("ApproverEmail", submission.approverEmail), leaf("Success", "true")])];
}
