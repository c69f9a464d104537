// Stories about a journal that cannot be written: everybody sees it, orders that wait say it, and it is over by itself.
import { randomUUID } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { rename } from "node:fs/promises";
import { join } from "node:path";
import { pino } from "pino";
import { expect, onTestFinished, test, vi } from "vitest";
import { explainCertificate } from "../../../src/producers/cli/certificate/read.ts";
import { statusResult } from "../../../src/producers/cli/ledger/standing.ts";
import { findFleetTroubles } from "../../../src/shared/account/troubles.ts";
import { systemClock } from "../../../src/shared/base/clock.ts";
import { noteJournalFailure } from "../../../src/shared/standing/journal-failures.ts";
import { examineMoney } from "../../../src/workers/commands/examine/money.ts";
import { readLedgerStatus } from "../../../src/workers/commands/ledger-standing.ts";
import { openJournal } from "../../../src/workers/journal/open.ts";
import { watchJournal } from "../../../src/workers/journal/watched.ts";
import { inFleet } from "../../producers/cli/support.ts";
import { quickFolder } from "../../support/quick-folder.ts";
import { world } from "../../support/world.ts";

const log = pino({ level: "silent" });

async function story() {
  const w = await world();
  const { redis, keys } = w;
  const folder = mkdtempSync(join(quickFolder(), "certfleet-watched-"));
  onTestFinished(() => rmSync(folder, { recursive: true }));
  const location = join(folder, "journal");
  const opened = await openJournal(location, keys.prefix);
  const journal = watchJournal(opened, { redis, keys, clock: systemClock, log, host: "web 1" }, 20);
  onTestFinished(() => journal.close());
  const away = (): Promise<void> => rename(location, `${location}-away`);
  const back = (): Promise<void> => rename(`${location}-away`, location);
  const codes = async () => (await findFleetTroubles(w)).map(({ code, about }) => `${code} ${about}`);
  const until = (wanted: string[]) =>
    vi.waitFor(async () => expect(await codes()).toEqual(wanted), { timeout: 10_000, interval: 10 });
  const doctor = () => examineMoney({ CERTFLEET_JOURNAL: location, CERTFLEET_CONFIG: w.env.CERTFLEET_CONFIG }, w);
  return { ...w, journal, plain: w.journal, away, back, until, doctor, location };
}

const line = (account: string) =>
  ({ account, epoch: 1, seq: 1, at: 1, step: "begin", reference: "r", writes: [] }) as const;

test("A journal that fails is seen before an order meets it, explains what waits, and is over when it works again.", async () => {
  const s = await story();
  const reference = await s.accept({ reference: `r-${randomUUID().slice(0, 8)}` });
  const context = { env: s.env, root: "/" };
  const calm = await inFleet(context, (fleet) => explainCertificate(reference, fleet));

  await s.away();
  await s.until(["journal-not-writable web-1"]);
  const [trouble] = await findFleetTroubles(s);
  const waiting = await inFleet(context, (fleet) => explainCertificate(reference, fleet));
  const status = statusResult(
    [
      {
        ...(await readLedgerStatus({ ledger: { ...s, journal: s.plain, settleMs: 1, seen: new Map() } }, "main")),
        isForbidden: true,
      },
    ],
    "main",
  );
  await s.back();
  await s.until([]);

  expect(trouble).toMatchObject({ message: expect.stringContaining("On web-1: The money journal in"), account: null });
  expect(trouble?.next).toContain("docs/runbook.md#journal-not-writable");
  expect(calm.text).not.toContain("money journal");
  expect(waiting.text).toContain("money journal");
  expect(waiting.text).toContain("The operator must act");
  expect(waiting.text).not.toContain("Nobody needs to act");
  expect(status).toMatchObject({
    ending: "failed",
    text: expect.stringMatching(/Journal +cannot be written\. On web-1/),
  });
  expect(status.text).toMatch(
    /Purchases +off: purchases: false in certfleet\.yaml; where the journal cannot be written$/m,
  );
});

test("A write that fails is noted at once; a process that ended with its failure is believed for a minute.", async () => {
  const s = await story();
  await s.away();
  await expect(s.journal.append(line("main"))).rejects.toThrow("The money journal in");
  await s.until(["journal-not-writable web-1"]);
  await s.back();
  await s.journal.append(line("main"));
  await s.until([]);

  await noteJournalFailure({ host: "gone", pid: 1 }, { since: "2026-01-01T00:00:00.000Z", message: "no" }, s);
  await s.until(["journal-not-writable gone"]);
  const [field = "", text = ""] = Object.entries(await s.redis.hgetall(s.keys.journalFailures))[0] ?? [];
  const [at, rest] = text.split(/ (.*)/s);
  await s.redis.hset(s.keys.journalFailures, field, `${Number(at) - 61_000} ${rest}`);

  await s.until([]);
});

test("doctor tries a write to the journal, says what is left of the disk, and makes no journal where there is none.", async () => {
  const s = await story();
  await s.redis.zadd(s.keys.accounts, 1, "main");
  const well = await s.doctor();
  await s.redis.hset(s.keys.ledger.meta("main"), "journal", "another", "epoch", 1, "seq", 1);
  const other = await s.doctor();
  await s.away();
  const gone = await s.doctor();
  const unset = await examineMoney({ CERTFLEET_CONFIG: s.env.CERTFLEET_CONFIG }, s);

  expect(well).toMatchObject([
    { name: "Journal", state: "ok", detail: expect.stringMatching(/takes writes, \d+ MB are free/) },
    { name: "Ledger main", state: "ok" },
  ]);
  expect(other[1]).toMatchObject({
    name: "Ledger main",
    state: "ill",
    remedy: expect.stringContaining("CERTFLEET_JOURNAL"),
  });
  expect(gone).toMatchObject([
    { name: "Journal", state: "ill", detail: expect.stringContaining("none of this fleet") },
  ]);
  expect(unset).toMatchObject([
    { name: "Journal", state: "skipped" },
    { name: "Ledger", state: "skipped" },
  ]);
});
