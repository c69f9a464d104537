// A certificate that nobody could use is not delivered: no mail, another look after growing pauses, then a person is told.
import { X509Certificate } from "node:crypto";
import { expect, onTestFinished, test } from "vitest";
import type { Certificate } from "../../../src/shared/certificate/certificate.ts";
import { requestReissue } from "../../../src/shared/certificate/changes/reissue-request.ts";
import type { CertDetail } from "../../../src/workers/enom/commands/commands.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { reissueCertificate } from "../../../src/workers/reissue/reissue.ts";
import { orderNeeds } from "../../support/needs.ts";
import { issued, type World, world } from "../../support/world.ts";
import { drive, get, withCode } from "../open/runs.ts";

type Bend = (detail: CertDetail) => Partial<CertDetail>;

/** An eNom that shows certificates as `bend` says; `mend` makes it honest again. */
function bent(w: World, bend: Bend): { needs: OrderNeeds; mend: () => void } {
  const needs = orderNeeds(w);
  const account = needs.accounts.find("main");
  if (!account) throw new Error("no account");
  const { detail } = account.enom;
  const honest = (): void => {
    account.enom.detail = detail;
  };
  account.enom.detail = async (certId) => {
    const shown = await detail(certId);
    return shown.certificatePem ? { ...shown, ...bend(shown) } : shown;
  };
  onTestFinished(honest);
  return { needs, mend: honest };
}

const noChain: Bend = () => ({ intermediatesPem: [] });
const undelivered = ({ record }: Certificate): boolean => (record.undelivered?.looks ?? 0) > 0;

/** Every mail that was asked for and says that a certificate can be installed. */
async function readyMails(w: World): Promise<string[]> {
  const jobs = await w.queues.all.notify.getJobs();
  return jobs.map(({ data }) => data.template).filter((name) => /^certificate-(issued|reissued)$/.test(name ?? ""));
}

test("a leaf without its chain is not delivered: looked at again after growing pauses, told, and delivered by itself when it is whole", async () => {
  const w = await world();
  const { needs, mend } = bent(w, noChain);
  const reference = await w.accept({});
  await drive(w, reference, undelivered, needs);

  const pauses: number[] = [];
  while (!(await get(w, reference)).record.attention) {
    const outcome = await advanceOrder(reference, needs);
    if (outcome !== "done") pauses.push(outcome.waitSeconds);
  }
  const { record } = await get(w, reference, withCode("chain-incomplete"));
  expect(pauses.slice(0, 4)).toEqual([0.1 * 1.5, 0.1 * 1.5 ** 2, 0.1 * 1.5 ** 3, 0.1 * 1.5 ** 4]);
  expect(record.issue).toBeNull();
  expect(record.attention).toMatchObject({
    message: expect.stringContaining('"Certfleet Sandbox Issuing CA" was not sent'),
    next: expect.stringContaining("intermediates in certfleet.yaml"),
  });
  expect(record.timeline.map(({ event }) => event)).not.toContain("certificate.issued");
  expect(await readyMails(w)).toEqual([]);

  mend();
  const whole = await drive(w, reference, issued, needs);
  expect(whole.record).toMatchObject({ attention: null, undelivered: null });
  expect(whole.record.issue?.warnings).toBeUndefined();
  expect(whole.record.issue?.pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  expect(await readyMails(w)).toEqual(["certificate-issued"]);
  expect(w.enom.books.purchases()).toHaveLength(1);
});

test("a chain that comes in parts is waited for, and nobody is disturbed", async () => {
  const w = await world();
  const { needs, mend } = bent(w, () => ({ certificatePem: null, intermediatesPem: [] }));
  const reference = await w.accept({});
  await drive(w, reference, ({ record }) => (record.undelivered?.looks ?? 0) >= 3, needs);

  mend();
  const { record } = await drive(w, reference, issued, needs);

  expect(record.timeline.map(({ event }) => event)).not.toContain("attention.raised");
});

test("what the operator adds to certfleet.yaml completes the chain, and the order goes on by itself", async () => {
  const w = await world();
  const { needs } = bent(w, noChain);
  const reference = await w.accept({});
  await drive(w, reference, withCode("chain-incomplete"), needs);
  const before = needs.trust?.() ?? { roots: [], intermediates: [] };
  const added = [w.enom.ca.intermediatePem];

  const { certificatesFrom } = await import("../../../src/shared/delivery/x509.ts");
  const trust = () => ({ ...before, intermediates: certificatesFrom(added) });
  const { record } = await drive(w, reference, issued, { ...needs, trust });

  expect(record.issue?.pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
});

test("a leaf that ended is no delivery: nobody is told to install it, and a person is asked", async () => {
  const w = await world();
  const { csr, domain } = (await get(w, await w.accept({ reference: "bill-0" }))).order;
  const old = await w.enom.ca.issue(csr, { notBefore: new Date("2025-08-13T00:00:00Z"), days: 200 });
  const { needs, mend } = bent(w, () => ({ certificatePem: old }));
  const reference = await w.accept({ csr });

  const { record } = await drive(w, reference, withCode("certificate-mismatch"), needs);

  expect(record.attention?.message).toMatch(/ended at 2026-02-28T23:59:59Z\.$/);
  expect(record).toMatchObject({ issue: null, toldSerial: null });
  expect(await readyMails(w)).toEqual([]);
  mend();
  expect(domain).toBe("shop.example.com");
});

test("the leaf is found among the others in one element, the chain before it", async () => {
  const w = await world();
  const { needs } = bent(w, ({ certificatePem, intermediatesPem }) => ({
    certificatePem: intermediatesPem[0] ?? null,
    intermediatesPem: [w.enom.ca.rootPem, certificatePem ?? ""],
  }));

  const { record } = await drive(w, await w.accept({}), issued, needs);

  const [leaf] = record.issue?.pem.match(/-----BEGIN[^-]+-----[^-]+-----END[^-]+-----/g) ?? [];
  expect(new X509Certificate(leaf ?? "").subject).toBe("CN=shop.example.com");
  expect(record.issue?.pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
});

test("a reissue goes the same way: without its chain the old certificate stays, and the new one comes when it is whole", async () => {
  const w = await world();
  w.enom.settings.timings.reissueMs = 0;
  const reference = await w.accept({});
  const first = await drive(w, reference, issued);
  const answer = await requestReissue(first, { id: "test", who: "ops" }, new Date());
  if (answer.kind !== "requested") throw new Error(answer.kind);
  await w.certificates.save(answer.certificate, new Date());
  const { needs, mend } = bent(w, noChain);
  const look = () => reissueCertificate({ v: 1, reference }, "1", needs);

  for (let looks = 0; looks < 60 && !(await get(w, reference)).record.attention; looks++) await look();
  const held = await get(w, reference, withCode("chain-incomplete"));
  expect(held.record.issue).toEqual(first.record.issue);
  expect(await readyMails(w)).toEqual(["certificate-issued"]);

  mend();
  await look();
  const { record } = await drive(w, reference, issued);
  expect(record).toMatchObject({ reissue: null, reissues: 1, attention: null, undelivered: null });
  expect(record.issue?.serialNumber).not.toBe(first.record.issue?.serialNumber);
  expect(w.enom.asked("CertReissueCert")).toHaveLength(1);
  expect(w.enom.books.purchases()).toHaveLength(1);
});
