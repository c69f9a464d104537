// `/`: what needs a person now, the money, what ends soon, what is under way, whether every part works, and what to set up.

import { keyOrPageGuard } from "../../access/key-or-page-guard.ts";
import { type Html, html, SHIELD } from "../../html.ts";
import type { App } from "../../needs.ts";
import { countIn } from "../frame/language.ts";
import { ACCOUNT_EVENTS, CERTIFICATE_EVENTS, FLEET_EVENTS } from "../frame/live-events.ts";
import { sendPage } from "../frame/page.ts";
import { table } from "../frame/pieces.ts";
import { pageQuery } from "../frame/query.ts";
import { type Console, type Visit, visitOf } from "../frame/visit.ts";
import { accountSection, isInTrouble, troubleSection } from "./accounts.ts";
import { activitySection } from "./activity-plot.ts";
import { adviceSection } from "./advice.ts";
import { attentionSection, certificateSection, endingSection } from "./certificates.ts";
import { dashboardFacts, type Facts } from "./facts.ts";
import { overviewWords } from "./words.ts";

const EVENTS = `${CERTIFICATE_EVENTS} ${ACCOUNT_EVENTS} ${FLEET_EVENTS}`;

export function overviewPage(app: App, console: Console): void {
  const { needs, plan } = console;

  app.get(
    "/",
    { config: { scope: "certificates:read" }, schema: { querystring: pageQuery } },
    async (request, reply) => {
      const visit = visitOf(request, reply, console);
      const facts = await dashboardFacts(needs, plan);
      return sendPage(visit, {
        place: "overview",
        title: overviewWords(visit.language).title,
        count: facts.attention.total + facts.troubles.length + facts.accounts.filter(isInTrouble).length,
        beside: html`<span class="buttons">${alarms(visit, facts)}</span>`,
        content: html`<div id="overview" class="stack" data-live data-events="${EVENTS}">
${troubleSection(visit, facts.troubles)}
${await adviceSection(visit, facts)}
${attentionSection(visit, facts)}
${accountSection(visit, facts.accounts)}
${certificateSection(visit, facts)}
${await activitySection(visit)}
<div class="panels">${endingSection(visit, facts)}${queueSection(visit, facts.queues)}</div>
</div>`,
      });
    },
  );
}

/** Our sign: for machines and people alike. */
export function logoRoute(app: App, { needs }: Console): void {
  app.get("/logo.svg", { config: { scope: "any" }, onRequest: keyOrPageGuard(needs) }, async (_request, reply) =>
    reply.type("image/svg+xml").header("cache-control", "max-age=86400").send(SHIELD),
  );
}

function alarms({ language }: Visit, { attention: { total }, accounts, troubles }: Facts): Html[] {
  const say = overviewWords(language);
  const troubled = accounts.filter(isInTrouble).length;
  const alarm = (context: string, text: string): Html => html`<a class="tag warn" href="#${context}">${text}</a>`;
  return [
    ...(troubles.length > 0 ? [alarm("troubles", say.fleetProblem)] : []),
    ...(total > 0 ? [alarm("attention", total === 1 ? say.oneNeeds : say.someNeed(countIn(language, total)))] : []),
    ...(troubled > 0
      ? [alarm("accounts", troubled === 1 ? say.accountProblem : say.accountProblems(countIn(language, troubled)))]
      : []),
  ];
}

function queueSection({ language, linkTo }: Visit, queues: Facts["queues"]): Html {
  const say = overviewWords(language);
  const rows = queues.map(({ name, waiting, active, delayed, failed }) => [
    html`<a href="${linkTo(`/queues/queue/${name}`)}">${name}</a>`,
    ...[waiting, active, delayed, failed],
  ]);
  const columns = [say.waiting, say.active, say.delayed, say.failed].map((title) => ({
    title,
    kind: "number" as const,
  }));
  return html`<section aria-labelledby="queues"><h2 id="queues">${say.queues}</h2>${table(say.queues, [{ title: say.queue }, ...columns], rows)}</section>`;
}
