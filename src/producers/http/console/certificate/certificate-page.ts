// `/certificates/REF`: where one order stands, in words and as a picture, and everything that belongs to it.

import { z } from "zod";
import { reference } from "../../../../shared/certificate/order.ts";
import { certificatePath } from "../../../../shared/gateway/console-link.ts";
import { type Html, html } from "../../html.ts";
import type { App } from "../../needs.ts";
import { actionWords } from "../action/action-words.ts";
import type { Shown } from "../certificates/found.ts";
import { readApi } from "../frame/ask-api.ts";
import { sendPage } from "../frame/page.ts";
import { pageQuery } from "../frame/query.ts";
import { statusTag } from "../frame/status-words.ts";
import { type Console, type Visit, visitOf } from "../frame/visit.ts";
import { actionLinks } from "./action-links.ts";
import { factsSection } from "./facts-section.ts";
import { filesSection } from "./files-section.ts";
import { moneySection } from "./money-section.ts";
import { roadSection } from "./road.ts";
import { termSection } from "./term-line.ts";
import { timelineSection } from "./timeline-section.ts";
import { validationSection } from "./validation-section.ts";
import { certificateWords } from "./words.ts";

export interface Explanation {
  explanation: string;
  facts: string[];
  troubles: { code: string; message: string }[];
}

export function certificatePage(app: App, console: Console): void {
  app.get(
    "/certificates/:reference",
    { config: { scope: "certificates:read" }, schema: { params: z.object({ reference }), querystring: pageQuery } },
    async (request, reply) => {
      const visit = visitOf(request, reply, console);
      const path = `/v1${certificatePath(request.params.reference)}`;
      const [certificate, explained] = await Promise.all([
        readApi<Shown>(visit, path),
        readApi<Explanation>(visit, `${path}/explanation`),
      ]);
      const say = actionWords(visit.language);
      const { said } = request.query;
      const isSaid = said !== undefined && Object.hasOwn(say, `said-${said}`);
      return sendPage(visit, {
        place: "certificates",
        title: certificate.domain,
        beside: html`${statusTag(visit.language, certificate.status)}`,
        said: isSaid ? (say[`said-${said}` as keyof typeof say] as string) : undefined,
        content: await contentOf(visit, certificate, explained),
      });
    },
  );
}

async function contentOf(visit: Visit, certificate: Shown, explained: Explanation): Promise<Html> {
  const files = await filesSection(visit, certificate);
  return html`<div id="order" data-live data-reference="${certificate.reference}" data-events="${EVENTS}">
<div class="stack">
${explanationSection(visit, certificate, explained)}
${actionLinks(visit, certificate)}
${roadSection(visit, certificate)}
${termSection(visit, certificate)}
<div class="panels">${validationSection(visit, certificate)}${files}${factsSection(visit, certificate)}${moneySection(visit, certificate)}</div>
${timelineSection(visit, certificate)}
</div></div>`;
}

/** Every event of one order renews the page. */
const EVENTS = [
  ...["ordered", "planned", "purchased", "configured", "submitted", "validation-required", "validation-seen"],
  ...["validation-approved", "validation-changed", "approval-resent", "issued", "reissued", "reissue-requested"],
  ...["reissue-sent", "reissue-asked", "reissue-ended", "expiring", "expired", "renewing", "extended", "changed"],
  ...["csr-corrected", "request-taken", "decided", "decision-refused", "attention", "attention-cleared", "failed"],
  ...["cancelled", "refund-settled", "erased"],
]
  .map((name) => `certificate.${name}`)
  .join(" ");

function explanationSection(
  { language }: Visit,
  { attention }: Shown,
  { explanation, facts, troubles }: Explanation,
): Html {
  const say = certificateWords(language);
  const needed = attention
    ? html`<p class="next">${attention.next}</p><p class="soft small"><code>${attention.code}</code></p>`
    : null;
  const met = troubles.length === 0 ? null : html`<ul>${troubles.map(({ message }) => html`<li>${message}</li>`)}</ul>`;
  const more =
    facts.length === 0
      ? null
      : html`<details><summary>${say.ledger}</summary><ul>${facts.map((each) => html`<li><code>${each}</code></li>`)}</ul></details>`;
  return html`<section class="panel" aria-labelledby="stands"><h2 id="stands">${say.stands}</h2><p>${explanation}</p>${needed}${met}${more}</section>`;
}
