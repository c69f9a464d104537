// Every face of every mail: what it may be asked to say, by `<template>.<face>`. The golden files carry these names.

import { isTemplate, type TemplateName, templates } from "../../../src/shared/mail/templates.ts";
import type { Notification } from "../../../src/shared/notification.ts";

type Values = Notification["values"];

/** The template's own example with some values changed. */
export function example(name: TemplateName, over: Record<string, unknown> = {}): Values {
  return { ...templates[name].example, ...over } as Values;
}

const byEmail = { method: "email", dns: null, approverEmail: "admin@example.com" };
const byFile = {
  method: "file",
  dns: null,
  file: { url: "http://shop.example.com/.well-known/pki-validation/4A7C.txt", content: "9f2c0d\nsectigo.com\nt0471" },
};
/** The longest labels that DNS has, under a wildcard. */
export const LONG_DOMAIN = `*.${"a".repeat(63)}.${"b".repeat(63)}.example.com`;

export const faces: Record<string, Values> = {
  "assisted-reissue": example("assisted-reissue"),
  "assisted-reissue.refused": example("assisted-reissue", {
    reason:
      "Reissue of this certificate is not permitted.\r\nPlease use the portal of the certificate authority (Code: 304157).",
  }),
  "assisted-reissue.reminder": example("assisted-reissue", { stage: "reminder", daysLeft: 3, orderId: null }),
  "assisted-reissue.ticket": example("assisted-reissue", { lane: "ticket", product: "Comodo Essential" }),
  "assisted-reissue.ticket-escalation": example("assisted-reissue", {
    lane: "ticket",
    stage: "escalation",
    domain: "*.example.com",
    orderId: null,
    daysLeft: 1,
  }),
  "assisted-reissue.too-late": example("assisted-reissue", { stage: "escalation", daysLeft: -1 }),
  "certificate-expiring": example("certificate-expiring"),
  "certificate-expiring.one-year": example("certificate-expiring", { paidUntil: null, isReminder: true, daysLeft: 3 }),
  "certificate-expiring.term-over": example("certificate-expiring", {
    paidUntil: "2026-10-19",
    isReminder: true,
    daysLeft: 0,
    domain: LONG_DOMAIN,
  }),
  "certificate-issued": example("certificate-issued"),
  "certificate-issued.one-year": example("certificate-issued", { paidUntil: null }),
  "certificate-failed": example("certificate-failed"),
  "certificate-failed.without-words": example("certificate-failed", { reason: null, expirationDate: null }),
  "certificate-ordered": example("certificate-ordered"),
  "certificate-ordered.one-year": example("certificate-ordered", { paidUntil: null }),
  "certificate-reissued": example("certificate-reissued", { domain: "*.example.com" }),
  "reissue-started": example("reissue-started"),
  "reissue-started.one-year": example("reissue-started", { paidUntil: null, domain: LONG_DOMAIN }),
  "operation-failed": example("operation-failed"),
  "operation-failed.before-purchase": example("operation-failed", { certId: null, by: null, link: null }),
  digest: example("digest"),
  "digest.one": example("digest", { open: [(templates.digest.example.open as unknown[])[0]], more: 0 }),
  "low-balance": example("low-balance"),
  "low-balance.covered": example("low-balance", { runwayDays: null, exhaustedOn: null }),
  "balance-restored": example("balance-restored"),
  "connection-problem": example("connection-problem"),
  "email-validation-ending": example("email-validation-ending"),
  "email-validation-ending.half-year": example("email-validation-ending", { stage: "half-year", more: 12 }),
  "email-validation-ending.month": example("email-validation-ending", {
    stage: "month",
    certificates: [
      {
        reference: "bill-1003",
        domain: LONG_DOMAIN,
        product: "Comodo Essential Wildcard",
        paidUntil: "2029-11-30",
        remedy: "Change the validation method to dns.",
      },
    ],
  }),
  "renewal-due": example("renewal-due"),
  "renewal-due.none": example("renewal-due", { mode: "none", beforeDays: 30, domain: "*.example.com" }),
  "validation-required.dns": example("validation-required"),
  "validation-required.email": example("validation-required", byEmail),
  "validation-required.file": example("validation-required", byFile),
  "validation-required.reissue": example("validation-required", {
    reissue: true,
    expirationDate: "2026-10-19",
    domain: "*.example.com",
  }),
  "validation-required.renewal-reminder": example("validation-required", {
    ...byEmail,
    renewal: true,
    repeat: 2,
    expirationDate: "2027-04-02",
  }),
};

/** The name of the template that a face belongs to. */
export function templateOf(face: string): TemplateName {
  const name = face.split(".")[0] ?? "";
  if (!isTemplate(name)) throw new Error(`no template ${name}`);
  return name;
}
