// A reissue replaces the certificate once, however often it is asked for, and the old one stays valid meanwhile.
import { expect, test, vi } from "vitest";
import { auditTrail } from "../../../src/shared/authority/audit/trail.ts";
import { type Certificate, statusOf } from "../../../src/shared/certificate/certificate.ts";
import { requestReissue } from "../../../src/shared/certificate/changes/reissue-request.ts";
import { makeCsr } from "../../support/csr.ts";
import { issued, type World, world } from "../../support/world.ts";

const reissued = (certificate: Certificate): boolean => issued(certificate) && certificate.record.reissues === 1;

async function request(w: World, reference: string, csr?: string): Promise<void> {
  const certificate = await w.until(reference, issued);
  const answer = await requestReissue(certificate, { csr, id: "test", who: "ops" }, new Date());
  if (answer.kind !== "requested") throw new Error(JSON.stringify(answer));
  await w.certificates.save(answer.certificate, new Date());
  await w.queues.enqueue("reissue", { reference });
}

test("a reissue with a new key brings a new certificate for that key, without a purchase, and a mail", async () => {
  const w = await world();
  await w.work(["open", "reissue", "notify"]);
  const reference = await w.order({ key: "p256" });
  const before = await w.until(reference, issued);

  await request(w, reference, await makeCsr({ cn: "shop.example.com", key: "rsa2048" }));
  const after = await w.until(reference, reissued);

  expect(after.record.issue?.serialNumber).not.toBe(before.record.issue?.serialNumber);
  expect(after.record.issue?.csrHash).not.toBe(before.record.issue?.csrHash);
  expect(w.enom.books.purchases()).toHaveLength(1);
  expect(w.enom.asked("CertReissueCert")).toHaveLength(1);
  await w.mail.waitFor((mail) => `${mail.text}`.includes(after.record.issue?.serialNumber ?? "?"), 10_000);
});

test("a reissue with the same CSR is told from the old certificate by its serial number", async () => {
  const w = await world();
  await w.work(["open", "reissue", "notify"]);
  const reference = await w.order({});
  const before = await w.until(reference, issued);

  await request(w, reference);
  const after = await w.until(reference, reissued);

  expect(after.record.issue?.serialNumber).not.toBe(before.record.issue?.serialNumber);
});

test("a job from another system asks for one reissue, however often it is delivered", async () => {
  const w = await world();
  await w.work(["open", "reissue", "notify"]);
  const reference = await w.order({});
  await w.until(reference, issued);

  await w.queues.all.reissue.add("reissue", { reference, reason: "key lost" }, { jobId: "from-outside" });
  await w.until(reference, reissued);
  await w.queues.enqueue("reissue", { reference });

  expect(w.enom.asked("CertReissueCert")).toHaveLength(1);
});

test("a reissue that a job asks for is in the audit trail, and so is one that is refused", async () => {
  const w = await world();
  await w.work(["open", "reissue", "notify"]);
  const reference = await w.order({});
  await w.until(reference, issued);

  await w.queues.all.reissue.add("reissue", { reference, reason: "key lost" });
  await w.until(reference, reissued);
  await w.queues.all.reissue.add("reissue", { reference, csr: await makeCsr({ cn: "other.example.com" }) });

  const audit = auditTrail({ ...w, clock: w.time });
  const asked = { who: { kind: "queue", id: "reissue" }, action: "certificate.reissue", subject: reference };
  await vi.waitFor(async () =>
    expect((await audit.list({ action: "certificate.reissue" })).items).toMatchObject([
      { ...asked, outcome: "refused" },
      { ...asked, outcome: "done" },
    ]),
  );
});

test("a reissue whose answer was lost is looked up and not asked for again", async () => {
  const w = await world();
  await w.work(["open", "reissue", "notify"]);
  const reference = await w.order({});
  await w.until(reference, issued);
  w.enom.fault("CertReissueCert", { kind: "lose-answer" });

  await request(w, reference, await makeCsr({ cn: "shop.example.com", key: "rsa2048" }));
  await w.until(reference, reissued);

  expect(w.enom.asked("CertReissueCert")).toHaveLength(1);
});

test("a reissue that eNom's API refuses leaves the certificate valid and is given to a person", async () => {
  const w = await world();
  await w.work(["open", "reissue", "notify"]);
  const reference = await w.order({});
  await w.until(reference, issued);
  w.enom.fault("CertReissueCert", {
    kind: "error",
    texts: ["Reissue is not offered"],
    codes: [{ number: "706397", string: "Policy error" }],
  });

  await request(w, reference);
  const certificate = await w.until(reference, ({ record }) => record.attention !== null);

  expect(certificate.record.attention).toMatchObject({
    code: "reissue-by-hand",
    who: "department",
    by: certificate.record.issue?.notAfter,
    message: expect.stringContaining("Reissue is not offered"),
  });
  expect(statusOf(certificate, new Date())).toBe("reissuing");
});

test.for([
  ["before it is issued", async (w: World) => w.until(await w.accept({}), () => true), "conflict"],
  [
    "behind the paid term",
    async (w: World) => {
      const certificate = await w.until(await w.order({}), issued);
      return {
        ...certificate,
        purchases: certificate.purchases.map((each) => ({ ...each, at: "2024-01-01T00:00:00Z" })),
      };
    },
    "conflict",
  ],
] as const)("a reissue %s is refused with a reason", async ([, make, kind]) => {
  const w = await world();
  await w.work(["open", "notify"]);

  const answer = await requestReissue(await make(w), { id: "x", who: "ops" }, new Date());

  expect(answer.kind).toBe(kind);
});
