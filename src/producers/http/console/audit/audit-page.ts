// `/audit`: who did what, newest first; filters are links and one small form.

import { z } from "zod";
import { actorText } from "../../../../shared/authority/actor.ts";
import type { auditEntry } from "../../../../shared/authority/audit/entry.ts";
import { certificatePath } from "../../../../shared/gateway/console-link.ts";
import { type Html, html } from "../../html.ts";
import type { App } from "../../needs.ts";
import { readApi } from "../frame/ask-api.ts";
import { fieldHtml } from "../frame/forms.ts";
import { wordsIn } from "../frame/language.ts";
import { sendPage } from "../frame/page.ts";
import { ago, pager, type Tone, table, tag } from "../frame/pieces.ts";
import { addressOf } from "../frame/query.ts";
import { type Console, type Visit, visitOf } from "../frame/visit.ts";

type Entry = z.infer<typeof auditEntry>;

const words = wordsIn({
  en: {
    title: "Audit",
    who: "Who",
    did: "Did",
    on: "On",
    outcome: "Outcome",
    when: "When",
    from: "From",
    changed: "Changed",
    none: "Nothing is written here yet.",
    show: "Show",
    details: "Details",
    anyOutcome: "any",
    hint: "For example key:shop, or person:ada",
  },
  es: {
    title: "Auditoría",
    who: "Quién",
    did: "Hizo",
    on: "Sobre",
    outcome: "Resultado",
    when: "Cuándo",
    from: "Desde",
    changed: "Cambio",
    none: "Todavía no hay nada escrito.",
    show: "Mostrar",
    details: "Detalles",
    anyOutcome: "cualquiera",
    hint: "Por ejemplo key:shop o person:ada",
  },
  ru: {
    title: "Журнал действий",
    who: "Кто",
    did: "Что сделал",
    on: "Над чем",
    outcome: "Итог",
    when: "Когда",
    from: "Откуда",
    changed: "Изменение",
    none: "Здесь пока ничего не записано.",
    show: "Показать",
    details: "Подробности",
    anyOutcome: "любой",
    hint: "Например key:shop или person:ada",
  },
});

const TONES: Readonly<Record<string, Tone>> = { done: "good", refused: "warn", failed: "bad", unknown: "bad" };
const FILTERS = ["who", "action", "subject", "outcome"] as const;

const query = z.object({
  ...{ who: z.string().max(200).optional(), action: z.string().max(100).optional() },
  ...{ subject: z.string().max(200).optional(), outcome: z.string().max(20).optional() },
  ...{ cursor: z.string().max(20).optional(), lang: z.string().max(10).optional() },
});

export function auditPage(app: App, console: Console): void {
  app.get("/audit", { config: { scope: "admin" }, schema: { querystring: query } }, async (request, reply) => {
    const visit = visitOf(request, reply, console);
    const asked = Object.fromEntries(FILTERS.map((name) => [name, request.query[name]]));
    const path = addressOf("/audit", asked);
    const from = addressOf("/v1/audit", { ...asked, cursor: request.query.cursor });
    const { items, nextCursor } = await readApi<{ items: Entry[]; nextCursor: string | null }>(visit, from);
    const say = words(visit.language);
    const list = items.length === 0 ? html`<p class="empty">${say.none}</p>` : entries(visit, items);
    return sendPage(visit, {
      place: "audit",
      title: say.title,
      content: html`${filterForm(visit, asked)}<div id="results">${list}${pager(visit, path, nextCursor)}</div>`,
    });
  });
}

function filterForm({ language, linkTo }: Visit, asked: Readonly<Record<string, string | undefined>>): Html {
  const say = words(language);
  const outcomes = ["", "done", "refused", "failed", "unknown"];
  return html`<form class="panels" method="get" action="${linkTo("/audit")}">
${fieldHtml({ name: "who", label: say.who, hint: say.hint, value: asked.who })}
${fieldHtml({ name: "action", label: say.did, value: asked.action })}
${fieldHtml({ name: "subject", label: say.on, value: asked.subject })}
${fieldHtml({ name: "outcome", label: say.outcome, value: asked.outcome, options: outcomes.map((each) => [each, each === "" ? say.anyOutcome : each]) })}
<p class="buttons"><button>${say.show}</button></p>
</form>`;
}

function entries(visit: Visit, items: readonly Entry[]): Html {
  const say = words(visit.language);
  const columns = [
    { title: say.when, kind: "nowrap" },
    { title: say.who },
    { title: say.did },
    { title: say.on },
    { title: say.outcome },
    { title: say.changed },
  ] as const;
  const rows = items.map((each) => [
    ago(visit, each.at),
    html`${actorText(each.who)}${each.from === null ? null : html`<br><span class="soft small">${each.from}</span>`}`,
    html`<code>${each.action}</code>`,
    subjectLink(visit, each),
    tag(each.outcome, TONES[each.outcome] ?? "soft"),
    changes(each, say.details),
  ]);
  return table(say.title, columns, rows);
}

function subjectLink({ linkTo }: Visit, { action, subject }: Entry): Html | string {
  if (subject === null) return "–";
  if (!action.startsWith("certificate.")) return subject;
  return html`<a href="${linkTo(certificatePath(subject))}">${subject}</a>`;
}

function changes({ before, after }: Entry, details: string): Html | null {
  const shown = { ...(before && { before }), ...(after && { after }) };
  if (Object.keys(shown).length === 0) return null;
  return html`<details><summary>${details}</summary><pre>${JSON.stringify(shown, null, 2)}</pre></details>`;
}
