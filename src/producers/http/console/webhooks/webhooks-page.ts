// `/webhooks` and `/webhooks/ID`: who is told of events, what was delivered, and what was not.

import { z } from "zod";
import { certificatePath } from "../../../../shared/gateway/console-link.ts";
import type { Delivery, Endpoint } from "../../../../shared/webhooks/endpoint.ts";
import { type Html, html } from "../../html.ts";
import type { App } from "../../needs.ts";
import { readApi, type SaidNo } from "../frame/ask-api.ts";
import { bodyOfForm, errorSummary, fieldHtml, hiddenFields } from "../frame/forms.ts";
import { sendPage } from "../frame/page.ts";
import { ago, facts, type Tone, table, tag } from "../frame/pieces.ts";
import { button, postRoute, saidIn } from "../frame/post.ts";
import { pageQuery } from "../frame/query.ts";
import { type Console, type Visit, visitOf } from "../frame/visit.ts";
import { webhookWords } from "./words.ts";

type Detailed = Endpoint & { waiting: { lanes: number; dueSince: string | null } };

const config = { scope: "webhooks:read" } as const;
const params = z.object({ id: z.string().max(64) });
const KINDS = { events: "lines", allowPrivate: "flag" } as const;
const pathOf = (id: string): string => `/v1/webhooks/${encodeURIComponent(id)}`;
const pageOf = (id: string): string => `/webhooks/${encodeURIComponent(id)}`;

export function webhookPages(app: App, console: Console): void {
  app.get("/webhooks", { config, schema: { querystring: pageQuery } }, async (request, reply) =>
    listPage(visitOf(request, reply, console), new URLSearchParams()),
  );

  postRoute(app, console, {
    ...{ path: "/webhooks", scope: "webhooks:write" },
    ask: (_params, form) => ({ method: "POST", path: "/v1/webhooks", body: bodyOfForm(form, KINDS) }),
    back: () => "/webhooks",
    refused: (visit, form, no) => listPage(visit, form, no),
    show: (visit, body) => secretPage(visit, body as { id: string; secret: string }),
  });

  app.get("/webhooks/:id", { config, schema: { params, querystring: pageQuery } }, async (request, reply) => {
    const visit = visitOf(request, reply, console);
    const path = pathOf(request.params.id);
    const [endpoint, { items }] = await Promise.all([
      readApi<Detailed>(visit, path),
      readApi<{ items: Delivery[] }>(visit, `${path}/deliveries?limit=100`),
    ]);
    const say = webhookWords(visit.language);
    return sendPage(visit, {
      place: "webhooks",
      title: hostOf(endpoint.url),
      beside: visit.may("webhooks:write") ? html`<span class="buttons">${buttons(visit, endpoint)}</span>` : null,
      said: saidIn(visit, say),
      content: html`<section class="panel">${about(visit, endpoint)}</section>
<section aria-labelledby="deliveries"><h2 id="deliveries">${say.deliveries}</h2>${deliveries(visit, endpoint, items)}</section>`,
    });
  });

  const change = (verb: string, ask: Parameters<typeof postRoute>[2]["ask"], back = pageOf): void =>
    postRoute(app, console, {
      ...{ path: `/webhooks/:id/${verb}`, scope: "webhooks:write" as const, ask },
      back: ({ id = "" }) => `${back(id)}?said=${verb}`,
    });
  change("on", ({ id = "" }) => ({ method: "PATCH", path: pathOf(id), body: { enabled: true } }));
  change("off", ({ id = "" }) => ({ method: "PATCH", path: pathOf(id), body: { enabled: false } }));
  change("test", ({ id = "" }) => ({ method: "POST", path: `${pathOf(id)}/test` }));
  change(
    "remove",
    ({ id = "" }) => ({ method: "DELETE", path: pathOf(id) }),
    () => "/webhooks",
  );
  change("replay", ({ id = "" }, form) => ({
    ...{ method: "POST" },
    path: `${pathOf(id)}/deliveries/${encodeURIComponent(form.get("delivery") ?? "")}/replay`,
  }));
  postRoute(app, console, {
    ...{ path: "/webhooks/:id/rotate", scope: "webhooks:write" },
    ask: ({ id = "" }) => ({ method: "POST", path: `${pathOf(id)}/rotate-secret`, body: {} }),
    back: ({ id = "" }) => pageOf(id),
    show: (visit, body) => secretPage(visit, body as { id: string; secret: string }),
  });
}

async function listPage(visit: Visit, form: URLSearchParams, no?: SaidNo): Promise<unknown> {
  const say = webhookWords(visit.language);
  const { items } = await readApi<{ items: Endpoint[] }>(visit, "/v1/webhooks");
  const rows = items.map((each) => [
    html`<a href="${visit.linkTo(pageOf(each.id))}">${hostOf(each.url)}</a><br><code class="soft">${each.id}</code>`,
    each.events.join(", "),
    tag(say[`state-${each.state}`], STATES[each.state]),
  ]);
  const list =
    rows.length === 0
      ? html`<p class="empty">${say.none}</p>`
      : table(say.title, [{ title: say.receiver, kind: "name" }, { title: say.events }, { title: say.state }], rows);
  return sendPage(visit, {
    place: "webhooks",
    title: say.title,
    status: no?.status ?? 200,
    said: saidIn(visit, say),
    content: html`${errorSummary(no, ["url", "events", "allowPrivate"])}${list}${visit.may("webhooks:write") ? addForm(visit, form, no) : null}`,
  });
}

function addForm(visit: Visit, form: URLSearchParams, no?: SaidNo): Html {
  const say = webhookWords(visit.language);
  return html`<section aria-labelledby="add"><h2 id="add">${say.add}</h2><form class="form" method="post" action="${visit.linkTo("/webhooks")}">${hiddenFields(visit)}
${fieldHtml({ name: "url", label: say.url, type: "url", value: form.get("url") ?? "", required: true }, no?.errors)}
${fieldHtml({ name: "events", label: say.events, hint: say.eventsHint, lines: 3, value: form.get("events") ?? "*" }, no?.errors)}
<label class="check"><input type="checkbox" name="allowPrivate" value="true"${form.get("allowPrivate") ? html` checked` : null}>${say.allowPrivate}</label>
<p><button class="primary">${say.add}</button></p></form></section>`;
}

/** Shown this once: it is kept sealed, and no page has it again. */
function secretPage(visit: Visit, { id, secret }: { id: string; secret: string }): unknown {
  const say = webhookWords(visit.language);
  return sendPage(visit, {
    place: "webhooks",
    title: say.secretTitle,
    content: html`<section class="panel"><p>${say.secretOnce}</p><pre id="secret">${secret}</pre><p><button type="button" hidden data-copy="secret">${say.copy}</button></p></section><p><a class="button" href="${visit.linkTo(pageOf(id))}">${say.goOn}</a></p>`,
  });
}

function buttons(visit: Visit, { id, state }: Endpoint): Html[] {
  const say = webhookWords(visit.language);
  const isOn = state !== "off";
  return [
    button(visit, { to: `${pageOf(id)}/test`, text: say.test }),
    button(visit, { to: `${pageOf(id)}/${isOn ? "off" : "on"}`, text: isOn ? say.off : say.on }),
    button(visit, { to: `${pageOf(id)}/rotate`, text: say.rotate }),
    button(visit, { to: `${pageOf(id)}/remove`, text: say.remove, tone: "danger" }),
  ];
}

function about(visit: Visit, { url, events, state, waiting, disabledBecause, failingSince, source }: Detailed): Html {
  const say = webhookWords(visit.language);
  return facts([
    [say.url, url],
    [say.events, events.join(", ")],
    [say.state, tag(say[`state-${state}`], STATES[state])],
    [say.because, disabledBecause],
    [say.failingSince, failingSince && ago(visit, failingSince)],
    [say.source, source === "file" ? "certfleet.yaml" : null],
    [say.waiting, waiting.lanes],
    [say.dueSince, waiting.dueSince && ago(visit, waiting.dueSince)],
  ]);
}

const STATES = { on: "good", failing: "bad", off: "warn" } as const;
const TONES: Readonly<Record<Delivery["state"], Tone>> = { delivered: "good", "gave-up": "bad", retrying: "warn" };

function deliveries(visit: Visit, { id }: Endpoint, items: readonly Delivery[]): Html {
  const say = webhookWords(visit.language);
  if (items.length === 0) return html`<p class="empty">${say.noDeliveries}</p>`;
  const rows = items.map((each) => [
    html`<code>${each.type}</code>`,
    subjectLink(visit, each.subject),
    tag(say[`delivery-${each.state}`], TONES[each.state]),
    each.tries,
    each.error ?? (each.status ? `${each.status}` : ""),
    ago(visit, each.at),
    visit.may("webhooks:write")
      ? button(visit, { to: `${pageOf(id)}/replay`, text: say.again, fields: { delivery: each.id } })
      : "",
  ]);
  const columns = [say.event, say.about, say.state, say.tries, say.answer, say.when, ""].map((title) => ({ title }));
  return table(say.deliveries, columns, rows);
}

/** `certificate/bill-1001` */
function subjectLink({ linkTo }: Visit, subject: string): Html | string {
  const [, of] = /^certificate\/(.+)$/.exec(subject) ?? [];
  return of === undefined ? subject : html`<a href="${linkTo(certificatePath(of))}">${of}</a>`;
}

/** The rest of an address may hold what not everybody should read over a shoulder. */
function hostOf(url: string): string {
  return URL.canParse(url) ? new URL(url).host : url;
}
