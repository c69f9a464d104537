// `account probe` and `account replay`, the workers' part: asks one account what may be asked, keeps the masked answers, and
// makes the report.
import { FIRST } from "../../shared/authority/share.ts";
import type { Clock } from "../../shared/base/clock.ts";
import type { Difference, ProbeReport } from "../../shared/probe/report.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import type { Login } from "../accounts/settings.ts";
import { enomClient, type Heard } from "../enom/client.ts";
import { openBudget } from "../enom/traffic/budget.ts";
import { trafficOf } from "../enom/traffic/traffic.ts";
import type { RecordInteraction } from "../enom/wire/interaction-log.ts";
import { findBinding } from "../ledger/bind.ts";
import { keepAnswers, makeFolder, readFolder } from "./answers/folder.ts";
import type { Recorded, Surroundings } from "./answers/recorded.ts";
import { makeReport } from "./make-report.ts";
import { walkAccount } from "./walk.ts";

export interface ProbeOptions {
  /** Of the masked answers; it must be new. */
  folder: string;
  maskDomains: boolean;
  /** Told before each question. */
  tell?: ((command: string) => void) | undefined;
}

interface Needs {
  login: Login;
  /** Where the fleet's budget and its ledger are; undefined: no Redis is known, or it does not respond. */
  fleet: { redis: RedisClient; keys: Keys } | undefined;
  record: RecordInteraction;
  clock: Clock;
  /** On the way to eNom. */
  proxy?: URL | undefined;
}

/**
 * Some twenty harmless questions, before the work of others in the account's budget, and past its breaker: somebody wants
 * to know. Costs nothing, changes nothing; a crash leaves at most a folder.
 * @throws Refused where the folder cannot be used; Error for an API URL that secrets may not be sent to
 */
export async function probeAccount(
  { login, fleet, record, clock, proxy }: Needs,
  { folder, maskDomains, tell }: ProbeOptions,
): Promise<ProbeReport> {
  const { entry, username, password } = login;
  const { errors, tlsMinimum } = entry.enom;
  const path = makeFolder(folder);
  const at = clock.now().toISOString();
  const recorded: Recorded[] = [];
  let last: Heard | undefined;
  const client = enomClient(
    { account: entry.id, apiUrl: entry.apiUrl, username, password, errors, tlsMinimum, proxy },
    {
      record,
      traffic: trafficOf(entry.id, { budget: budgetOf({ login, fleet }) }),
      hear: (heard) => {
        last = heard;
        recorded.push(recordedOf(heard, clock));
      },
    },
  );
  try {
    await walkAccount({ client, last: () => last, tell });
  } finally {
    await client.close();
  }
  const around = await surroundings({ login, fleet }, { at, listed: certIdsIn(recorded) });
  const secrets = [username, password];
  const masked = keepAnswers(recorded, around, { folder: path, secrets, maskDomains });
  return completed(
    await makeReport(masked, around, { answers: path }),
    await makeReport(recorded, around, { answers: path, secrets }),
  );
}

/**
 * The report is made of the masked answers, so that whoever gets them sees the same. Should masking ever hide a difference,
 * the answers as they came tell it.
 */
function completed(report: ProbeReport, asItCame: ProbeReport): ProbeReport {
  const keyOf = ({ command, element, kind }: Difference): string => `${command} ${element} ${kind}`.toLowerCase();
  const told = new Set(report.differences.map(keyOf));
  const hidden = asItCame.differences.filter((each) => each.matters && !told.has(keyOf(each)));
  return { ...report, ok: report.ok && asItCame.ok, differences: [...hidden, ...report.differences] };
}

/** The same report of a folder of recorded answers. Asks nobody anything. @throws Refused as `readFolder` */
export async function replayAnswers(folder: string): Promise<ProbeReport> {
  const { recorded, around } = readFolder(folder);
  return makeReport(recorded, around, { answers: folder });
}

/** A request that waits for nobody's work. */
export function budgetOf({ login: { entry }, fleet }: Pick<Needs, "login" | "fleet">) {
  const about = { account: entry.id, requestsPerSecond: entry.requestsPerSecond };
  if (!fleet) return openBudget(about);
  const { redis, keys } = fleet;
  const places = { rate: keys.rate(entry.id), line: keys.line(entry.id), turns: keys.lineTurns(entry.id) };
  return openBudget(about, { redis, keys: places, whose: async () => FIRST });
}

export function recordedOf({ command, parameters, posted, ms }: Heard, clock: Clock): Recorded {
  const about = { command, parameters, ms, at: clock.now().toISOString() };
  if (posted.kind === "answer") return { ...about, answer: posted.answer };
  return { ...about, failure: posted.failure ?? "not sent" };
}

/** What the fleet knows of the account. A Redis that does not respond knows nothing. */
export async function surroundings(
  { login: { entry }, fleet }: Pick<Needs, "login" | "fleet">,
  { at, listed }: { at: string; listed: readonly string[] },
): Promise<Surroundings> {
  const switches: Surroundings["switches"] = entry.enom;
  const about = { account: entry.id, host: new URL(entry.apiUrl).host, at, mode: entry.mode, switches };
  const unknown: Surroundings = { ...about, ledger: "unknown", strangers: [] };
  if (fleet?.redis.status !== "ready") return unknown;
  try {
    const binding = await findBinding({ ledger: fleet }, entry);
    if (binding !== "bound") return { ...unknown, ledger: binding === "unbound" ? "none" : binding };
    const known = new Set(await fleet.redis.hkeys(fleet.keys.ledger.owner(entry.id)));
    return { ...about, ledger: "bound", strangers: listed.filter((certId) => !known.has(certId)) };
  } catch {
    return unknown;
  }
}

/** CertIDs of all listed rows, as they are written. */
export function certIdsIn(recorded: readonly Recorded[]): string[] {
  return recorded.flatMap(({ command, answer }) => {
    if (command !== "CertGetCerts" || !answer) return [];
    const text = new TextDecoder("latin1").decode(answer.body);
    return [...text.matchAll(/<certid>\s*(\d{1,10})\s*<\/certid>/gi)].map(([, id = ""]) => id);
  });
}
