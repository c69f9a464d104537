// `account probe` and `account replay` as people say them: asks, writes the page, ends with what was found.
import { writeFileSync } from "node:fs";
import { resolve } from "node:path";
import { Refused, Unavailable } from "../../../../shared/base/errors.ts";
import { failure, type Result } from "../../../../shared/base/result.ts";
import type { ProbeReport } from "../../../../shared/probe/report.ts";
import { withRedis } from "../../connection.ts";
import { actorOf, type ProgramContext, withOwnFleetIfAny } from "../../own-redis.ts";
import { audited } from "../../port/audited.ts";
import { type AskPerson, type BuyCommands, type BuyOptions, buyFault, buyOne } from "./buy.ts";
import { reportText } from "./report-text.ts";

/** What the workers do for these verbs. */
export interface ProbeCommands extends BuyCommands {
  probe: (env: NodeJS.ProcessEnv, id: string, options: ProbeOptions) => Promise<ProbeReport | undefined>;
  replayAnswers: (folder: string) => Promise<ProbeReport>;
}

interface ProbeOptions {
  folder: string;
  maskDomains: boolean;
  tell?: (command: string) => void;
}

export interface ProbeAsked extends BuyOptions {
  html?: string | undefined;
  answers?: string;
  maskDomains?: boolean;
}

/** @throws Refused a folder or page that cannot be written */
export async function probeVerb(
  context: ProgramContext,
  id: string,
  { html, answers, maskDomains = false, ...buying }: ProbeAsked,
  { probe, buyTrial, ask: person }: ProbeCommands & { ask: AskPerson },
): Promise<Result> {
  const fault = buyFault(buying);
  if (fault) return fault;
  const env = withOwnFleetIfAny(context);
  const folder = resolve(answers ?? folderName(id, new Date()));
  const ask = async (): Promise<Result> => {
    const report = await probe(env, id, { folder, maskDomains, tell: progress() });
    if (!report)
      return failure(
        "not-found",
        `No account ${id} is configured here: neither in certfleet.yaml nor by ENOM_USERNAME.`,
      );
    return probeResult(report, html);
  };
  const { buy, domain } = buying;
  if (buy !== undefined && domain !== undefined) {
    const first = await probeFirst(() => probe(env, id, { folder, maskDomains, tell: progress() }), {
      id,
      html,
      ...buying,
    });
    if ("ending" in first) return first;
    const place = { id, folder: `${folder}-${domain.replace(/[^\w.-]/g, "_")}`, maskDomains, ask: person };
    const bought = await buyOne(context, { ...buying, buy, domain }, place, { buyTrial });
    return bought.ending === "done" || bought.text !== ""
      ? { ...bought, text: `${first.text}\n\n${bought.text}` }
      : bought;
  }
  return withAudit(context, { env, what: { action: "account.probe", subject: id, after: { answers: folder } } }, ask);
}

/** Nothing is bought on an account that is not understood, unless the person says so. */
async function probeFirst(
  ask: () => Promise<ProbeReport | undefined>,
  { id, html, despiteDifferences = false }: Pick<ProbeAsked, "html" | "despiteDifferences"> & { id: string },
): Promise<Result | { text: string }> {
  const report = await ask();
  if (!report)
    return failure("not-found", `No account ${id} is configured here: neither in certfleet.yaml nor by ENOM_USERNAME.`);
  const result = await probeResult(report, html);
  if (report.ok || despiteDifferences) return { text: result.text };
  const why = "Nothing was bought: settle the differences first, or add --despite-differences.";
  return { ...result, note: result.note === undefined ? why : `${result.note}\n${why}` };
}

/** Reads a folder again. Needs neither Redis nor any secret. */
export async function replayVerb(
  folder: string,
  { html }: Pick<ProbeAsked, "html">,
  { replayAnswers }: Pick<ProbeCommands, "replayAnswers">,
): Promise<Result> {
  return probeResult(await replayAnswers(resolve(folder)), html);
}

/** 1 with differences that matter, else 0. */
async function probeResult(report: ProbeReport, html: string | undefined): Promise<Result> {
  const { account, ok, differences, answers } = report;
  const note = html === undefined ? undefined : await writePage(report, html);
  return {
    ending: ok ? "done" : "failed",
    text: reportText(report),
    json: {
      account,
      ok,
      differences,
      answers,
      at: report.at,
      host: report.host,
      facts: report.facts,
      yaml: report.yaml,
    },
    ...(note !== undefined && { note }),
  };
}

async function writePage(report: ProbeReport, file: string): Promise<string> {
  const { reportPage } = await import("./report-page.ts");
  const path = resolve(file);
  try {
    writeFileSync(path, reportPage(report), { mode: 0o600 });
  } catch (error) {
    throw new Refused(`${path} cannot be written (${(error as NodeJS.ErrnoException).code ?? "failed"}).`);
  }
  return `The report as a page: ${path}`;
}

/** `certfleet-probe-main-20261130T204105Z` in the current folder. */
function folderName(id: string, at: Date): string {
  return `certfleet-probe-${id}-${at.toISOString().replace(/\.\d+|[-:]/g, "")}`;
}

/** A line that a terminal shows while it is asked, and takes away. */
function progress(): (command: string) => void {
  const { stderr } = process;
  if (!stderr.isTTY) return () => undefined;
  let asked = 0;
  return (command) => {
    asked += 1;
    stderr.write(`\r\u001B[2K${asked} ${command} …\r`);
  };
}

interface Audited {
  env: NodeJS.ProcessEnv;
  what: { action: string; subject: string; after: Record<string, string> };
}

/** On record where the fleet's Redis is known and responds. A first contact may be made before there is one. */
async function withAudit(
  context: ProgramContext,
  { env, what }: Audited,
  work: () => Promise<Result>,
): Promise<Result> {
  if (!env.REDIS_URL && !env.REDIS_URL_FILE) return work();
  let begun = false;
  const noted = (): Promise<Result> => {
    begun = true;
    return work();
  };
  try {
    return await withRedis({ ...context, env }, ({ redis, keys }) =>
      audited({ redis, keys, actor: actorOf(context) }, what, noted),
    );
  } catch (error) {
    if (begun || !(error instanceof Unavailable)) throw error;
    const result = await work();
    const lost = "Redis does not respond: the probe stands in no audit trail, and the fleet's ledger was not asked.";
    return { ...result, note: result.note ? `${result.note}\n${lost}` : lost };
  }
}
