import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { startSandboxEnom } from "../../../src/sandbox/enom/server.ts";
import { bought, certificateOf, sandbox, standingClock, statusOf, submitted } from "./support.ts";

function directory(): string {
  const path = mkdtempSync(join(tmpdir(), "certfleet-enom-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

test("what was bought is still there after a restart, and time has passed meanwhile", async () => {
  const dataDir = directory();
  const clock = standingClock("2026-04-02T12:00:00Z");
  const first = await startSandboxEnom({ dataDir, clock, balance: "100.00", timings: { processingMs: 60_000 } });
  const { certId } = await submitted(first);
  await first.close();
  clock.advance(60_000);

  const second = await sandbox({ dataDir, clock, balance: "5000.00", timings: { processingMs: 60_000 } });

  expect(await statusOf(second, certId)).toBe("4");
  expect(await certificateOf(second, certId)).toContain("BEGIN CERTIFICATE");
  expect(second.books.balance()).toBe("90.05");
  expect(second.ca.rootPem).toBe(first.ca.rootPem);
  expect(await bought(second)).toBe(certId + 1);
});

test("a start that fills the account up again enters what was missing, and nothing when nothing was spent", async () => {
  const dataDir = directory();
  const first = await startSandboxEnom({ dataDir });
  first.books.setBalance("5000.00");
  await bought(first);
  await first.close();

  for (let start = 2; start <= 3; start++) {
    const enom = await startSandboxEnom({ dataDir });
    enom.books.setBalance("5000.00");
    await enom.close();
  }

  const { books } = await sandbox({ dataDir });
  expect(books.transactions()).toMatchObject([
    { kind: "order", orderId: 500_000_101, amountCents: -995, balanceCents: 499_005 },
    { kind: "refill", amountCents: 995, balanceCents: 500_000 },
  ]);
});

test("a purchase is on disk before its answer is sent", async () => {
  const dataDir = directory();
  const enom = await sandbox({ dataDir });

  const certId = await bought(enom);

  const kept = JSON.parse(readFileSync(join(dataDir, "books.json"), "utf8")) as { slots: { certId: number }[] };
  expect(kept.slots.map((slot) => slot.certId)).toEqual([certId]);
  expect(readdirSync(dataDir).sort()).toEqual(["books.json", "ca.json"]);
});

test("no credentials are kept in the books", async () => {
  const dataDir = directory();
  const enom = await sandbox({ dataDir, password: "canary-password" });
  const body = new URLSearchParams({ UID: "sandbox", PW: "canary-password", Command: "GetBalance" });

  await fetch(`${enom.url}?${body}`);

  expect(enom.books.faults).toHaveLength(1);
  expect(readFileSync(join(dataDir, "books.json"), "utf8")).not.toContain("canary-password");
});

test("books of another version are not opened", async () => {
  const dataDir = directory();
  writeFileSync(join(dataDir, "books.json"), JSON.stringify({ version: 99 }));

  await expect(startSandboxEnom({ dataDir })).rejects.toThrow("version 99");
});
