// `/certificates/REF/resolve`: the decision on an order that waits for one. Candidates stand side by side with what speaks for
// each; a decision that cannot be right is explained instead of offered.

import { z } from "zod";
import type { Doubt } from "../../../../shared/certificate/doubt.ts";
import { reference } from "../../../../shared/certificate/order.ts";
import { certificatePath } from "../../../../shared/gateway/console-link.ts";
import { type Html, html } from "../../html.ts";
import type { App } from "../../needs.ts";
import type { Shown } from "../certificates/found.ts";
import { askApi, readApi, type SaidNo } from "../frame/ask-api.ts";
import { errorSummary, fieldHtml, formOf, hiddenFields } from "../frame/forms.ts";
import { sendPage } from "../frame/page.ts";
import { facts, table } from "../frame/pieces.ts";
import { type Console, type Visit, visitOf } from "../frame/visit.ts";
import { actionWords } from "./action-words.ts";
import { formWords } from "./form-words.ts";
import { resolveWords } from "./resolve-words.ts";

const params = z.object({ reference });
const DECISIONS = ["adopt", "not-bought", "refunded", "retry"] as const;
type Decision = (typeof DECISIONS)[number];

export function resolvePage(app: App, console: Console): void {
  const options = { config: { scope: "money:decide" as const }, schema: { params } };

  app.get("/certificates/:reference/resolve", options, async (request, reply) => {
    const visit = visitOf(request, reply, console);
    return decisionPage(visit, await readApi<Shown>(visit, `/v1${certificatePath(request.params.reference)}`));
  });

  app.post("/certificates/:reference/resolve", options, async (request, reply) => {
    const visit = visitOf(request, reply, console);
    const path = `/v1${certificatePath(request.params.reference)}`;
    const certificate = await readApi<Shown>(visit, path);
    const form = formOf(request);
    const decision = form.get("decision") ?? "";
    const buysAgain = decision === "not-bought" || decision === "refunded";
    if (buysAgain && form.get("confirm")?.trim() !== certificate.reference) {
      const detail = formWords(visit.language).wrongConfirm(certificate.reference);
      return decisionPage(visit, certificate, { code: "invalid", status: 422, title: "", detail });
    }
    const certId = Number(form.get("certId"));
    const reason = form.get("reason")?.trim();
    const body = { decision, ...(decision === "adopt" && { certId }), ...(reason && { reason }) };
    const asked = { method: "POST", path: `${path}/attention/resolve`, body } as const;
    const { no } = await askApi(visit, { ...asked, once: form.get("once") ?? undefined });
    if (no) return decisionPage(visit, certificate, no);
    return reply.redirect(visit.linkTo(`${certificatePath(certificate.reference)}?said=resolve`), 303);
  });
}

function decisionPage(visit: Visit, certificate: Shown, no?: SaidNo): unknown {
  const say = resolveWords(visit.language);
  const { attention, doubt } = certificate;
  const about = attention
    ? html`<section class="panel"><h2>${say.why}</h2><p>${attention.message}</p><p class="next">${attention.next}</p></section>`
    : html`<p class="empty good">${say.nothing}</p>`;
  const decide = attention
    ? html`${doubt ? evidence(visit, doubt) : null}${doubt ? candidates(visit, certificate, doubt) : null}${decisions(visit, certificate)}`
    : null;
  const back = visit.linkTo(certificatePath(certificate.reference));
  return sendPage(visit, {
    place: "certificates",
    title: `${actionWords(visit.language)["do-resolve"]}: ${certificate.domain}`,
    status: no?.status ?? 200,
    content: html`${errorSummary(no, [])}${about}${decide}<p><a class="button" href="${back}">${formWords(visit.language).back}</a></p>`,
  });
}

/** What was sent, what there was before, what eNom shows since. */
function evidence({ language }: Visit, doubt: Doubt): Html {
  const say = resolveWords(language);
  const bookings = doubt.transactions.map(
    ({ amount, at, description, orderId }) =>
      html`<li>${at ?? ""} <strong>${amount}</strong> ${description} ${orderId ?? ""}</li>`,
  );
  const orders = doubt.orders.map(
    ({ orderId, orderDate }) => html`<li>${orderId} <span class="soft">${orderDate ?? ""}</span></li>`,
  );
  return html`<section class="panel"><h2>${say.evidence}</h2>
${facts([
  [say.sent, doubt.sentAt],
  [say.bought, `${doubt.service}, ${doubt.years}`],
  [say.price, doubt.price],
  [say.reasonOfDoubt, doubt.reason],
  [say.balanceBefore, doubt.before.balance],
  [say.newestBefore, doubt.before.newestOrderId],
  [say.ordersSince, orders.length > 0 ? html`<ul class="plain">${orders}</ul>` : say.none],
  [say.bookingsSince, bookings.length > 0 ? html`<ul class="plain">${bookings}</ul>` : say.none],
  [say.missing, doubt.missing.length > 0 ? doubt.missing.join("; ") : null],
  [say.lookedAt, doubt.lookedAt],
])}</section>`;
}

function candidates(visit: Visit, certificate: Shown, doubt: Doubt): Html {
  const say = resolveWords(visit.language);
  if (doubt.candidates.length === 0) return html`<p class="empty">${say.noCandidates}</p>`;
  const rows = doubt.candidates.map((each) => {
    const against = objectionTo(visit, certificate, doubt, each);
    return [
      each.certId,
      each.orderId ?? "–",
      each.orderDate ?? "–",
      each.domain === "" ? say.unused : each.domain,
      each.owner ?? say.nobody,
      against ?? adoptForm(visit, certificate, each.certId),
    ];
  });
  const columns = [
    { title: "CertID", kind: "number" },
    { title: say.order, kind: "number" },
    { title: say.date },
    { title: say.configuredFor },
    { title: say.owner },
    { title: say.decision },
  ] as const;
  return html`<section><h2>${say.candidates}</h2>${table(say.candidates, columns, rows)}</section>`;
}

/** Why a slot cannot be this purchase; the API looks once more at eNom before it gives it away. */
function objectionTo(
  { language }: Visit,
  { domain }: Shown,
  { before }: Doubt,
  candidate: Doubt["candidates"][number],
): string | undefined {
  const say = resolveWords(language);
  if (candidate.domain !== "" && candidate.domain.toLowerCase() !== domain) return say.otherDomain;
  if (candidate.orderId !== null && candidate.orderId <= before.newestOrderId) return say.olderOrder;
  return undefined;
}

function adoptForm(visit: Visit, { reference: of }: Shown, certId: number): Html {
  const say = resolveWords(visit.language);
  return html`<form method="post" action="${visit.linkTo(`${certificatePath(of)}/resolve`)}">${hiddenFields(visit)}<input type="hidden" name="decision" value="adopt"><input type="hidden" name="certId" value="${certId}">
<label>${formWords(visit.language).reason} <input name="reason" required maxlength="500"></label> <button class="primary">${say.adopt}</button></form>`;
}

function decisions(visit: Visit, { reference: of, doubt }: Shown): Html {
  const { language, linkTo } = visit;
  const say = resolveWords(language);
  const possible: readonly Exclude<Decision, "adopt">[] = doubt ? ["not-bought", "refunded"] : ["retry"];
  const forms = possible.map(
    (
      decision,
    ) => html`<form class="panel form" method="post" action="${linkTo(`${certificatePath(of)}/resolve`)}">${hiddenFields(visit)}<input type="hidden" name="decision" value="${decision}">
<h3>${say[decision]}</h3><p>${say[`about-${decision}`]}</p>
${reasonField(language, decision)}
${decision === "retry" ? null : confirmField(language, of, decision)}
<p><button class="${decision === "retry" ? "primary" : "danger"}">${say[decision]}</button></p></form>`,
  );
  return html`<section><h2>${say.others}</h2><div class="panels">${forms}</div><p><a href="${linkTo(`${certificatePath(of)}/cancel`)}">${actionWords(language)["do-cancel"]}</a></p></section>`;
}

/** Two forms of a page have fields of one name: each has an id of its own. */
function reasonField(language: Visit["language"], decision: string): Html {
  return fieldHtml({ name: "reason", id: `reason-${decision}`, label: formWords(language).reason, required: true });
}

function confirmField(language: Visit["language"], of: string, decision: string): Html {
  return fieldHtml({
    name: "confirm",
    id: `confirm-${decision}`,
    label: formWords(language).confirm(of),
    required: true,
  });
}
