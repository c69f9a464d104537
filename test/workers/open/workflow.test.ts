// The road from an order to an issued certificate and its mails, over both product families and all ways of validation.
import { execFile } from "node:child_process";
import { X509Certificate } from "node:crypto";
import { mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { promisify } from "node:util";
import { expect, onTestFinished, test } from "vitest";
import { project } from "../../../src/shared/certificate/projection.ts";
import { defaultPolicy } from "../../support/policy.ts";
import { issued, world } from "../../support/world.ts";

test("a RapidSSL order ends as an issued certificate for the CSR's key, bought once, and its mail is sent", async () => {
  const { enom, mail, work, order, until } = await world();
  await work(["open", "notify"]);

  const reference = await order({ cn: "shop.example.com" });
  const certificate = await until(reference, issued);

  expect(enom.books.purchases()).toHaveLength(1);
  const letter = await mail.waitFor((each) => `${each.subject}`.includes("ready to install"), 10_000);
  expect(letter.envelope.to).toEqual(["client@example.net"]);
  const leaf = new X509Certificate(certificate.record.issue?.pem ?? "");
  expect(leaf.checkHost("shop.example.com")).toBe("shop.example.com");
  expect(project(certificate, new Date(), defaultPolicy)).toMatchObject({
    status: "issued",
    certId: enom.books.purchases()[0]?.certId,
    paidUntil: null,
    attention: null,
    policy: { mode: "auto", beforeDays: 10, effectiveBeforeDays: 10, source: "default" },
  });
});

test("the commands at eNom come in the documented order and each effect is asked for once", async () => {
  const { enom, work, order, until } = await world();
  await work(["open", "notify"]);

  await until(await order({}), issued);

  const effects = enom.asked().filter(({ command }) => !/^(CERTGET|GET)/i.test(command));
  expect(effects.map(({ command }) => command.toLowerCase())).toEqual([
    "purchaseservices",
    "certconfigurecert",
    "certpurchasecert",
  ]);
  expect(enom.books.faults).toEqual([]);
});

test("a Comodo order goes by way of the owner's approval", async () => {
  const { enom, work, order, until } = await world();
  await work(["open", "notify"]);

  const reference = await order({ product: "certificate-comodo-essential", cn: "www.example.org" });
  const certificate = await until(reference, issued);

  expect(certificate.order.product).toBe("Certificate-Comodo-Essential");
  expect(enom.asked("CertPurchaseCert")[0]?.parameters.csrlocality).toBe("Utrecht");
});

test.for(["dns", "file"] as const)(
  "with validation by %s the record or file is in the certificate and in the mail",
  async (method) => {
    const { mail, work, order, until } = await world({ owner: "silent" });
    await work(["open", "notify"]);

    const reference = await order({ approver: { method } });
    const { record } = await until(
      reference,
      ({ record: each }) => each.instructed && each.validation[method] !== null,
    );

    const letter = await mail.waitFor(
      (each) => `${each.text}`.includes(record.validation.dns?.value ?? record.validation.file?.content ?? "?"),
      10_000,
    );
    expect(letter.envelope.to).toEqual(["client@example.net"]);
  },
);

test("five years are bought at once where the product is sold for five, and paid until is five years after the purchase", async () => {
  const { enom, work, order, until } = await world();
  await work(["open", "notify"]);

  const reference = await order({ product: "Certificate-GeoTrust-QuickSSL-Premium", years: 5 });
  const certificate = await until(reference, issued);

  expect(enom.books.purchases()).toMatchObject([{ years: 5 }]);
  const { paidUntil, expirationDate } = project(certificate, new Date(), defaultPolicy);
  expect(Number(paidUntil?.slice(0, 4))).toBe(new Date(certificate.purchases[0]?.at ?? "").getUTCFullYear() + 5);
  expect(expirationDate && paidUntil && expirationDate < paidUntil).toBe(true);
});

test("two years of a product that is sold by the year buy one year at once", async () => {
  const { enom, work, order, until } = await world();
  await work(["open", "notify"]);

  await until(await order({ product: "Certificate-Comodo-Essential", years: 2 }), issued);

  expect(enom.books.purchases()).toMatchObject([{ years: 1 }]);
});

test.for([
  { cn: "shop.example.com", key: "rsa2048", product: "Certificate-RapidSSL-RapidSSL" },
  { cn: "*.example.com", key: "p256", product: "Certificate-RapidSSL-RapidSSL-Wildcard" },
] as const)("OpenSSL verifies the chain of $product for $cn ($key)", async ({ cn, key, product }) => {
  const { enom, work, order, until } = await world();
  await work(["open", "notify"]);

  const { record } = await until(await order({ cn, key, product }), issued);

  const folder = await mkdtemp(join(tmpdir(), "certfleet-verify-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const [root, chain] = [join(folder, "root.pem"), join(folder, "chain.pem")];
  await writeFile(root, enom.ca.rootPem);
  await writeFile(chain, record.issue?.pem ?? "");
  const { stdout } = await promisify(execFile)("openssl", ["verify", "-CAfile", root, "-untrusted", chain, chain]);
  expect(stdout).toContain("OK");
});
