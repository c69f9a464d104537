// `/fleet`: whether every part works: processes, queues, schedules, what is late, Redis and the last backup. The looks are those
// of `certfleet doctor`, as far as a gateway can make them.

import { findFleetTroubles } from "../../../../shared/account/troubles.ts";
import type { Finding } from "../../../../shared/base/result.ts";
import { type FleetProcess, readProcesses } from "../../../../shared/process/processes.ts";
import { queueNames } from "../../../../shared/queue/jobs.ts";
import { examineBackup, examineSchedules, examineSweeps } from "../../../cli/doctor/fleet/standing.ts";
import { countAlive } from "../../../cli/health/health.ts";
import { findQueues } from "../../../cli/queue/queue.ts";
import { type Html, html } from "../../html.ts";
import type { App } from "../../needs.ts";
import { countIn } from "../frame/language.ts";
import { FLEET_EVENTS } from "../frame/live-events.ts";
import { sendPage } from "../frame/page.ts";
import { ago, type Tone, table, tag } from "../frame/pieces.ts";
import { button, postRoute, saidIn } from "../frame/post.ts";
import { pageQuery } from "../frame/query.ts";
import { type Console, type Visit, visitOf } from "../frame/visit.ts";
import { troubleSection } from "../overview/accounts.ts";
import { fleetWords } from "./words.ts";

export function fleetPage(app: App, console: Console): void {
  app.get(
    "/fleet",
    { config: { scope: "certificates:read" }, schema: { querystring: pageQuery } },
    async (request, reply) => {
      const visit = visitOf(request, reply, console);
      const { needs, language } = visit;
      const say = fleetWords(language);
      const [processes, troubles, queues, findings] = await Promise.all([
        readProcesses(needs),
        findFleetTroubles(needs),
        queueRows(visit),
        looks(visit),
      ]);
      return sendPage(visit, {
        place: "fleet",
        title: say.title,
        said: saidIn(visit, say),
        content: html`<div id="fleet" class="stack" data-live data-events="${FLEET_EVENTS}">
${troubleSection(visit, troubles)}
<section aria-labelledby="parts"><h2 id="parts">${say.parts}</h2>${findingTable(visit, findings)}</section>
<section aria-labelledby="processes"><h2 id="processes">${say.processes}</h2>${processTable(visit, processes)}</section>
<section aria-labelledby="queues"><h2 id="queues">${say.queues}</h2>${queues}</section>
<p class="soft small">${say.more} <code>certfleet doctor</code>, <code>certfleet ledger status</code></p></div>`,
      });
    },
  );

  for (const verb of ["pause", "resume"])
    postRoute(app, console, {
      ...{ path: `/fleet/:queue/${verb}`, scope: "operate" },
      ask: ({ queue = "" }) => ({ method: "POST", path: `/v1/queues/${encodeURIComponent(queue)}/${verb}` }),
      back: () => `/fleet?said=${verb}`,
    });
}

/** A look that fails says so instead of taking the page away. */
async function looks({ needs, now }: Visit): Promise<Finding[]> {
  const looked = async (name: string, look: () => Promise<Finding[]>): Promise<Finding[]> =>
    look().catch((error: Error) => [{ name, state: "ill", detail: error.message }]);
  const all = await Promise.all([
    looked("Schedules", () => examineSchedules(needs)),
    looked("Policy", () => examineSweeps(needs)),
    looked("Backup", () => examineBackup(needs, now)),
  ]);
  return all.flat();
}

const TONES: Readonly<Record<Finding["state"], Tone>> = { ok: "good", warn: "warn", ill: "bad", skipped: "soft" };

function findingTable({ language }: Visit, findings: readonly Finding[]): Html {
  const say = fleetWords(language);
  const rows = findings.map(({ name, state, detail, remedy }) => [
    name,
    tag(say[`state-${state}`], TONES[state]),
    html`${detail}${remedy ? html`<br><span class="next soft">${remedy}</span>` : null}`,
  ]);
  return table(say.parts, [{ title: say.part }, { title: say.state }, { title: say.found }], rows);
}

function processTable(visit: Visit, processes: readonly FleetProcess[]): Html {
  const say = fleetWords(visit.language);
  if (processes.length === 0) return html`<p class="empty">${say.noProcess}</p>`;
  const rows = processes.map(({ parts, host, pid, version, startedAt, isAlive, silentMs, aheadMs }) => [
    parts.join(", "),
    tag(isAlive ? say.alive : say.silent(`${Math.round(silentMs / 1_000)}`), isAlive ? "good" : "bad"),
    `${host} (${pid})`,
    version,
    ago(visit, startedAt),
    Math.abs(aheadMs) < 2_000 ? "" : say.clock(`${Math.round(aheadMs / 1_000)}`),
  ]);
  const columns = [say.part, say.state, say.host, say.version, say.started, ""].map((title) => ({ title }));
  return table(say.processes, columns, rows);
}

async function queueRows(visit: Visit): Promise<Html> {
  const { needs, language, linkTo, may } = visit;
  const say = fleetWords(language);
  const [found, alive] = await Promise.all([
    findQueues(needs.queues.all, needs),
    Promise.all(queueNames.map(async (name) => [name, await countAlive(name, needs, needs.clock)] as const)),
  ]);
  const workers = new Map<string, number>(alive);
  const rows = found.map(({ name, waiting, active, delayed, failed, held }) => [
    html`<a href="${linkTo(`/queues/queue/${name}`)}">${name}</a>`,
    ...[waiting, active, delayed, failed, workers.get(name) ?? 0].map((count) => countIn(language, count)),
    html`${held.join(" ")}${may("operate") ? button(visit, held.length > 0 ? { to: `/fleet/${name}/resume`, text: say.resume } : { to: `/fleet/${name}/pause`, text: say.pause }) : null}`,
  ]);
  const numbers = [say.waiting, say.active, say.delayed, say.failed, say.workers].map((title) => ({
    ...{ title, kind: "number" as const },
  }));
  return table(say.queues, [{ title: say.queue }, ...numbers, { title: "" }], rows);
}
