// What the audit trail keeps of an order that somebody changes: the facts that decide, and hashes for personal data.
import { hash } from "node:crypto";
import type { Facts } from "../../authority/audit/entry.ts";
import type { Hide } from "../../authority/audit/hide.ts";
import { type Certificate, statusOf } from "../certificate.ts";
import { withoutPeople, wordsOf } from "../personal/words.ts";

/** All that people may change of an order. */
export function factsOf(certificate: Certificate, now: Date, hide: Hide): Facts {
  const { order, record, state } = certificate;
  const { terms, wish, reissue, agreedMethod } = record;
  const approverOf = (chosen: typeof terms.approver): string =>
    chosen.method === "email" ? `email ${hide(chosen.email)}` : chosen.method;
  const said = (reason: string): string => withoutPeople(reason, wordsOf(order, record), hide);
  const facts = {
    status: statusOf(certificate, now),
    money: state,
    domain: order.domain,
    product: order.product,
    account: record.account,
    years: terms.years,
    policy: terms.policy,
    remainder: terms.remainder,
    brand: terms.brand,
    customer: hide(terms.customer),
    contacts: hide(terms.contacts),
    approver: approverOf(terms.approver),
    agreed: agreedMethod ? approverOf(agreedMethod) : null,
    csr: `sha256:${hash("sha256", record.issuedCsr ?? order.csr, "hex").slice(0, 16)}`,
    reissue: reissue && { reason: said(reissue.reason), state: reissue.state },
    request: wish && requestOf(wish, { hide, said }),
  };
  return JSON.parse(JSON.stringify(facts)) as Facts;
}

/** What somebody asked for, in words that name nobody: neither the people of the order nor any address. */
export function askedFacts(asked: Facts, certificate: Certificate | undefined, hide: Hide): Facts {
  const words = certificate ? wordsOf(certificate.order, certificate.record) : [];
  return Object.fromEntries(
    Object.entries(asked).map(([name, value]) => [
      name,
      typeof value === "string" ? withoutPeople(value, words, hide) : value,
    ]),
  );
}

/** Only what differs. */
export function changedFacts(before: Facts, after: Facts): { before: Facts; after: Facts } {
  const names = Object.keys({ ...before, ...after }).filter(
    (name) => JSON.stringify(before[name]) !== JSON.stringify(after[name]),
  );
  const only = (facts: Facts): Facts =>
    Object.fromEntries(names.flatMap((name) => (facts[name] === undefined ? [] : [[name, facts[name]]])));
  return { before: only(before), after: only(after) };
}

/** Reasons are what people wrote, also about people. */
function requestOf(
  wish: NonNullable<Certificate["record"]["wish"]>,
  { hide, said }: { hide: Hide; said: (reason: string) => string },
): Facts {
  switch (wish.kind) {
    case "resolve":
      return {
        kind: wish.kind,
        decision: wish.decision,
        reason: said(wish.reason),
        ...(wish.certId !== undefined && { certId: wish.certId }),
      };
    case "approver":
      return {
        kind: wish.kind,
        ...(wish.email && { email: hide(wish.email) }),
        ...(wish.method && { method: wish.method }),
      };
    case "cancel":
      return { kind: wish.kind, reason: said(wish.reason) };
    case "csr":
      return { kind: wish.kind, domain: wish.domain, reason: said(wish.reason) };
    case "take-in":
      return { kind: wish.kind, pem: `sha256:${hash("sha256", wish.pem, "hex").slice(0, 16)}` };
  }
}
