// One contact as a panel writes it becomes a contact as eNom takes it; everything that changes is told.

import { type Fault, faultsOf } from "../base/fault.ts";
import { unseenFault, withoutUnseen } from "../base/text/unseen.ts";
import { hasLostCharacters, toAscii } from "./ascii.ts";
import { type Contact, type ContactGiven, contact, LONGEST_ORGANIZATION, type Normalised } from "./contact.ts";
import { hasPostalCode, hasState, toCountry } from "./country.ts";
import { SUBJECT_FIELDS, type Subject, type SubjectField, usable } from "./organization.ts";
import { toPhone } from "./phone.ts";
import { isPlaceholder } from "./placeholder.ts";

/** A contact while it is read. */
export interface Reading {
  given: ContactGiven;
  /** Where it stands in the body, such as `contacts/admin`. */
  path: string;
  /** The CSR's subject, for what the contact does not say. */
  subject: Subject;
  /** As far as it was read; what is wrong stays as it came. */
  read: Partial<Record<keyof Contact, string | undefined>>;
  normalised: Normalised[];
  /** How people write what was transliterated, by field. */
  originals: Record<string, string>;
  /** What is wrong, by field. */
  wrong: Map<string, string>;
}

/** Stands for the postal code of a country that has none: eNom demands one of everybody. */
export const NO_POSTAL_CODE = "00000";

const TEXTS = ["firstName", "lastName", "organization", "jobTitle", "address1", "address2", "city"] as const;
/** People are shown them; of an address what nobody sees is left out, as it is copied from anywhere. */
const NAMES: ReadonlySet<string> = new Set(["firstName", "lastName", "organization", "jobTitle"]);
const MUST_NAME: Readonly<Record<string, "firm" | "town" | "area">> = {
  organization: "firm",
  address1: "area",
  city: "town",
};

export function readContact(given: ContactGiven, path: string, subject: Subject): Reading {
  const reading = { given, path, subject, read: { ...given }, normalised: [], originals: {}, wrong: new Map() };
  const country = readCountry(reading);
  for (const field of TEXTS) readText(reading, field, country);
  if (given.city === undefined) takeFromSubject(reading, "city", { country, isNeeded: true });
  readPlace(reading, "state", country);
  readPlace(reading, "postalCode", country);
  for (const field of ["phone", "fax"] as const) readPhone(reading, field, country);
  return reading;
}

/** Says which organisation is named where the contact names none; it is decided anew whenever it is sent. */
export function sayOrganization(reading: Reading, isSent: boolean): void {
  const { read, subject, wrong } = reading;
  if (read.organization !== undefined) return;
  const said = subject.O?.trim();
  const found = usable(said, "organization", read.country ?? "");
  if (said && found !== undefined && found.length > LONGEST_ORGANIZATION)
    wrong.set("organization", unusable("organization", said));
  else if (found !== undefined) note(reading, "organization", found);
  else if (isSent && said) wrong.set("organization", unusable("organization", said));
  else if (isSent) note(reading, "organization", `${read.firstName} ${read.lastName}`);
}

/**
 * The contact, fit to be kept unless there are `faults`; `lateFaults` are what an order of an earlier version may have,
 * and a new one must not.
 */
export function readingEnded({ given, path, read, wrong, originals }: Reading): {
  contact: Contact;
  faults: Fault[];
  lateFaults: Fault[];
} {
  const checked = contact.safeParse(read);
  const inAscii = (field: string): string => {
    const isChanged = originals[`${path}/${field}`] !== undefined;
    return `${isChanged ? ` In ASCII it is ${quoted(read[field as "city"] ?? "")}.` : ""}${fromSubject(field)}`;
  };
  const fromSubject = (field: string): string => {
    const isSubjects = field in SUBJECT_FIELDS && given[field as SubjectField] === undefined;
    const { attribute, called } = SUBJECT_FIELDS[field as SubjectField] ?? {};
    return isSubjects && read[field as SubjectField] !== undefined
      ? ` It is the CSR's ${called} (${attribute}): send ${path}/${field}.`
      : "";
  };
  const faults = (checked.error ? faultsOf(checked.error) : []).map(({ field, message }) => ({
    field,
    message: wrong.get(field) ?? `${message}${inAscii(field)}`,
  }));
  const told = new Set(faults.map(({ field }) => field));
  const late = [...wrong].flatMap(([field, message]) => (told.has(field) ? [] : [{ field, message }]));
  const under = (fault: Fault): Fault => ({ ...fault, field: `${path}/${fault.field}` });
  return { contact: checked.data ?? (read as Contact), faults: faults.map(under), lateFaults: late.map(under) };
}

function readCountry(reading: Reading): string {
  const { given, wrong } = reading;
  if (given.country === undefined) return takeFromSubject(reading, "country", { country: "", isNeeded: true }) ?? "";
  const known = toCountry(given.country);
  if (known !== undefined) change(reading, "country", known);
  else wrong.set("country", `${quoted(given.country)} is no country of ISO 3166-1. Send its two letters, such as NL.`);
  return known ?? "";
}

function readText(reading: Reading, field: (typeof TEXTS)[number] | "state" | "postalCode", country: string): void {
  const { given, originals, path, wrong } = reading;
  const text = given[field];
  if (text === undefined) return;
  const ascii = toAscii(text.replace(/[\t\r\n\u2028\u2029]+/g, " "), country).trim();
  const kind = MUST_NAME[field];
  const unseen = unseenFault(text);
  if (hasLostCharacters(text)) {
    wrong.set(field, "Some of its characters were lost in a wrong encoding on the way here. Send JSON in UTF-8.");
  } else if (NAMES.has(field) && unseen !== undefined) wrong.set(field, `It ${unseen}.`);
  else if (ascii === "") wrong.set(field, `${quoted(text)} has no letter that can be written in ASCII.`);
  else if (kind && isPlaceholder(text, kind)) wrong.set(field, namesNothing(text));
  else {
    change(reading, field, ascii);
    if (/[^\x20-\x7e\s]/.test(text)) originals[`${path}/${field}`] = withoutUnseen(text);
  }
}

/** A state or a postal code. The CSR's state goes before a filler, as the CSR's word goes before none. */
function readPlace(reading: Reading, field: "state" | "postalCode", country: string): void {
  const { given, path, read, wrong } = reading;
  const text = given[field];
  if (text !== undefined && !isPlaceholder(text, "area")) {
    readText(reading, field, country);
    return;
  }
  const isNeeded = country === "" || (field === "state" ? hasState(country) : hasPostalCode(country));
  const isSilent = field === "state" && text === undefined;
  if (isSilent && takeFromSubject(reading, field, { country, isNeeded }) !== undefined) return;
  if (!isNeeded) {
    // Without a city the contact is refused for that alone: whatever stands here then is kept nowhere.
    change(reading, field, field === "postalCode" ? NO_POSTAL_CODE : (read.city ?? "?"));
  } else if (text !== undefined) wrong.set(field, namesNothing(text));
  else if (country !== "" && !wrong.has(field))
    wrong.set(field, `It is missing, and addresses of ${country} have one. Send ${path}/${field}.`);
}

function readPhone(reading: Reading, field: "phone" | "fax", country: string): void {
  const text = reading.given[field];
  if (text === undefined) return;
  const read = toPhone(text, country);
  if ("phone" in read) change(reading, field, read.phone);
  else reading.wrong.set(field, `${quoted(text)} ${read.fault}.`);
}

/** What the CSR says where the contact is silent. A word of it that names nothing is told where something is needed. */
function takeFromSubject(
  reading: Reading,
  field: "city" | "state" | "country",
  { country, isNeeded }: { country: string; isNeeded: boolean },
): string | undefined {
  const said = reading.subject[SUBJECT_FIELDS[field].attribute];
  const found = usable(said, field, country);
  if (found !== undefined) change(reading, field, found);
  else if (said !== undefined && isNeeded) reading.wrong.set(field, unusable(field, said));
  return found;
}

function change(reading: Reading, field: keyof ContactGiven, to: string): void {
  if (to === reading.given[field]) return;
  reading.read[field] = to;
  note(reading, field, to);
}

function note({ normalised, path, given }: Reading, field: keyof ContactGiven, to: string): void {
  normalised.push({ field: `${path}/${field}`, from: given[field] ?? null, to });
}

function unusable(field: SubjectField, said: string): string {
  const { attribute, called } = SUBJECT_FIELDS[field];
  return `It is missing, and the CSR's ${called} (${attribute}) ${whyUnusable(field, said)}. Send contacts/admin/${field}, or a CSR with the real one.`;
}

/** Of a word of the CSR that can be named to nobody, behind its name: "is empty". */
export function whyUnusable(field: SubjectField, said: string): string {
  if (said.trim() === "") return "is empty";
  const isNamed = usable(said, field, "") !== undefined;
  if (isNamed) return `is longer than the ${LONGEST_ORGANIZATION} characters that are possible: ${quoted(said)}`;
  return `is ${quoted(said)}, which names nothing`;
}

function namesNothing(text: string): string {
  return `${quoted(text)} names nothing. Send the real one.`;
}

function quoted(text: string): string {
  return JSON.stringify(text.length > 60 ? `${text.slice(0, 60)}…` : text);
}
