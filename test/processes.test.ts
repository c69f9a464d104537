// Real processes that are killed, and several of one kind: one purchase whatever dies, every effect once.
import { expect, test, vi } from "vitest";
import { runProgram } from "./support/process.ts";
import { issued, stuck, type World, world } from "./support/world.ts";

const soon = { timeout: 15_000, interval: 10 };
const quick = (w: World): NodeJS.ProcessEnv => ({ ...w.env, CERTFLEET_LOCK_SECONDS: "1", LOG_LEVEL: "info" });

test.for([
  "GetCerts",
  "GetBalance",
  "CertConfigureCert",
  "CertGetApproverEmail",
  "CertPurchaseCert",
  "CertGetCertDetail",
])(
  "a worker killed while eNom answers %s leaves an order that the next worker takes to its end, with one purchase",
  async (command) => {
    const w = await world();
    w.enom.fault(command, { kind: "delay", ms: 500 });
    const reference = await w.order({});
    const worker = runProgram(["worker", "open"], quick(w));
    await vi.waitFor(() => expect(w.enom.asked(command)).not.toEqual([]), soon);
    await worker.kill();

    await w.work(["open", "notify"], quick(w));
    await w.until(reference, issued);

    expect(w.enom.books.purchases()).toHaveLength(1);
  },
);

test("a worker killed between the purchase's request and its answer leaves an order parked with the next step, and one purchase", async () => {
  const w = await world();
  w.enom.fault("PurchaseServices", { kind: "delay", ms: 500 });
  const reference = await w.order({});
  const worker = runProgram(["worker", "open"], quick(w));
  await vi.waitFor(() => expect(w.enom.books.purchases()).toHaveLength(1), soon);
  await worker.kill();

  await w.work(["open", "notify"], quick(w));
  const { state, record } = await w.until(reference, stuck);

  expect(state).toBe("PARKED");
  expect(record.attention).toMatchObject({ code: "purchase-unknown", next: expect.stringContaining("--adopt") });
  expect(w.enom.books.purchases()).toHaveLength(1);
});

test("three worker processes share twenty orders, and each is bought, configured, submitted and told once", async () => {
  const w = await world();
  const workers = [1, 2, 3].map(() => runProgram(["worker", "open"], { ...quick(w), CERTFLEET_POLL_SECONDS: "0.3" }));
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

test("a notify worker killed while it delivers leaves a mail that the next one sends, with the same Message-ID and bytes", async () => {
  const w = await world();
  await w.work(["open"]);
  w.mail.answer({ after: "dot", kept: true, line: "silent" });
  const notifier = runProgram(["worker", "notify"], quick(w));
  const reference = await w.order({});
  await w.until(reference, issued);
  await vi.waitFor(() => expect(w.mail.mails()).not.toEqual([]), soon);
  await notifier.kill();

  await w.work(["notify"], quick(w));
  const ids = () => w.mail.mails().map(({ messageId }) => messageId);
  await vi.waitFor(() => expect(ids().length).toBeGreaterThan(new Set(ids()).size), soon);

  for (const mail of w.mail.mails()) {
    expect(mail.raw).toEqual(w.mail.mails().find(({ messageId }) => messageId === mail.messageId)?.raw);
  }
});
