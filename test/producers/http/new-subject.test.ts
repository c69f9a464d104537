// Another CSR for an order whose contact names no organisation: the CSR's would be sent, and is checked as at acceptance.
import { expect, test } from "vitest";
import { contact, orderBody } from "../../support/order.ts";
import { makeCsrOf } from "../../support/subject-csr.ts";
import { anIssue, world } from "./world.ts";

const { organization: _none, ...person } = contact;
const COMODO = "Certificate-Comodo-Essential";
const OV = "Certificate-GeoTrust-TrueBizID";
const csrOf = (subject: Record<string, string>) => makeCsrOf({ CN: "shop.example.com", ...subject });

/** An accepted order for the organisation of its CSR, unless the contact names one; as issued where a reissue is asked. */
async function ordered(product: string, { named, issued }: { named?: boolean; issued?: boolean } = {}) {
  const { call, work } = await world();
  const contacts = { admin: named ? contact : person };
  const csr = await csrOf({ O: "Alpha BV" });
  await call("POST", "/v1/certificates", await orderBody({ reference: "bill-1", product, csr, contacts }));
  if (issued) await work("bill-1", { issue: anIssue });
  const path = "/v1/certificates/bill-1";
  return issued
    ? (body: object) => call("POST", `${path}/reissues`, { reason: "new key", ...body })
    : (body: object) => call("PUT", `${path}/csr`, { reason: "typo", ...body });
}

test.for([
  ["a placeholder", COMODO, { O: "Unknown" }, /is "Unknown", which names nothing/],
  ["a prompt", COMODO, { O: "Organization Name (eg, company)" }, /names nothing/],
  ["letters that were lost", COMODO, { O: "M\ufffdller GmbH" }, /names nothing/],
  ["more than can be sent", COMODO, { O: "x".repeat(101) }, /longer than the 100 characters/],
  ["more than can be sent, in ASCII", COMODO, { O: "ß".repeat(51) }, /longer than the 100 characters/],
  ["no organisation, which OV needs", OV, {}, /GeoTrust TrueBusiness ID needs an organisation \(OV\)/],
  ["an empty one, which OV needs", OV, { O: "" }, /needs an organisation \(OV\)/],
] as const)(
  "a CSR with %s is refused where the contact is silent, in a correction and in a reissue",
  async ([, product, subject, reason]) => {
    const csr = await csrOf(subject);
    for (const issued of [false, true]) {
      const answer = await (await ordered(product, { issued }))({ csr });
      expect([answer.status, answer.body.errors?.[0]]).toEqual([
        422,
        { field: "csr", message: expect.stringMatching(reason) },
      ]);
      expect(answer.body.detail).toContain("PATCH with contacts");
    }
  },
);

test.for([
  ["the contact names one", COMODO, { O: "Unknown" }, true],
  ["the product names none to the CA", "Certificate-RapidSSL-RapidSSL", { O: "Unknown" }, false],
  ["a private person orders", COMODO, {}, false],
  ["it is a real one", OV, { O: "Bäckerei Müller GmbH" }, false],
] as const)("the CSR's organisation is no obstacle where %s", async ([, product, subject, named]) => {
  const csr = await csrOf(subject);
  for (const issued of [false, true]) {
    const answer = await (await ordered(product, { named, issued }))({ csr });
    expect([answer.status, answer.body.errors]).toEqual([202, undefined]);
  }
});

test("contacts are held against the CSR that a worker is about to take", async () => {
  const { call } = await world();
  const order = await orderBody({ reference: "bill-1", product: COMODO, csr: await csrOf({ O: "Alpha BV" }) });
  await call("POST", "/v1/certificates", order);
  const csr = await csrOf({ O: "n/a" });
  const corrected = await call("PUT", "/v1/certificates/bill-1/csr", { csr, reason: "new key" });

  const silent = await call("PATCH", "/v1/certificates/bill-1", { contacts: { admin: person } });

  expect([corrected.status, silent.status]).toEqual([202, 422]);
  expect(silent.body.errors[0].field).toBe("contacts/admin/organization");
});

test("an order's organisation that only the CSR has is refused when it is longer than can be sent", async () => {
  const { call } = await world();
  const csr = await csrOf({ O: "x".repeat(101), L: "y".repeat(61) });
  const { city: _city, ...placeless } = person;
  const order = await orderBody({ product: COMODO, csr, contacts: { admin: placeless } });

  const answer = await call("POST", "/v1/certificates?dryRun=true", order);

  expect(answer.body.errors).toEqual([
    { field: "contacts/admin/city", message: expect.stringContaining("It is the CSR's locality (L)") },
    { field: "contacts/admin/organization", message: expect.stringContaining("longer than the 100 characters") },
  ]);
});
