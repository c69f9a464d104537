// `/mails`: which mails there are and how each looks, what waits or failed in their queue, and addresses that bounce.

import type { Bounce } from "../../../../shared/mail/bounces.ts";
import { languagesOf } from "../../../../shared/mail/folders.ts";
import { templateNames, templates } from "../../../../shared/mail/templates.ts";
import { type Html, html } from "../../html.ts";
import type { App } from "../../needs.ts";
import { readApi } from "../frame/ask-api.ts";
import { countIn } from "../frame/language.ts";
import { sendPage } from "../frame/page.ts";
import { ago, facts, table } from "../frame/pieces.ts";
import { button, postRoute, saidIn } from "../frame/post.ts";
import { pageQuery } from "../frame/query.ts";
import { type Console, type Visit, visitOf } from "../frame/visit.ts";
import { queueFacts } from "../overview/facts.ts";
import { mailWords } from "./words.ts";

export function mailsPage(app: App, console: Console): void {
  app.get(
    "/mails",
    { config: { scope: "certificates:read" }, schema: { querystring: pageQuery } },
    async (request, reply) => {
      const visit = visitOf(request, reply, console);
      const say = mailWords(visit.language);
      return sendPage(visit, {
        place: "mails",
        title: say.title,
        said: saidIn(visit, say),
        content: html`<section class="panel" aria-labelledby="queue"><h2 id="queue">${say.queue}</h2>${await queueSection(visit)}</section>
${await bounceSection(visit)}
<section aria-labelledby="templates"><h2 id="templates">${say.templates}</h2>${templateTable(visit)}</section>`,
      });
    },
  );

  postRoute(app, console, {
    ...{ path: "/mails/clear", scope: "operate" },
    ask: (_params, form) => ({
      ...{ method: "DELETE" },
      path: `/v1/bounces/${encodeURIComponent(form.get("address") ?? "")}`,
    }),
    back: () => "/mails?said=clear",
  });
}

async function queueSection({ needs, language, linkTo }: Visit): Promise<Html> {
  const say = mailWords(language);
  const { waiting, active, delayed, failed } = await queueFacts("notify", needs);
  const board = (state: string, text: string): Html =>
    html`<a href="${linkTo(`/queues/queue/notify?status=${state}`)}">${text}</a>`;
  return facts([
    [say.waiting, board("waiting", countIn(language, waiting))],
    [say.active, countIn(language, active)],
    [say.delayed, board("delayed", countIn(language, delayed))],
    [say.failed, board("failed", countIn(language, failed))],
  ]);
}

/** Addresses are personal data: only for who may do something about them. */
async function bounceSection(visit: Visit): Promise<Html | null> {
  if (!visit.may("operate")) return null;
  const say = mailWords(visit.language);
  const { items } = await readApi<{ items: Bounce[] }>(visit, "/v1/bounces");
  const rows = items.map(({ address, answer, at, template, count }) => [
    address,
    answer,
    html`<a href="${visit.linkTo(`/templates/${template}`)}">${template}</a>`,
    countIn(visit.language, count),
    ago(visit, at),
    button(visit, { to: "/mails/clear", text: say.clear, fields: { address } }),
  ]);
  const columns = [say.address, say.answer, say.mail, say.notSent, say.when, ""].map((title) => ({ title }));
  const list = rows.length === 0 ? html`<p class="empty good">${say.noBounces}</p>` : table(say.bounces, columns, rows);
  return html`<section aria-labelledby="bounces"><h2 id="bounces">${say.bounces}</h2>${list}</section>`;
}

function templateTable({ language, linkTo, needs }: Visit): Html {
  const say = mailWords(language);
  const rows = templateNames.map((name) => {
    const { to, when } = templates[name];
    const languages = languagesOf(name, needs.templates ?? {});
    return [
      html`<a href="${linkTo(`/templates/${name}`)}">${name}</a>`,
      say[`to-${to}`],
      when,
      html`<ul class="filters">${languages.map((each) => html`<li><a href="${linkTo(`/templates/${name}?language=${each}`)}">${each}</a></li>`)}</ul>`,
    ];
  });
  const columns = [say.mail, say.to, say.sent, say.languages].map((title) => ({ title }));
  return table(say.templates, columns, rows);
}
