// What is known of an order, and where else it is shown: its jobs, its mails, what was done on it.
import { accountPath } from "../../../../shared/gateway/console-link.ts";
import { type Html, html } from "../../html.ts";
import type { Shown } from "../certificates/found.ts";
import { day, facts } from "../frame/pieces.ts";
import { addressOf } from "../frame/query.ts";
import { nextText } from "../frame/status-words.ts";
import type { Visit } from "../frame/visit.ts";
import { certificateWords } from "./words.ts";

export function factsSection(visit: Visit, certificate: Shown): Html {
  const { language, linkTo, may } = visit;
  const say = certificateWords(language);
  const { reference, product, years, account, certId, orderId, serialNumber, tenant, brand, policy } = certificate;
  const audit = may("admin")
    ? html`<a href="${linkTo(addressOf("/audit", { subject: reference }))}">${say.whoDid}</a>`
    : null;
  const jobs = ["open", "reissue"].map((queue) => html`<a href="${linkTo(`/queues/queue/${queue}`)}">${queue}</a> `);
  return html`<section class="panel" aria-labelledby="facts"><h2 id="facts">${say.facts}</h2>
${facts([
  [say.reference, html`<code>${reference}</code>`],
  [say.product, product],
  [say.years, years],
  [say.customer, tenant && html`<a href="${linkTo(addressOf("/certificates", { customer: tenant }))}">${tenant}</a>`],
  [say.brand, brand && html`<a href="${linkTo(addressOf("/certificates", { brand }))}">${brand}</a>`],
  [say.account, account && html`<a href="${linkTo(accountPath(account))}">${account}</a>`],
  [say.certId, certId],
  [say.orderId, orderId],
  [say.serial, serialNumber && html`<code>${serialNumber}</code>`],
  [say.ends, certificate.notAfter && day(visit, certificate.notAfter)],
  [say.paidTerm, certificate.paidUntil && day(visit, certificate.paidUntil)],
  [say.policy, say.policyText(policy.mode, `${policy.effectiveBeforeDays}`)],
  [say.next, nextText(language, certificate.nextAction)],
  [say.reissues, certificate.reissues],
  [say.ordered, day(visit, certificate.acceptedAt)],
  [say.jobs, html`${jobs}`],
  [say.audit, audit],
])}</section>`;
}
