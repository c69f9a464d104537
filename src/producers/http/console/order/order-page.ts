// `/certificates/new`: the form of an order. A CSR that is pasted is read at once; a dry run says price and account; nothing is
// kept before the last button.

import type { z } from "zod";
import { findProduct } from "../../../../shared/certificate/products.ts";
import { certificatePath } from "../../../../shared/gateway/console-link.ts";
import { approverList } from "../../../../shared/intake/approver-list.ts";
import { defaultRules } from "../../../../shared/intake/rules.ts";
import { type Html, html } from "../../html.ts";
import type { App } from "../../needs.ts";
import type { rehearsalBody } from "../../order-answers.ts";
import { csrReader, readCsrIn } from "../action/csr-facts.ts";
import { formWords } from "../action/form-words.ts";
import type { Shown } from "../certificates/found.ts";
import { askApi, type SaidNo } from "../frame/ask-api.ts";
import { bodyOfForm, errorSummary, formOf, hiddenFields } from "../frame/forms.ts";
import { sendPage } from "../frame/page.ts";
import { facts, money } from "../frame/pieces.ts";
import { type Console, type Visit, visitOf } from "../frame/visit.ts";
import { fieldGroups, groupHtml, namesOf } from "./order-fields.ts";
import { orderWords } from "./order-words.ts";

type Rehearsal = z.infer<typeof rehearsalBody>;

const config = { scope: "certificates:write" } as const;
/** Numbers of the API; everything else is text. */
const KINDS = { years: "number", "policy.beforeDays": "number", acknowledge: "list" } as const;

export function orderPage(app: App, console: Console): void {
  app.get("/certificates/new", { config }, async (request, reply) =>
    formPage(visitOf(request, reply, console), { form: new URLSearchParams() }),
  );

  app.post("/certificates/new", { config }, async (request, reply) => {
    const visit = visitOf(request, reply, console);
    const form = formOf(request);
    const act = form.get("act");
    if (act === "read") return formPage(visit, { form });
    const body = orderOf(form);
    if (act === "try") {
      const path = "/v1/certificates?dryRun=true";
      const tried = await askApi<Rehearsal>(visit, { method: "POST", path, body });
      return formPage(visit, tried.no ? { form, no: tried.no } : { form, rehearsal: tried.body });
    }
    const once = form.get("once") ?? undefined;
    const { no, body: made } = await askApi<Shown>(visit, { method: "POST", path: "/v1/certificates", body, once });
    if (no) return formPage(visit, { form, no });
    return reply.redirect(visit.linkTo(`${certificatePath(made.reference)}?said=ordered`), 303);
  });
}

/** An address is sent only with validation by e-mail: the other methods take none. */
function orderOf(form: URLSearchParams): Record<string, unknown> {
  const body = bodyOfForm(form, KINDS);
  const { approver } = body as { approver?: { method?: string; email?: string } };
  if (approver && approver.method !== "email") delete approver.email;
  if (Array.isArray(body.acknowledge) && body.acknowledge.length === 0) delete body.acknowledge;
  return body;
}

interface Filled {
  form: URLSearchParams;
  no?: SaidNo;
  rehearsal?: Rehearsal;
}

async function formPage(visit: Visit, { form, no, rehearsal }: Filled): Promise<unknown> {
  const { language, linkTo, needs, now } = visit;
  const say = orderWords(language);
  const csr = await readCsrIn(form.get("csr") ?? "", needs.intake);
  const domain = csr && "csr" in csr ? csr.csr.domain : undefined;
  const product = findProduct(form.get("product") ?? "");
  const list = domain && approverList(domain, product, { rules: needs.intake ?? defaultRules, at: now });
  const offered = list && !("faults" in list) ? list.approvers.map(({ email }) => email) : [];
  const groups = fieldGroups(language, form, { offered });
  return sendPage(visit, {
    place: "certificates",
    title: say.title,
    status: no?.status ?? 200,
    content: html`${errorSummary(no, namesOf(groups))}${rehearsal ? rehearsed(visit, rehearsal) : null}
<form class="form" method="post" action="${linkTo("/certificates/new")}">${hiddenFields(visit)}
${groups.map((group) => groupHtml(group, no?.errors, group.name === "csr" ? csrReader(visit, csr) : null))}
<p class="buttons"><button class="primary">${say.order}</button><button name="act" value="try">${say.tryIt}</button><a class="button" href="${linkTo("/certificates")}">${formWords(language).back}</a></p>
<p class="soft small">${say.whatHappens}</p>
</form>`,
  });
}

/** What a dry run found: nothing was kept, nothing was bought. */
function rehearsed(
  visit: Visit,
  { names, price, currency, account, warnings, normalised, remainder }: Rehearsal,
): Html {
  const say = orderWords(visit.language);
  const written = normalised.map(({ field, from, to }) => html`<li><code>${field}</code>: ${from ?? "–"} → ${to}</li>`);
  return html`<section class="said good" role="status"><h2>${say.wouldBeTaken}</h2>
${facts([
  [say.names, names.join(", ")],
  [say.price, price === null ? say.priceUnknown : money(visit, price, currency ?? "")],
  [say.account, account ?? say.anyAccount],
  [say.lastPurchase, remainder && say.lastCovers(`${remainder.lastCoversDays}`, `${remainder.purchases}`)],
])}
${warnings.length > 0 ? html`<ul class="warn">${warnings.map(({ message }) => html`<li>${message}</li>`)}</ul>` : null}
${written.length > 0 ? html`<details><summary>${say.writtenOtherwise}</summary><ul>${written}</ul></details>` : null}
</section>`;
}
