// npm run storm: says what will be played, plays it, and says what the judge found.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { lifecycle } from "../../../src/shared/base/lifecycle.ts";
import { allFaults } from "../faults/all.ts";
import { groups } from "../faults/fault.ts";
import type { Finding } from "../judge/evidence.ts";
import { isClean, judge } from "../judge.ts";
import type { MatrixPlan } from "./plan.ts";
import { type Played, playMatrix } from "./play.ts";

/** More faults of one kind than this help nobody; the folder has all of them. */
const MOST = 8;

export function listOfFaults(): string {
  return groups
    .map((group) => {
      const own = allFaults.filter((fault) => fault.group === group);
      return [group, ...own.map(({ name, does }) => `  ${name.padEnd(20)}${does}`)].join("\n");
    })
    .join("\n");
}

/** Whether everything is zero. The folder stays where it is not, or where that was asked for. */
export async function storm(plan: MatrixPlan, say: (line: string) => void): Promise<boolean> {
  say(planWords(plan));
  const folder = mkdtempSync(join(tmpdir(), "certfleet-storm-"));
  const life = lifecycle(pino({ level: "silent" }));
  const interrupt = async (): Promise<never> => {
    await life.stop();
    rmSync(folder, { recursive: true, force: true });
    process.exit(130);
  };
  process.once("SIGINT", interrupt).once("SIGTERM", interrupt);
  let mayGo = false;
  try {
    const played = await playMatrix(plan, folder, life, say);
    const verdict = judge(played.evidence);
    const findings: Finding[] = [
      ...verdict.findings,
      { name: "answers, processes, ledger prove", faults: played.complaints },
    ];
    say(`\n${endWords(played)}\n${findings.map(findingWords).join("\n")}`);
    for (const note of shortened(verdict.notes)) say(`  note: ${note}`);
    writeFileSync(join(folder, "ending.json"), JSON.stringify({ findings, notes: verdict.notes, played }, null, 1));
    const isWell = isClean(verdict) && played.complaints.length === 0;
    mayGo = isWell && !plan.keepFolder;
    return isWell;
  } finally {
    await life.stop();
    process.off("SIGINT", interrupt).off("SIGTERM", interrupt);
    if (mayGo) rmSync(folder, { recursive: true, force: true });
    else say(`  Logs, journal and books are kept in ${folder}. STORM_SEED=${plan.seed} plays the same faults again.`);
  }
}

function planWords({ seed, seconds, orders, gateways, workers, lanes, leftOut }: MatrixPlan): string {
  const each = lanes.map((lane) => `  ${lane.map(({ name }) => name).join(", ")}`);
  return [
    `${orders} orders, ${gateways} gateways, ${workers} workers, ${seconds} s at most, seed ${seed}. Faults, lanes beside each other:`,
    ...each,
    ...leftOut.map((why) => `  left out: ${why}`),
  ].join("\n");
}

function endWords({ played, notPlayed, statuses, ended, purchases, evidence, tookMs }: Played): string {
  const issued = evidence.orders.filter(({ certificate }) => certificate?.record.issue).length;
  const answers = [...statuses].sort(([a], [b]) => a - b).map(([status, n]) => `${n} × ${status || "no answer"}`);
  return [
    `${Math.round(tookMs / 1_000)} s: ${evidence.orders.length} orders accepted, ${issued} issued, ${purchases} slots bought, ` +
      `${evidence.mailbox.length} mails, ${played.length} faults, ${ended} processes ended`,
    `answers of the gateways: ${answers.join(", ")}`,
    ...(notPlayed.length > 0 ? [`no time was left for: ${notPlayed.join(", ")}`] : []),
  ].join("\n");
}

function findingWords({ name, faults }: Finding): string {
  const line = `  ${faults.length === 0 ? "✓" : "✗"} ${name}: ${faults.length}`;
  return [line, ...shortened(faults).map((fault) => `      ${fault}`)].join("\n");
}

function shortened(lines: readonly string[]): string[] {
  const more = lines.length > MOST ? [`… and ${lines.length - MOST} more`] : [];
  return [...lines.slice(0, MOST), ...more];
}
