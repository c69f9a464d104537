// Behind the purchase: approver, owner, authority, and what happens when one of them does something else than hoped.
import { expect, test, vi } from "vitest";
import { type Certificate, statusOf } from "../../../src/shared/certificate/certificate.ts";
import { requestChange } from "../../../src/shared/certificate/operator-request.ts";
import type { OperatorRequest } from "../../../src/shared/certificate/record.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import { orderNeeds } from "../../support/needs.ts";
import { issued, stuck, type World, world } from "../../support/world.ts";

const withCode =
  (code: string) =>
  ({ record }: Certificate): boolean =>
    record.attention?.code === code;

async function wish(w: World, reference: string, made: Record<string, unknown>): Promise<void> {
  const certificate = await w.until(reference, () => true);
  const answer = requestChange(
    certificate,
    { who: "ops", at: new Date().toISOString(), ...made } as OperatorRequest,
    new Date(),
  );
  if ("conflict" in answer) throw new Error(answer.conflict);
  await w.certificates.save(answer.certificate, new Date());
  await w.queues.enqueue("open", { reference });
}

test("an approver address that eNom does not offer is shown with those that it offers, and a better one lets the order go on", async () => {
  const w = await world();
  await w.work(["open", "notify"]);
  const reference = await w.order({ approver: { method: "email", email: "admin@shop.example.com" } });
  const { record } = await w.until(reference, stuck);

  await wish(w, reference, { kind: "approver", email: "postmaster@example.com" });
  await w.until(reference, issued);

  expect(record.attention).toMatchObject({
    code: "approver-not-offered",
    message: expect.stringContaining("postmaster@example.com"),
  });
  expect(w.enom.books.purchases()).toHaveLength(1);
});

test("an approver is asked in the letters in which eNom offers it, whatever letters the order has", async () => {
  const w = await world();
  await w.work(["open", "notify"]);
  const reference = await w.order({ approver: { method: "email", email: "PostMaster@Example.COM" } });

  await w.until(reference, issued);

  expect(w.enom.asked("CertPurchaseCert").map(({ parameters }) => parameters.approveremail)).toEqual([
    "postmaster@example.com",
  ]);
});

test("an owner who does not act in the granted days is shown to a person, and the order goes on when he does", async () => {
  const w = await world({ owner: "silent" });
  await w.work(["open", "notify"], { ...w.env, CERTFLEET_VALIDATION_DAYS: "0.000001" });
  const reference = await w.order({});
  const overdue = await w.until(reference, withCode("validation-overdue"));

  w.enom.settings.owner = "approves";
  const certificate = await w.until(reference, issued);

  expect(statusOf(overdue, new Date())).toBe("attention");
  expect(certificate.record.attention).toBeNull();
});

test.for([
  ["Certificate-Comodo-Essential", "slow-ca.example.com"],
  ["Certificate-Comodo-Instant", "shop.slow-ca.example.com"],
] as const)(
  "an owner of %s who has approved is not said to be late, nor asked again: the operator asks eNom",
  async ([product, cn]) => {
    const w = await world({ timings: { slowMs: 4_000 } });
    await w.work(["open", "notify"], { ...w.env, CERTFLEET_VALIDATION_DAYS: "0.000001" });
    const reference = await w.order({ product, cn, approver: { method: "email", email: "admin@example.com" } });

    const { record } = await w.until(reference, ({ record: { attention } }) => attention?.who === "operator");
    const after = await w.until(reference, issued);

    expect(record.validation.approvedAt).not.toBeNull();
    expect(record.attention).toMatchObject({
      code: "validation-overdue",
      message: expect.stringMatching(/^The domain's owner has approved, and the certificate authority has not issued/),
      next: expect.stringMatching(/^Nothing is left for the domain's owner\. Ask eNom's support/),
    });
    const asking = after.record.timeline.filter(({ detail }) => detail.startsWith("validation-required"));
    expect(asking).toHaveLength(1);
    expect(after.record.validation.approvedAt).toBeNull();
    expect(after.record.attention).toBeNull();
  },
);

test("an approver who refuses stops the order, and a retry with another approver opens it with the same slot", async () => {
  const w = await world({ owner: "refuses" });
  await w.work(["open", "notify"]);
  const reference = await w.order({ product: "Certificate-Comodo-Essential" });
  await w.until(reference, withCode("rejected-by-owner"));

  w.enom.settings.owner = "approves";
  await wish(w, reference, { kind: "resolve", decision: "retry", reason: "wrong person" });
  await w.until(reference, issued);

  expect(w.enom.books.purchases()).toHaveLength(1);
});

test("a slot that eNom refunded is nobody's any more and the order waits for a person", async () => {
  const w = await world({ owner: "silent" });
  await w.work(["open", "notify"]);
  const reference = await w.order({});
  const { certId } = await w.until(reference, ({ record }) => record.looks > 0);

  w.enom.books.refund(certId ?? 0);
  const certificate = await w.until(reference, withCode("refunded"));

  expect(certificate).toMatchObject({ state: "PARKED", certId: null });
  expect(await w.redis.hget(w.keys.ledger.owner("main"), `${certId}`)).toBe("REFUNDED");
});

test("waiting for the owner holds no worker and spends no attempt", async () => {
  const w = await world({ owner: "silent" });
  await w.work(["open", "notify"]);
  const reference = await w.order({});
  await w.until(reference, ({ record }) => record.looks > 3);

  const [job] = await w.queues.all.open.getJobs(["delayed", "active", "waiting"]);

  expect(job?.attemptsMade).toBe(0);
  expect(job?.progress).toMatchObject({ waitingFor: expect.stringContaining("processing") });
});

test("a cancelled order is called back at eNom while that is possible", async () => {
  const w = await world({ owner: "silent" });
  await w.work(["open", "notify"]);
  const reference = await w.order({ product: "Certificate-Comodo-Essential" });
  await w.until(reference, ({ record }) => record.looks > 0);

  await wish(w, reference, { kind: "cancel", reason: "customer left" });
  await w.until(reference, ({ state }) => state === "CANCELLED");

  expect(w.enom.asked("CertModifyOrder")).toHaveLength(1);
});

test("an eNom that is away is waited for, and the order goes on by itself when it is back", async () => {
  const w = await world();
  w.enom.fault("GetCerts", { kind: "status", status: 503 }, { kind: "html" }, { kind: "lose-answer" });
  await w.work(["open", "notify"]);

  const certificate = await w.until(await w.order({}), issued);

  expect(certificate.record.trouble).toBeNull();
  expect(w.enom.asked("GetCerts").length).toBeGreaterThanOrEqual(4);
});

test.for(["CertConfigureCert", "CertPurchaseCert"])(
  "a lost answer of %s is looked up and not sent twice",
  async (command) => {
    const w = await world();
    w.enom.fault(command, { kind: "lose-answer" });
    await w.work(["open", "notify"]);

    await w.until(await w.order({}), issued);

    expect(w.enom.asked("CertPurchaseCert")).toHaveLength(1);
    expect(w.enom.books.purchases()).toHaveLength(1);
  },
);

test("a certificate for another key than the CSR's is not taken in", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  const account = needs.accounts.find("main");
  const other = await w.accept({ key: "rsa2048" });
  const reference = await w.accept({ key: "p256" });
  await openUntil(other, w, needs);
  const foreign = (await w.certificates.find(other))?.record.issue?.pem ?? "";
  if (account) {
    const detail = account.enom.detail;
    account.enom.detail = async (certId) => {
      const honest = await detail(certId);
      return honest.certificatePem ? { ...honest, certificatePem: foreign } : honest;
    };
  }

  await openUntil(reference, w, needs);

  expect((await w.certificates.find(reference))?.record.attention?.code).toBe("certificate-mismatch");
});

/** Takes an order on, step by step, until it is told or stuck: as a queue would, without one. */
async function openUntil(reference: string, w: World, needs: ReturnType<typeof orderNeeds>): Promise<void> {
  await vi.waitFor(
    async () => {
      await advanceOrder(reference, needs);
      const certificate = await w.certificates.find(reference);
      if (!certificate || !(issued(certificate) || stuck(certificate))) throw new Error("not yet");
    },
    { timeout: 10_000, interval: 50 },
  );
}
