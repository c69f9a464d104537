// A certificate that eNom's API never shows is handed in: checked as one of eNom's, and then the order goes on as if it had.
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { requestReissue } from "../../../src/shared/certificate/changes/reissue-request.ts";
import { requestTakeIn } from "../../../src/shared/certificate/changes/take-in.ts";
import { reissueCertificate } from "../../../src/workers/reissue/reissue.ts";
import { runHere } from "../../producers/cli/in-process.ts";
import { makeCsr } from "../../support/csr.ts";
import { orderNeeds } from "../../support/needs.ts";
import { quickAccount } from "../../support/quick-account.ts";
import { quickFolder } from "../../support/quick-folder.ts";
import { issued, type World, world } from "../../support/world.ts";
import { drive, get } from "./runs.ts";

function folder(): string {
  const path = mkdtempSync(join(quickFolder(), "certfleet-take-in-"));
  onTestFinished(() => rmSync(path, { recursive: true }));
  return path;
}

/** What the CA's portal gives for this CSR: the chain first, as some portals do. */
async function fromPortal(w: World, csr: string, { notBefore = new Date() } = {}): Promise<string> {
  return `${w.enom.ca.intermediatePem}\n${await w.enom.ca.issue(csr, { notBefore, days: 90 })}`;
}

test("a certificate from the portal is taken in once, with mail and timeline; another key's, a private key and an ended one change nothing", async () => {
  const w = await world();
  Object.assign(w.enom.settings.timings, { processingMs: 1e9, issueMs: 1e9 });
  await w.work(["open", "notify"]);
  const reference = await w.order({});
  const { order } = await w.until(reference, ({ record }) => record.submittedAt !== null && record.instructed);
  const file = join(folder(), "new.pem");
  const handIn = async (pem: string) => {
    writeFileSync(file, pem);
    return runHere(["certificate", "take-in", reference, "--pem", file], w.env);
  };

  const foreign = await handIn(await fromPortal(w, await makeCsr({ cn: "shop.example.com", key: "rsa2048" })));
  const ended = await handIn(await fromPortal(w, order.csr, { notBefore: new Date("2025-01-01") }));
  const secret = await handIn("-----BEGIN PRIVATE KEY-----\nMII=\n-----END PRIVATE KEY-----\n");
  const before = await get(w, reference);
  const good = await fromPortal(w, order.csr);
  const first = await handIn(good);
  const after = await w.until(reference, issued);
  const again = await handIn(good);

  expect([foreign, ended, secret].map(({ code }) => code)).toEqual([2, 2, 2]);
  expect(foreign.stderr).toMatch(/pem: Certificate \w+ carries another public key than the order's CSR\. Fetch/);
  expect(ended.stderr).toMatch(/pem: Certificate \w+ ended at/);
  expect(secret.stderr).toContain("pem: The file holds a private key");
  expect({ issue: before.record.issue, wish: before.record.wish }).toEqual({ issue: null, wish: null });
  expect(first).toMatchObject({ code: 0 });
  expect(again.stderr).toContain("has this certificate already");
  expect(after.record.issue?.pem.match(/BEGIN CERTIFICATE/g)).toHaveLength(2);
  expect(after.record.timeline.map(({ event }) => event)).toEqual(
    expect.arrayContaining(["request.made", "certificate.issued", "certificate.taken-in"]),
  );
  await w.mail.waitFor((mail) => `${mail.text}`.includes(after.record.issue?.serialNumber ?? "?"), 15_000);
  expect(w.enom.books.purchases()).toHaveLength(1);
});

test("what the portal reissues and eNom does not show is waited for without asking eNom, and ends when it is handed in", async () => {
  const w = await world();
  const reference = await w.accept({});
  const old = await drive(w, reference, issued);
  w.env.CERTFLEET_CONFIG = quickAccount(folder(), w.enom.url, w.enom.ca.rootPem, "ops@example.com", {
    portalReissues: "handed-in",
  });
  const needs = orderNeeds(w, { productFor: () => ({ reissue: "portal", terms: [1] }) });
  const csr = await makeCsr({ cn: "shop.example.com" });
  const asked = await requestReissue(old, { csr, id: "test", who: "ops" }, w.time.now());
  if (asked.kind !== "requested") throw new Error(JSON.stringify(asked));
  await w.certificates.save(asked.certificate, w.time.now());
  const questions = w.enom.asked("CertGetCertDetail").length;
  await reissueCertificate({ v: 1, reference }, "1", needs);

  const waiting = await get(w, reference);
  const wrong = await requestTakeIn(waiting, { pem: old.record.issue?.pem ?? "", who: "ops" }, w.time.now());
  const answer = await requestTakeIn(waiting, { pem: await fromPortal(w, csr), who: "ops" }, w.time.now());
  if (answer.kind !== "requested") throw new Error(JSON.stringify(answer));
  await w.certificates.save(answer.certificate, w.time.now());
  const after = await drive(w, reference, issued, needs);

  expect(waiting.record.attention).toMatchObject({ code: "reissue-by-hand" });
  expect(waiting.record.attention?.message).toContain(`certfleet certificate take-in ${reference} --pem FILE`);
  expect(wrong.kind).toBe("same");
  expect(w.enom.asked("CertGetCertDetail")).toHaveLength(questions);
  expect(after.record).toMatchObject({ reissue: null, reissues: 1, attention: null, issuedCsr: csr });
  expect(after.record.issue?.serialNumber).not.toBe(old.record.issue?.serialNumber);
  const [mail] = (await w.queues.all.notify.getJobs()).filter(({ data }) => data.template === "assisted-reissue");
  expect(mail?.data).toMatchObject({ values: { handIn: true, lane: "portal" } });
});
