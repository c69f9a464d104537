// What is not set up yet, and should be: said only where it was looked at.
import { accountPath } from "../../../../shared/gateway/console-link.ts";
import { queueNames } from "../../../../shared/queue/jobs.ts";
import { countAlive } from "../../../cli/health/health.ts";
import { type Html, html } from "../../html.ts";
import type { Visit } from "../frame/visit.ts";
import type { Facts } from "./facts.ts";
import { overviewWords } from "./words.ts";

/** Nothing where nothing is missing. */
export async function adviceSection({ language, needs, linkTo }: Visit, { accounts }: Facts): Promise<Html | null> {
  const say = overviewWords(language);
  const enabled = accounts.map(({ account }) => account).filter((account) => account.enabled);
  const alive = await Promise.all(queueNames.map((name) => countAlive(name, needs, needs.clock)));
  const dead = queueNames.filter((_name, i) => alive[i] === 0);
  const lines = [
    ...(dead.length > 0 && enabled.length > 0
      ? [html`${say.adviceWorkers} <a href="${linkTo("/fleet")}">${dead.join(", ")}</a>`]
      : []),
    ...enabled
      .filter(({ department }) => department === null)
      .map(({ id }) => html`${say.adviceDepartment} <a href="${linkTo(accountPath(id))}">${id}</a>`),
    ...enabled
      .filter(({ minimumBalance }) => minimumBalance === null)
      .map(({ id }) => html`${say.adviceMinimum} <a href="${linkTo(accountPath(id))}">${id}</a>`),
  ];
  if (lines.length === 0) return null;
  return html`<section class="panel" aria-labelledby="advice"><h2 id="advice">${say.advice}</h2><ul>${lines.map((line) => html`<li>${line}</li>`)}</ul></section>`;
}
