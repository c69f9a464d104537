// `certfleet drill`: a fleet of its own is backed up, goes on buying, is lost, restored, compared with the pretended eNom, and
// sent its orders again. Touches nothing of the fleet of this machine.
import { mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { generateX25519Identity, identityToRecipient } from "age-encryption";
import type { DrillReport } from "../../shared/backup/reports.ts";
import { exitCodes } from "../../shared/base/result.ts";
import { startSandboxEnom } from "../enom/server.ts";
import { startMailCatcher } from "../mail/catcher.ts";
import { type SampleBody, sampleBody } from "../samples.ts";
import { type DrillFleet, type DrillPlace, drillFleet, type Said } from "./fleet.ts";

export interface DrillOptions {
  /** So many before the backup, and as many behind it. */
  orders: number;
  env: NodeJS.ProcessEnv;
  /** Where the private Redis' program may lie. */
  root: string;
  say: (line: string) => void;
  signal: AbortSignal;
  /** T_settle of the drill: as long as a purchase may take effect unseen. */
  settleSeconds?: number;
}

const TIMINGS = { processingMs: 200, ownerMs: 200, issueMs: 200 };
const ISSUE_MS = 120_000;

/** @throws Error when a step fails, with what the command said; everything that was started is stopped, and its data deleted */
export async function drill({
  orders,
  env,
  root,
  say,
  signal,
  settleSeconds = 10,
}: DrillOptions): Promise<DrillReport> {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-drill-"));
  const [enom, mail] = await Promise.all([startSandboxEnom({ timings: TIMINGS }), startMailCatcher()]);
  const place: DrillPlace = {
    ...{ folder, binaryDir: join(root, ".data/redis-server"), env, enom, mail, settleSeconds, say, signal },
  };
  const started: DrillFleet[] = [];
  const begin = async (name: string): Promise<DrillFleet> => {
    const fleet = await drillFleet(place, name);
    started.push(fleet);
    return fleet;
  };
  try {
    return await run({ orders, place, begin });
  } finally {
    for (const fleet of started) await fleet.stop().catch(() => undefined);
    await Promise.all([enom.close(), mail.close()]);
    rmSync(folder, { recursive: true, force: true });
  }
}

async function run({
  orders,
  place,
  begin,
}: {
  orders: number;
  place: DrillPlace;
  begin: (name: string) => Promise<DrillFleet>;
}): Promise<DrillReport> {
  const { folder, enom, say } = place;
  const steps: DrillReport["steps"] = [];
  const timed = async (name: string, work: () => Promise<string>): Promise<void> => {
    const from = performance.now();
    const detail = await work();
    const step = { name, seconds: (performance.now() - from) / 1_000, detail };
    steps.push(step);
    say(`${name}: ${step.seconds.toFixed(1)} s${detail === "" ? "" : `, ${detail}`}`);
  };
  const sold = (): number => enom.books.slots().length;
  const [first, later] = await Promise.all([bodiesOf("before", orders), bodiesOf("after", orders)]);
  const all = [...first, ...later];
  const file = join(folder, "backup.age");
  const key = join(folder, "key.txt");
  const identity = await generateX25519Identity();
  writeFileSync(key, `${identity}\n`, { mode: 0o600 });
  const recipient = await identityToRecipient(identity);

  const lost = await begin("lost");
  await timed("fleet started, orders issued", async () => {
    await lost.start();
    await lost.send(first);
    await lost.untilIssued(namesOf(first), ISSUE_MS);
    return `${sold()} certificates bought`;
  });
  await timed("backup", async () => {
    mustBeDone(await lost.say("backup", "--out", file, "--recipient", recipient));
    return `${Math.ceil(statSync(file).size / 1_000)} kB`;
  });
  await timed("orders that the backup does not know", async () => {
    await lost.send(later);
    await lost.untilIssued(namesOf(later), ISSUE_MS);
    return `${sold()} certificates bought in all`;
  });
  const soldBefore = sold();
  const backupBytes = statSync(file).size;

  const lossAt = performance.now();
  await timed("loss of Redis and journal", async () => {
    await lost.lose();
    return "";
  });
  const fleet = await begin("restored");
  await timed("restore", async () => {
    mustBeDone(
      await fleet.say("restore", file, "--into", fleet.redisUrl, "--journal", fleet.journal, "--identity", key),
    );
    return "";
  });
  await timed("fleet started, all orders sent again", async () => {
    await fleet.start();
    await fleet.send(all);
    return `${all.length} orders; ${sold() - soldBefore} certificates bought`;
  });
  await timed("compared with eNom and thawed", async () => untilThawed(fleet));
  await timed("orders issued", async () => {
    await fleet.untilIssued(namesOf(all), ISSUE_MS);
    return `${sold() - soldBefore} certificates bought again`;
  });
  const [extra] = await bodiesOf("new", 1);
  await timed("a new order is bought", async () => {
    if (extra) await fleet.send([extra]);
    await fleet.untilIssued(["drill-new-1"], ISSUE_MS);
    return "";
  });
  const recoverySeconds = (performance.now() - lossAt) / 1_000;
  const proved = await fleet.say("ledger", "prove");
  const proof = proved.out.split("\n").find((line) => line.includes("unmatched")) ?? proved.out;
  return {
    ...{ steps, before: orders, after: orders, soldBefore, sold: sold(), recoverySeconds, backupBytes },
    // Whoever is not issued ends the drill before.
    ...{ lost: 0, double: sold() - all.length - 1, proof: proof.trim() },
  };
}

/** It is too early until what was sent before the loss must be in eNom's list. */
async function untilThawed(fleet: DrillFleet): Promise<string> {
  for (;;) {
    const said = await fleet.say("ledger", "thaw", "sandbox", "--reason", "drill", "--json");
    if (said.code !== exitCodes.later) {
      mustBeDone(said);
      return "";
    }
    const [, seconds = "0.5"] = said.out.match(/"seconds":\s*([\d.]+)/) ?? [];
    await pause(Number(seconds) * 1_000);
  }
}

function mustBeDone({ code, out }: Said): void {
  if (code !== exitCodes.done) throw new Error(`a step of the drill failed (exit code ${code}): ${out}`);
}

function bodiesOf(kind: string, count: number): Promise<SampleBody[]> {
  return Promise.all(
    Array.from({ length: count }, (_, i) =>
      sampleBody({
        ...{ reference: `drill-${kind}-${i + 1}`, product: "Certificate-RapidSSL-RapidSSL", years: 1 },
        ...{ domain: `${kind}-${i + 1}.example.com`, approver: { method: "dns" } },
      }),
    ),
  );
}

function namesOf(bodies: readonly SampleBody[]): string[] {
  return bodies.map(({ reference }) => reference);
}
