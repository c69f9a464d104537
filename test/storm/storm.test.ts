// A storm of some seconds: a whole fleet of processes, a handful of faults of every lane, and the judge. Then the judge is shown
// books that are wrong, one fault each: it must find every one.
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test } from "vitest";
import { lifecycle } from "../../src/shared/base/lifecycle.ts";
import type { Certificate } from "../../src/shared/certificate/certificate.ts";
import { allFaults, lanes } from "./faults/all.ts";
import type { Evidence } from "./judge/evidence.ts";
import { isClean, judge } from "./judge.ts";
import { chosen, laid, matrixPlanOf } from "./matrix/plan.ts";
import { playMatrix } from "./matrix/play.ts";

const SEED = 7;
const FAULTS =
  "kill-9,stop-cont,clock-steps,redis-kill,client-kill,script-flush,answer-lost,request-lost,smtp-421,smtp-cut,hook-500";

test("twenty orders through kills, lost answers, a Redis that dies, a wrong clock and a bad mail server: zeros", async () => {
  const folder = mkdtempSync(join(tmpdir(), "certfleet-storm-"));
  const life = lifecycle(pino({ level: "silent" }));
  onTestFinished(async () => {
    await life.stop();
    rmSync(folder, { recursive: true, force: true, maxRetries: 5 });
  });
  const plan = {
    ...{ seed: SEED, seconds: 150, orders: 20, gateways: 1, workers: 2, settleSeconds: 5 },
    ...{ rounds: 1, spreads: false, leftOut: [], keepFolder: false },
    lanes: laid(chosen(FAULTS), SEED),
  };

  const { evidence, complaints, played } = await playMatrix(plan, folder, life, () => undefined);

  const { findings } = judge(evidence);
  expect({ findings: findings.filter(({ faults }) => faults.length > 0), complaints }).toEqual({
    findings: [],
    complaints: [],
  });
  expect(evidence.orders).toHaveLength(20);
  expect(played.map(({ name }) => name).sort()).toEqual(FAULTS.split(",").sort());
  findsEachFault(evidence);
}, 180_000);

/** Each in books that are right otherwise. */
function findsEachFault(right: Evidence): void {
  const [first, second] = right.orders;
  const [slot] = right.slots;
  const mail = right.mailbox.find(({ to, subject }) => to === first?.customer && subject.includes("ready"));
  if (!first?.certificate || !second || !slot || !mail) throw new Error("the storm left nothing to change");
  const { certificate } = first;
  const withFirst = (changed: Certificate | undefined): Evidence => ({
    ...right,
    orders: [{ ...first, certificate: changed }, ...right.orders.slice(1)],
  });
  const record = { ...certificate.record, issue: null };
  const attention = {
    ...{ code: "internal-error", message: "a bug", command: null, who: "operator", by: null },
    ...{ since: new Date().toISOString(), account: null },
  } as unknown as Certificate["record"]["attention"];
  const broken: Record<string, Evidence> = {
    "purchases against orders": { ...right, orders: right.orders.filter((each) => each !== first) },
    "bought twice, or a slot for two": withFirst({ ...certificate, certId: second.certificate?.certId ?? null }),
    "orders lost": withFirst(undefined),
    "orders uncovered (paid, and no certificate)": withFirst({ ...certificate, record }),
    "orders without an end": withFirst({ ...certificate, state: "BUYING", purchases: [], certId: null, record }),
    "certificates of another name or key": withFirst(second.certificate),
    "attention without a reason, or to nobody": withFirst({
      ...certificate,
      record: { ...certificate.record, attention },
    }),
    "mails missing": { ...right, mailbox: right.mailbox.filter(({ to }) => to !== first.customer) },
    "slots of another fleet taken": { ...right, ofOthers: new Map([[certificate.certId ?? 0, "other.example.org"]]) },
    "webhooks not delivered": { ...right, webhooks: { ...right.webhooks, taken: [] } },
    "webhooks out of order": { ...right, webhooks: { ...right.webhooks, taken: [...right.webhooks.taken].reverse() } },
    "mails doubled": { ...right, mailbox: [...right.mailbox, { ...mail, messageId: "<another@provider.example>" }] },
  };

  const names = judge(right).findings.map(({ name }) => name);
  expect(Object.keys(broken).sort()).toEqual([...names].sort());
  for (const [name, evidence] of Object.entries(broken)) {
    const verdict = judge(evidence);
    expect(isClean(verdict)).toBe(false);
    expect(verdict.findings.find((each) => each.name === name)?.faults.length, name).toBeGreaterThan(0);
  }
  const copies = Array.from({ length: right.interruptions + 1 }, (_, i) => ({ ...mail, messageId: `<copied-${i}@x>` }));
  const copied = judge({ ...right, mailbox: [...right.mailbox, ...copies, ...copies] });
  expect(copied.findings.find(({ name }) => name === "mails doubled")?.faults.length).toBeGreaterThan(0);
  // Redis had lost the order: its mail comes once more, and further copies only where the mail server did not answer.
  const orders = [{ ...first, wasSentAgain: true }, ...right.orders.slice(1)];
  const sent = (count: number, isUnanswered: boolean): Evidence => {
    const others = right.mailbox.filter(({ messageId }) => messageId !== mail.messageId);
    const own = Array.from({ length: count }, (_, i) => ({ ...mail, isUnanswered: isUnanswered && i > 0 }));
    return { ...right, orders, mailbox: [...others, ...own], interruptions: 100 };
  };
  expect([sent(4, false), sent(6, true)].map(judge).map(isClean)).toEqual([true, true]);
  expect([sent(5, false), sent(7, true)].map(judge).map(isClean)).toEqual([false, false]);
}

test("every kind of fault is played, each in one lane; words that are none are said", () => {
  const all = matrixPlanOf(["--seed", "1"], { PATH: process.env.PATH, STORM_SECONDS: "20" });
  const some = matrixPlanOf(["--only", "smtp,clocks"], { STORM_SEED: "3" });

  expect(lanes.flat()).toHaveLength(new Set(allFaults.map(({ group }) => group)).size);
  expect(all?.lanes.flat().length).toBe(allFaults.length - (all?.leftOut.length ?? 0));
  expect(all?.seconds).toBe(20);
  expect(new Set(some?.lanes.flat().map(({ group }) => group))).toEqual(new Set(["smtp", "clocks"]));
  expect(some?.lanes).toEqual(matrixPlanOf(["--only", "smtp,clocks"], { STORM_SEED: "3" })?.lanes);
  expect(() => matrixPlanOf(["--only", "smtp,weather"], {})).toThrow("weather");
  expect(matrixPlanOf(["--list"], {})).toBeUndefined();
});
