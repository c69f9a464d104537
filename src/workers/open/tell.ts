// Asks for the customer's mails: what to do for validation, and that the certificate is issued. The mail's key makes it once only.
import { type Certificate, paidEnd, withEvent } from "../../shared/certificate.ts";
import { plusDays, utcDate } from "../../shared/dates.ts";
import { getProduct } from "../../shared/products.ts";
import type { OrderNeeds } from "./needs.ts";

/** A crash between ringing and noting rings again with the same key: the mail book sends it once. */
export async function tell(certificate: Certificate, needs: OrderNeeds): Promise<Certificate> {
  const { order, record } = certificate;
  const { email: address, name, language } = record.terms.customer;
  const issued = record.issue !== null;
  const mail = issued ? issuedMail(certificate) : validationMail(certificate, needs);
  await needs.ring("notify", { ...mail, to: { address, ...(name && { name }) }, ...(language && { language }) });
  const now = needs.clock.now();
  const noted = issued ? { toldSerial: record.issue?.serialNumber ?? null, instructed: true } : { instructed: true };
  const next = withEvent({ ...record, ...noted }, now, "mail.requested", `${mail.template} to ${address}`);
  needs.log.info({ event: "mail.requested", reference: order.reference, template: mail.template });
  return needs.certificates.save({ ...certificate, record: next }, now);
}

function issuedMail(certificate: Certificate) {
  const { order, record } = certificate;
  const issue = record.issue;
  if (!issue) throw new Error(`order ${order.reference} has no certificate to tell of`);
  const ends = paidEnd(certificate);
  return {
    key: `${order.reference}:certificate-issued:${issue.serialNumber}`,
    template: "certificate-issued",
    values: {
      reference: order.reference,
      domain: order.domain,
      product: getProduct(order.product).name,
      expirationDate: utcDate(new Date(issue.notAfter)),
      paidUntil: ends && record.terms.years > 1 ? utcDate(ends) : null,
      serialNumber: issue.serialNumber,
      notBefore: issue.notBefore,
      notAfter: issue.notAfter,
      chainPem: issue.pem,
      reissued: record.reissues > 0,
    },
  };
}

function validationMail({ order, record }: Certificate, { pace }: OrderNeeds) {
  const { approver } = record.terms;
  const since = record.validation.pendingSince ?? record.submittedAt ?? "";
  const { dns, file } = record.validation;
  const instructions = `${approver.method}-${dns?.value ?? file?.content ?? (approver.method === "email" ? approver.email : "")}`;
  return {
    key: `${order.reference}:validation-required:${since}:${instructions}`.replace(/\s+/g, "").slice(0, 200),
    template: "validation-required",
    values: {
      reference: order.reference,
      domain: order.domain,
      product: getProduct(order.product).name,
      method: approver.method,
      approverEmail: approver.method === "email" ? approver.email : null,
      dns,
      file,
      respondBefore: utcDate(plusDays(new Date(since), pace.validationDays)),
    },
  };
}
