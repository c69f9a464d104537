// Real processes that are killed: one purchase whatever dies, and a mail that is sent again is the same mail.
import { expect, test, vi } from "vitest";
import { runProgram } from "./support/process.ts";
import { issued, type World, world } from "./support/world.ts";

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

test("a worker killed between the purchase's request and its answer leaves an order whose slot the next one finds in eNom's list, and one purchase", async () => {
  const w = await world();
  w.enom.fault("PurchaseServices", { kind: "delay", ms: 500 });
  const reference = await w.order({});
  const worker = runProgram(["worker", "open"], quick(w));
  await vi.waitFor(() => expect(w.enom.books.purchases()).toHaveLength(1), soon);
  await worker.kill();

  await w.work(["open", "notify"], quick(w));
  const { certId } = await w.until(reference, issued);

  expect(certId).toBe(w.enom.books.purchases()[0]?.certId);
  expect(w.enom.books.purchases()).toHaveLength(1);
});

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
