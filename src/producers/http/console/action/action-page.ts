// `/certificates/REF/ACTION`: what will happen, the form, and the call of the API behind it; then back to the order.
import { randomUUID } from "node:crypto";
import { z } from "zod";
import { reference } from "../../../../shared/certificate/order.ts";
import { certificatePath } from "../../../../shared/gateway/console-link.ts";
import { html } from "../../html.ts";
import type { App } from "../../needs.ts";
import type { Shown } from "../certificates/found.ts";
import { type Answer, askApi, readApi, type SaidNo } from "../frame/ask-api.ts";
import { bodyOfForm, errorSummary, type Field, fieldHtml, formOf, hiddenFields } from "../frame/forms.ts";
import { sendPage } from "../frame/page.ts";
import { type Console, type Visit, visitOf } from "../frame/visit.ts";
import type { Action } from "./action.ts";
import { type ActionName, actionWords } from "./action-words.ts";
import { approver, csr, look, mail, method, policy, reissue, resend, takeIn } from "./changes.ts";
import { contacts } from "./contacts.ts";
import { csrReader, readCsrIn } from "./csr-facts.ts";
import { formWords } from "./form-words.ts";
import { cancel, extend } from "./money.ts";

/** What has a page like all others; the decision on a parked purchase has one of its own. */
const actions: Readonly<Record<Exclude<ActionName, "resolve">, Action>> = {
  ...{ reissue, csr, resend, approver, method, look, policy, contacts, "take-in": takeIn, mail, extend, cancel },
};

const params = z.object({ reference });

export function actionPages(app: App, console: Console): void {
  for (const [key, action] of Object.entries(actions)) {
    const name = key as keyof typeof actions;
    const config = { scope: action.scope };

    app.get(`/certificates/:reference/${name}`, { config, schema: { params } }, async (request, reply) => {
      const visit = visitOf(request, reply, console);
      const certificate = await readApi<Shown>(visit, pathOf(request.params.reference));
      return formPage(visit, { name, certificate, form: new URLSearchParams() });
    });

    app.post(`/certificates/:reference/${name}`, { config, schema: { params } }, async (request, reply) => {
      const visit = visitOf(request, reply, console);
      const form = formOf(request);
      const path = pathOf(request.params.reference);
      const certificate = await readApi<Shown>(visit, path);
      if (form.get("act") === "read") return formPage(visit, { name, certificate, form });
      const answer = await carryOut(visit, { action, certificate, form });
      if (answer.no) return formPage(visit, { name, certificate, form, no: answer.no });
      const back = `${certificatePath(certificate.reference)}?said=${name}`;
      return reply.redirect(visit.linkTo(back), 303);
    });
  }
}

function pathOf(of: string): string {
  return `/v1${certificatePath(of)}`;
}

interface Filled {
  action: Action;
  certificate: Shown;
  form: URLSearchParams;
}

async function carryOut(visit: Visit, { action, certificate, form }: Filled): Promise<Pick<Answer<unknown>, "no">> {
  const say = formWords(visit.language);
  if (action.isConfirmed && form.get("confirm")?.trim() !== certificate.reference) {
    const message = say.wrongConfirm(certificate.reference);
    const no: SaidNo = {
      ...{ code: "invalid", status: 422, title: say.notDone, detail: message },
      errors: [{ field: "confirm", message }],
    };
    return { no };
  }
  const rest = new URLSearchParams([...form].filter(([field]) => field !== "confirm"));
  const once = form.get("once") ?? randomUUID();
  const ask = action.ask(bodyOfForm(rest, action.kinds), certificate, once);
  const path = ask.path.startsWith("/v1/") ? ask.path : `${pathOf(certificate.reference)}${ask.path}`;
  return askApi(visit, { ...ask, path, once });
}

async function formPage(
  visit: Visit,
  {
    name,
    certificate,
    form,
    no,
  }: { name: keyof typeof actions; certificate: Shown; form: URLSearchParams; no?: SaidNo },
): Promise<unknown> {
  const { language, linkTo } = visit;
  const say = formWords(language);
  const action: Action = actions[name];
  const fields = await action.fields(visit, certificate, form);
  const all = [...fields, ...(action.isConfirmed ? [confirmField(visit, certificate, form)] : [])];
  const title = actionWords(language)[`do-${name}`];
  const back = certificatePath(certificate.reference);
  return sendPage(visit, {
    place: "certificates",
    title: `${title}: ${certificate.domain}`,
    status: no?.status ?? 200,
    content: html`${errorSummary(
      no,
      all.map((field) => field.name),
    )}
<section class="panel"><h2>${say.whatHappens}</h2><p>${await action.about(visit, certificate)}</p></section>
<form class="form" method="post" action="${linkTo(`${back}/${name}`)}">${hiddenFields(visit)}
${all.map((field) => fieldHtml(field, no?.errors))}
${all.some(({ reads }) => reads === "csr") ? csrReader(visit, await readCsrIn(form.get("csr") ?? "", visit.needs.intake)) : null}
<p class="buttons"><button class="${action.isDangerous ? "danger" : "primary"}">${title}</button><a class="button" href="${linkTo(back)}">${say.back}</a></p>
</form>`,
  });
}

function confirmField({ language }: Visit, certificate: Shown, form: URLSearchParams): Field {
  const say = formWords(language);
  return {
    ...{ name: "confirm", label: say.confirm(certificate.reference), required: true },
    value: form.get("confirm") ?? "",
  };
}
