// A pretended eNom with certificates of two statuses behind a proxy that bends, and the probe beside it, all in this process.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { onTestFinished } from "vitest";
import { startSandboxEnom } from "../../../src/sandbox/enom/server.ts";
import { systemClock } from "../../../src/shared/base/clock.ts";
import type { ProbeReport } from "../../../src/shared/probe/report.ts";
import { probe, replayAnswers } from "../../../src/workers/commands/account.ts";
import { enomClient, type Heard } from "../../../src/workers/enom/client.ts";
import type { Recorded } from "../../../src/workers/probe/answers/recorded.ts";
import { recordedOf } from "../../../src/workers/probe/probe.ts";
import { walkAccount } from "../../../src/workers/probe/walk.ts";
import { type Bend, bendingProxy } from "../../support/bending-proxy.ts";
import { makeCsr } from "../../support/csr.ts";
import { quickAccount } from "../../support/quick-account.ts";
import { quickFolder } from "../../support/quick-folder.ts";

export const LOGIN = { username: "canary-reseller", password: "canary&Zx81 token" };

/** The pretended eNom behind its proxy. `first`: a slot at the CA; `second`: one that is issued; `third`: never configured. */
export async function bentEnom() {
  const enom = await startSandboxEnom({ ...LOGIN, timings: { processingMs: 0 } as never });
  onTestFinished(() => enom.close());
  const issued = enom.colleague.buys("Certificate-RapidSSL-RapidSSL", 1);
  await enom.colleague.configures(issued.certId, await makeCsr({ cn: "shop.example.net" }));
  enom.settings.owner = "silent";
  const waiting = enom.colleague.buys("Certificate-Comodo-Essential", 1);
  await enom.colleague.configures(waiting.certId, await makeCsr({ cn: "waits.example.net" }));
  enom.colleague.buys("Certificate-RapidSSL-RapidSSL", 1);
  const proxy = await bendingProxy(enom.url);
  const home = mkdtempSync(join(quickFolder(), "certfleet-bent-"));
  onTestFinished(() => rmSync(home, { recursive: true, force: true }));
  const env = {
    CERTFLEET_CONFIG: quickAccount(home, proxy.url),
    ENOM_API_URL: proxy.url,
    ENOM_USERNAME: LOGIN.username,
    ENOM_PASSWORD: LOGIN.password,
    ENOM_LOG: "/dev/null",
    LOG_LEVEL: "silent",
  };
  /** Probes it through the proxy. */
  const probed = async (bend: Bend, { maskDomains = false } = {}) => {
    proxy.bend = bend;
    const folder = join(home, randomUUID());
    const report = await probe(env, "main", { folder, maskDomains });
    if (!report) throw new Error("the account main is configured");
    return { report, folder, again: await replayAnswers(folder) };
  };
  return { enom, env, home, probed };
}

/** What it answers to all questions of a probe, as it comes. */
export async function recordedAnswers(url: string): Promise<Recorded[]> {
  const recorded: Recorded[] = [];
  let last: Heard | undefined;
  const access = { account: "main", apiUrl: url, ...LOGIN };
  const client = enomClient(access, {
    record: () => undefined,
    hear: (heard) => {
      last = heard;
      recorded.push(recordedOf(heard, systemClock));
    },
  });
  await walkAccount({ client, last: () => last });
  await client.close();
  return recorded;
}

/** The same answers, bent. */
export function bentAnswers(recorded: readonly Recorded[], bend: Bend): Recorded[] {
  return recorded.map((each) => {
    if (!each.answer) return each;
    const xml = bend(new TextDecoder().decode(each.answer.body), each.command);
    return { ...each, answer: { ...each.answer, body: new TextEncoder().encode(xml) } };
  });
}

/** What matters, each once as `GetBalance AvailableBalance field-missing`. */
export function serious({ differences }: ProbeReport): string[] {
  const all = differences
    .filter(({ matters }) => matters)
    .map(({ command, element, kind }) => `${command} ${element} ${kind}`);
  return [...new Set(all)];
}

/** Bends the answers of one command only. */
export function of(command: string, bend: (xml: string) => string): Bend {
  return (xml, asked) => (asked === command ? bend(xml) : xml);
}

/** A refusal as eNom words it, in place of the answer. */
export function refusal(command: string, text: string, number?: string): string {
  const coded = number
    ? `<ResponseCount>1</ResponseCount><responses><response><ResponseNumber>${number}</ResponseNumber><ResponseString>Some words</ResponseString></response></responses>`
    : "<ResponseCount>0</ResponseCount>";
  return `<?xml version="1.0"?><interface-response><Command>${command.toUpperCase()}</Command><ErrCount>1</ErrCount><errors><Err1>${text}</Err1></errors>${coded}<Done>true</Done></interface-response>`;
}
