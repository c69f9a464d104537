// What Certfleet itself holds of the order or the account that a mail is about: it need not be said, and mostly must not be
// said otherwise.
import { isDeepStrictEqual } from "node:util";
import type { AccountRecord } from "../account/records.ts";
import { utcDate } from "../base/dates.ts";
import type { Fault } from "../base/fault.ts";
import { type Certificate, csrOf, paidEnd } from "../certificate/certificate.ts";
import { getProduct } from "../certificate/products.ts";
import type { Template } from "../mail/template.ts";

type Values = Readonly<Record<string, unknown>>;

/** Attached files, and what tells an owner to act: of an order's record alone. */
const OF_THE_RECORD: ReadonlySet<string> = new Set(["chainPem", "csr", "dns", "file", "approverEmail"]);
const ATTACHED: readonly string[] = ["chainPem", "csr"];
/** What else must be as we hold it. */
const FIXED = new Set([...OF_THE_RECORD, "reference", "domain", "account", "certId", "orderId", "method"]);
/** Beside an attached certificate these describe it. */
const OF_THE_CERTIFICATE = new Set(["serialNumber", "notBefore", "notAfter", "expirationDate"]);

export function heldOfOrder(certificate: Certificate): Values {
  const { order, record, certId, purchases } = certificate;
  const { issue, validation, terms } = record;
  const { approver } = terms;
  const ends = terms.years > 1 ? paidEnd(certificate) : null;
  return {
    ...{ reference: order.reference, domain: order.domain, product: getProduct(order.product).name, certId },
    ...(record.account !== null && { account: record.account }),
    orderId: purchases.find((each) => each.certId === certId)?.orderId ?? null,
    paidUntil: ends ? utcDate(ends) : null,
    ...(issue && {
      ...{ serialNumber: issue.serialNumber, notBefore: issue.notBefore, notAfter: issue.notAfter },
      ...{ expirationDate: utcDate(new Date(issue.notAfter)), chainPem: issue.pem },
    }),
    ...{ method: approver.method, dns: validation.dns, file: validation.file },
    approverEmail: approver.method === "email" ? approver.email : null,
    csr: csrOf(certificate),
  };
}

export function heldOfAccount({ id, name, currency, apiHost }: AccountRecord): Values {
  return { account: id, name, currency, apiHost };
}

/** Which of a template's values only an order's record may give; `attached`: those that become files. */
export function ofTheRecord({ values }: Template): { attached: string[]; all: string[] } {
  const names = Object.keys(values.shape);
  return {
    attached: names.filter((name) => ATTACHED.includes(name)),
    all: names.filter((name) => OF_THE_RECORD.has(name)),
  };
}

/** The values with what we hold, for the names that the template has; and what was said otherwise. */
export function completed(
  given: Values,
  held: Values,
  { values: { shape } }: Template,
): { values: Record<string, unknown>; faults: Fault[] } {
  const values: Record<string, unknown> = { ...given };
  const faults: Fault[] = [];
  for (const name of Object.keys(shape)) {
    const isFixed = FIXED.has(name) || ("chainPem" in shape && OF_THE_CERTIFICATE.has(name));
    const said = given[name];
    if (said === undefined) {
      if (held[name] !== undefined) values[name] = held[name];
    } else if (isSame(name, said, held[name])) values[name] = held[name];
    else if (isFixed && isHeld(held, name)) faults.push({ field: `values/${name}`, message: OTHERWISE });
  }
  return { values, faults };
}

const OTHERWISE = "It is not what Certfleet holds. Leave it out: the mail takes it from the record.";

/** What is of the record alone is held even where there is nothing. */
function isHeld(held: Values, name: string): boolean {
  return name in held || ("reference" in held && OF_THE_RECORD.has(name));
}

function isSame(name: string, said: unknown, held: unknown): boolean {
  if (held === undefined) return false;
  return isDeepStrictEqual(inOneForm(name, said), inOneForm(name, held));
}

/** Line ends, blanks at the end, fractions of a second and colons in a serial number make no other value. */
function inOneForm(name: string, value: unknown): unknown {
  if (typeof value !== "string") return value;
  if (name === "serialNumber") return value.replaceAll(":", "").toUpperCase();
  if (/^\d{4}-\d\d-\d\dT/.test(value) && !Number.isNaN(Date.parse(value))) return Date.parse(value);
  return value.replace(/\r\n?/g, "\n").trimEnd();
}
