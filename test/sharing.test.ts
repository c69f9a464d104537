// Several processes of one kind share the work, and no effect happens twice.
import { expect, test, vi } from "vitest";
import { runProgram } from "./support/process.ts";
import { issued, world } from "./support/world.ts";

const soon = { timeout: 15_000, interval: 10 };

test("three worker processes share twenty orders, and each is bought, configured, submitted and told once", async () => {
  const w = await world();
  // The usual lock: a job that a slow machine takes for lost is delivered twice, which is another promise.
  const env = { ...w.env, LOG_LEVEL: "info", CERTFLEET_POLL_SECONDS: "0.3" };
  const workers = [1, 2, 3].map(() => runProgram(["worker", "open"], env));
  await vi.waitFor(() => expect(workers.every(({ output }) => output().includes("workers.started"))).toBe(true), soon);
  await w.work(["notify"]);

  const references = await Promise.all(
    Array.from({ length: 20 }, () => w.order({ approver: { method: "email", email: "admin@example.com" } })),
  );
  for (const reference of references) await w.until(reference, issued);

  const counts = ["PurchaseServices", "CertConfigureCert", "CertPurchaseCert"].map(
    (command) => w.enom.asked(command).length,
  );
  expect(counts).toEqual([20, 20, 20]);
  expect(new Set(w.enom.books.slots().map(({ certId }) => certId)).size).toBe(20);
  await vi.waitFor(
    () => expect(w.mail.mails().filter(({ subject }) => `${subject}`.includes("ready to install"))).toHaveLength(20),
    soon,
  );
  expect(workers.filter(({ output }) => output().includes("purchase.answered"))).toHaveLength(3);
}, 60_000);
