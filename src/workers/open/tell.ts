// Asks for the customer's mails: what to do for validation, and that the certificate is issued. The mail's key makes it once only.
import { type Certificate, paidEnd } from "../../shared/certificate.ts";
import { type CertificateRecord, withEvent } from "../../shared/certificate-record.ts";
import { plusDays, utcDate } from "../../shared/dates.ts";
import type { JobInput } from "../../shared/jobs.ts";
import { getProduct } from "../../shared/products.ts";
import type { OrderNeeds } from "./needs.ts";

type Mail = Pick<JobInput<"notify">, "key" | "template" | "values">;

/** What the domain's owner must do; again each time that the record says so. */
export function tellOwner(certificate: Certificate, needs: OrderNeeds): Promise<Certificate> {
  const { validation } = certificate.record;
  const asked = { ...validation, asked: validation.asked + 1, askedAt: needs.clock.now().toISOString() };
  const noted = { instructed: true, validation: asked };
  return tellCustomer(certificate, { mail: validationMail(certificate, needs), noted }, needs);
}

/** That there is a certificate, or a new one. */
export function tellIssued(certificate: Certificate, needs: OrderNeeds): Promise<Certificate> {
  const noted = { toldSerial: certificate.record.issue?.serialNumber ?? null, instructed: true };
  return tellCustomer(certificate, { mail: issuedMail(certificate), noted }, needs);
}

/** A crash between ringing and noting rings again with the same key: the mail book sends it once. */
export async function tellCustomer(
  certificate: Certificate,
  { mail, noted }: { mail: Mail; noted: Partial<CertificateRecord> },
  needs: Pick<OrderNeeds, "ring" | "clock" | "log" | "certificates">,
): Promise<Certificate> {
  const { order, record } = certificate;
  const { email: address, name, language } = record.terms.customer;
  await needs.ring("notify", { ...mail, to: { address, ...(name && { name }) }, ...(language && { language }) });
  const now = needs.clock.now();
  const next = withEvent({ ...record, ...noted }, now, "mail.requested", `${mail.template} to ${address}`);
  needs.log.info({ event: "mail.requested", reference: order.reference, template: mail.template });
  return needs.certificates.save({ ...certificate, record: next }, now);
}

function issuedMail(certificate: Certificate): Mail {
  const { order, record } = certificate;
  const issue = record.issue;
  if (!issue) throw new Error(`order ${order.reference} has no certificate to tell of`);
  return {
    key: `${order.reference}:certificate-issued:${issue.serialNumber}`,
    template: "certificate-issued",
    values: {
      ...aboutOrder(certificate),
      expirationDate: utcDate(new Date(issue.notAfter)),
      paidUntil: paidUntilShown(certificate),
      serialNumber: issue.serialNumber,
      notBefore: issue.notBefore,
      notAfter: issue.notAfter,
      chainPem: issue.pem,
      reissued: record.reissues > 0 || certificate.term > 1,
    },
  };
}

function validationMail(certificate: Certificate, { pace, clock }: OrderNeeds): Mail {
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

/** The days that the owner is granted, but not beyond the certificate that is valid now, and never a day that is over. */
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
export function paidUntilShown(certificate: Certificate): string | null {
  const ends = paidEnd(certificate);
  return ends && certificate.record.terms.years > 1 ? utcDate(ends) : null;
}
