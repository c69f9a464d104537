// Asks for the customer's mails: what to do for validation, and that the certificate is issued. The mail's key makes it
// once only.

import { shareOf } from "../../shared/authority/share.ts";
import { plusDays, utcDate } from "../../shared/base/dates.ts";
import { type Certificate, paidEnd } from "../../shared/certificate/certificate.ts";
import { getProduct } from "../../shared/certificate/products.ts";
import { type CertificateRecord, withEvent } from "../../shared/certificate/record.ts";
import type { Notification } from "../../shared/mail/notification.ts";
import type { OrderNeeds } from "./needs.ts";

type Mail = Pick<Notification, "key" | "template" | "values">;

/**
 * What the domain's owner must do; again each time that the record says so. With the first asking of an order: that it
 * was ordered.
 */
export async function mailOwnerInstructions(certificate: Certificate, needs: OrderNeeds): Promise<Certificate> {
  const { validation, issue } = certificate.record;
  if (validation.asked === 0 && !issue) await askFor(orderedMail(certificate), certificate, needs);
  const asked = { ...validation, asked: validation.asked + 1, askedAt: needs.clock.now().toISOString() };
  const noted = { instructed: true, validation: asked };
  return tellCustomer(certificate, { mail: validationMail(certificate, needs), noted }, needs);
}

/** That there is a certificate, or a new one. */
export function tellIssued(certificate: Certificate, needs: OrderNeeds): Promise<Certificate> {
  const noted = { toldSerial: certificate.record.issue?.serialNumber ?? null, instructed: true };
  return tellCustomer(certificate, { mail: issuedMail(certificate), noted }, needs);
}

/** That a new certificate is on its way, where the owner has nothing to do for it. */
export function tellStarted(certificate: Certificate, needs: OrderNeeds): Promise<void> {
  const { order, record } = certificate;
  const { issue, reissue } = record;
  if (!issue || !reissue) return Promise.resolve();
  const expirationDate = utcDate(new Date(issue.notAfter));
  const mail = {
    key: `${order.reference}:reissue-started:${reissue.number}:${reissue.requestedAt}`,
    template: "reissue-started",
    values: { ...aboutOrder(certificate), expirationDate, paidUntil: paidUntilShown(certificate) },
  };
  return askFor(mail, certificate, needs);
}

/**
 * That nothing will come of the order, in the words of those who refused; null where their words are none for a
 * customer.
 */
export function tellFailed(certificate: Certificate, reason: string | null, needs: OrderNeeds): Promise<void> {
  const key = `${certificate.order.reference}:certificate-failed`;
  const values = { ...aboutOrder(certificate), reason };
  return askFor({ key, template: "certificate-failed", values }, certificate, needs);
}

/** Puts a mail to the customer into its queue, in the customer's language and the name of the order's brand. */
async function askFor(
  mail: Mail,
  { order, record }: Certificate,
  { enqueue }: Pick<OrderNeeds, "enqueue">,
): Promise<void> {
  const { customer, brand } = record.terms;
  const { email: address, language } = customer;
  const name = customer.name ?? ownSpelling(record.terms);
  const to = { address, ...(name && { name }) };
  const share = shareOf(order, record.orderedBy);
  await enqueue("notify", { ...mail, to, ...(language && { language }), ...(brand && { brand }) }, { share });
}

/** Of a customer without a name who is the administrative contact: that one's name, as its bearer writes it. */
function ownSpelling({
  customer,
  contacts: { admin },
  originals = {},
}: CertificateRecord["terms"]): string | undefined {
  if (customer.email.toLowerCase() !== admin.email.toLowerCase()) return undefined;
  const spelt = (field: "firstName" | "lastName"): string => originals[`contacts/admin/${field}`] ?? admin[field];
  return `${spelt("firstName")} ${spelt("lastName")}`.slice(0, 120);
}

/** A crash between enqueuing and noting enqueues again with the same key: the mail book sends it once. */
export async function tellCustomer(
  certificate: Certificate,
  { mail, noted }: { mail: Mail; noted: Partial<CertificateRecord> },
  needs: Pick<OrderNeeds, "enqueue" | "clock" | "log" | "certificates">,
): Promise<Certificate> {
  const { order, record } = certificate;
  await askFor(mail, certificate, needs);
  const now = needs.clock.now();
  const detail = `${mail.template} to ${record.terms.customer.email}`;
  const next = withEvent({ ...record, ...noted }, now, "mail.requested", detail);
  needs.log.info({ event: "mail.requested", reference: order.reference, template: mail.template });
  return needs.certificates.save({ ...certificate, record: next }, now);
}

function issuedMail(certificate: Certificate): Mail {
  const { order, record } = certificate;
  const issue = record.issue;
  if (!issue) throw new Error(`order ${order.reference} has no certificate to mail about`);
  const isFirst = record.reissues === 0 && certificate.term === 1;
  const template = isFirst ? "certificate-issued" : "certificate-reissued";
  return {
    key: `${order.reference}:certificate-issued:${issue.serialNumber}`,
    template,
    values: {
      ...aboutOrder(certificate),
      expirationDate: utcDate(new Date(issue.notAfter)),
      paidUntil: paidUntilShown(certificate),
      serialNumber: issue.serialNumber,
      notBefore: issue.notBefore,
      notAfter: issue.notAfter,
      chainPem: issue.pem,
    },
  };
}

function orderedMail(certificate: Certificate): Mail {
  const { reference } = certificate.order;
  const values = { ...aboutOrder(certificate), paidUntil: paidUntilShown(certificate) };
  return { key: `${reference}:certificate-ordered`, template: "certificate-ordered", values };
}

function validationMail(certificate: Certificate, { timings: pace, clock }: OrderNeeds): Mail {
  const { order, record } = certificate;
  const { approver } = record.terms;
  const since = record.validation.pendingSince ?? record.submittedAt ?? "";
  const { dns, file, asked } = record.validation;
  const instructions = `${approver.method}-${dns?.value ?? file?.content ?? (approver.method === "email" ? approver.email : "")}`;
  const key = `${order.reference}:validation-required:${since}:${asked > 0 ? `${asked}:` : ""}${instructions}`;
  const ends = record.issue && utcDate(new Date(record.issue.notAfter));
  return {
    key: key.replace(/\s+/g, "").slice(0, 200),
    template: "validation-required",
    values: {
      ...aboutOrder(certificate),
      method: approver.method,
      approverEmail: approver.method === "email" ? approver.email : null,
      dns,
      file,
      respondBefore: respondBefore(plusDays(new Date(since), pace.validationDays), { now: clock.now(), ends }),
      reissue: record.reissue !== null,
      renewal: record.renewal !== null,
      expirationDate: ends,
      repeat: asked,
    },
  };
}

/**
 * The days that the owner is granted, but not beyond the certificate that is valid now, and never a day that is over.
 */
function respondBefore(granted: Date, { now, ends }: { now: Date; ends: string | null }): string {
  const day = utcDate(granted);
  const tomorrow = utcDate(plusDays(now, 1));
  const asked = ends && ends < day ? ends : day;
  return asked < tomorrow ? tomorrow : asked;
}

/** What every mail about a certificate begins with. */
export function aboutOrder({ order }: Pick<Certificate, "order">) {
  return { reference: order.reference, domain: order.domain, product: getProduct(order.product).name };
}

/** Null for one year, as everywhere. */
function paidUntilShown(certificate: Certificate): string | null {
  const ends = paidEnd(certificate);
  return ends && certificate.record.terms.years > 1 ? utcDate(ends) : null;
}
