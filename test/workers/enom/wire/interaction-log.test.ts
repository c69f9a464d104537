// Promises about the readable log of exchanges.
import { existsSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test, vi } from "vitest";
import { type Interaction, openInteractionLog } from "../../../../src/workers/enom/wire/interaction-log.ts";

/** Local time, as the log writes it, whatever the zone of this machine is. */
const clock = { now: () => new Date(2026, 10, 2, 10, 5, 7) };
const BOUGHT: Interaction = {
  account: "main",
  reference: "bill-1001",
  command: "PurchaseServices",
  ms: 143.4,
  outcome: "ok",
  errors: [],
  parameters: { Service: "Certificate-RapidSSL-RapidSSL", NumYears: "1", CSR: "[csr sha256:0a1b2c3d]" },
  said: { CertID: "900123", OrderID: "500000123" },
  trackingKey: "00000001-0000-4000-8000-000000000001",
};

function folder(): string {
  const made = mkdtempSync(join(tmpdir(), "interaction-log-"));
  onTestFinished(() => rmSync(made, { recursive: true }));
  return made;
}

test("an operator reads what was asked and how it ended, a line an exchange", async () => {
  const path = join(folder(), "log", "pmenomssl.log");
  const log = openInteractionLog(path, clock);

  log.record(BOUGHT);
  log.record({
    ...BOUGHT,
    command: "GetBalance",
    reference: null,
    parameters: {},
    said: {},
    outcome: "refused",
    trackingKey: null,
    errors: ['Bad "User" name (304155)'],
  });
  await log.close();

  const head = `Nov  2 10:05:07 [${process.pid}:1] enom`;
  expect(readFileSync(path, "utf8")).toBe(
    `${head} INFO PURCHASESERVICES account=main reference=bill-1001 Service=Certificate-RapidSSL-RapidSSL NumYears=1 CSR="[csr sha256:0a1b2c3d]" -> ok 143 ms CertID=900123 OrderID=500000123 tracking=00000001-0000-4000-8000-000000000001\n` +
      `${head} WARNING GETBALANCE account=main -> refused 143 ms errors="Bad \\"User\\" name (304155)"\n`,
  );
});

test("the level says whether somebody must look", async () => {
  const path = join(folder(), "enom.log");
  const log = openInteractionLog(path, clock);
  const outcomes: Interaction["outcome"][] = ["ok", "refused", "unavailable", "not-sent", "uncertain", "unknown"];

  for (const outcome of outcomes) log.record({ ...BOUGHT, outcome });
  await log.close();

  const levels = [...readFileSync(path, "utf8").matchAll(/ enom ([A-Z]+) /g)].map(([, level]) => level);
  expect(levels).toEqual(["INFO", "WARNING", "WARNING", "WARNING", "ERROR", "ERROR"]);
});

test("a log that was moved away for rotation is begun anew", async () => {
  const path = join(folder(), "enom.log");
  const log = openInteractionLog(path, clock);

  log.record(BOUGHT);
  await vi.waitFor(() => expect(existsSync(path)).toBe(true), { interval: 5 });
  await log.close();
  renameSync(path, `${path}.1`);
  log.record(BOUGHT);
  await log.close();

  expect(readFileSync(path, "utf8")).toBe(readFileSync(`${path}.1`, "utf8"));
});

test("a log that cannot be written troubles nobody but the listener, once", async () => {
  const notAFolder = join(folder(), "file");
  writeFileSync(notAFolder, "");
  const trouble = vi.fn();
  const log = openInteractionLog(join(notAFolder, "enom.log"), clock, trouble);

  log.record(BOUGHT);
  log.record(BOUGHT);
  await log.close();
  rmSync(notAFolder);
  log.record(BOUGHT);
  await log.close();

  expect(trouble).toHaveBeenCalledTimes(1);
  expect(readFileSync(join(notAFolder, "enom.log"), "utf8").split("\n")).toHaveLength(2);
});

test("a dash sends the lines to standard error", async () => {
  const written = vi.spyOn(process.stderr, "write").mockReturnValue(true);
  const log = openInteractionLog("-", clock);

  log.record(BOUGHT);
  await log.close();

  expect(written).toHaveBeenCalledWith(expect.stringContaining("PURCHASESERVICES"));
});
