// `certificate validation-method`: what was agreed with a domain's owner is written down before it is needed.
import { expect, test } from "vitest";
import {
  agreeOnValidation,
  openCertificate,
  resolveCertificate,
} from "../../../../src/producers/cli/certificate/write.ts";
import { raiseFor } from "../../../../src/shared/certificate/certificate.ts";
import type { OrderChanges } from "../../../support/order.ts";
import { orderBody } from "../../../support/order.ts";
import { certfleet, inFleet, ownContext } from "../support.ts";

const WILDCARD = { product: "Certificate-RapidSSL-RapidSSL-Wildcard", cn: "*.example.com" };
type Place = ReturnType<typeof ownContext>;

/** An order of a fleet without workers. */
async function ordered(changes: OrderChanges = {}): Promise<{ context: Place; reference: string }> {
  const context = ownContext();
  const body = await orderBody(changes);
  const opened = await inFleet(context, (fleet) => openCertificate(JSON.stringify(body), fleet));
  expect(opened.ending).toBe("done");
  return { context, reference: body.reference };
}

const kept = ({ context, reference }: { context: Place; reference: string }) =>
  inFleet(context, ({ certificates }) => certificates.find(reference));

const verb = (context: Place, ...words: string[]) =>
  certfleet(["certificate", "validation-method", ...words], { env: context.env });

test("dns is agreed on by the program: it says so, shows it, and keeps who agreed", async () => {
  const { context, reference } = await ordered();

  const { code, stdout, stderr } = await verb(context, reference, "--method", "dns");

  expect([code, stderr.trim()]).toEqual([0, `The next validation of ${reference} is by dns.`]);
  expect(stdout).toMatch(/Agreed +dns at the next validation/);
  expect(stdout).toMatch(/validation\.agreed +dns, by ada \(command line\)/);
  expect((await kept({ context, reference }))?.record.agreedMethod).toEqual({ method: "dns" });
});

test("an order that waited for a method continues at once; the last agreement counts", async () => {
  const { context, reference } = await ordered();
  const agree = (method: "dns" | "file" | "email", email?: string) =>
    inFleet(context, (fleet) => agreeOnValidation(reference, { method, email }, fleet));
  await inFleet(context, async ({ certificates, clock }) => {
    const found = await certificates.find(reference);
    if (!found) throw new Error("no order");
    const attention = raiseFor(found, "validation-needed", "…", clock.now());
    await certificates.save({ ...found, record: { ...found.record, attention } }, clock.now());
  });

  await agree("file");
  const { json } = await agree("email", "HostMaster@Example.com");

  expect(json).toMatchObject({
    attention: null,
    validation: { agreed: { method: "email", email: "hostmaster@example.com" } },
  });
});

test.for([
  ["email without an address", ["--method", "email"], {}, "--method email needs --email <address>."],
  ["an address without email", ["--method", "dns", "--email", "admin@example.com"], {}, "dns needs no address"],
  ["no address at all", ["--method", "email", "--email", "nobody"], {}, "must be one plain e-mail address"],
  ["no method", [], {}, "--method"],
  ["a method that nobody has", ["--method", "phone"], {}, "dns, file, email"],
  ["what the product does not offer", ["--method", "file"], WILDCARD, "validation by email, not by file"],
  ["a mailbox elsewhere", ["--method", "email", "--email", "someone@gmail.com"], {}, "can never approve"],
  ["another local part", ["--method", "email", "--email", "info@example.com"], {}, "admin@shop.example.com"],
  ["a name below", ["--method", "email", "--email", "admin@pay.shop.example.com"], {}, "can never approve"],
  ["a wildcard's star", ["--method", "email", "--email", "admin@www.example.com"], WILDCARD, "admin@example.com"],
] as const)("%s is refused with the reason, and nothing is kept", async ([, words, changes, reason]) => {
  const there = await ordered(changes);

  const { code, stdout, stderr } = await verb(there.context, there.reference, ...words);

  expect([code, stdout]).toEqual([2, ""]);
  expect(stderr).toContain(reason);
  expect((await kept(there))?.record.agreedMethod).toBeNull();
});

test("an unknown order is not found, and a cancelled one is not validated any more", async () => {
  const { context, reference } = await ordered();
  await inFleet(context, async (fleet) => {
    await resolveCertificate(reference, { decision: "cancel", reason: "gone" }, fleet);
    const found = await fleet.certificates.find(reference);
    if (found) await fleet.certificates.save({ ...found, state: "CANCELLED" }, fleet.clock.now());
  });

  const [nobody, asJson] = await Promise.all([
    verb(context, "nobody", "--method", "dns"),
    verb(context, "nobody", "--method", "dns", "--json"),
  ]);

  expect(nobody).toMatchObject({ code: 3, stderr: "There is no certificate nobody.\n" });
  expect(JSON.parse(asJson.stdout)).toMatchObject({ error: "not-found" });
});
