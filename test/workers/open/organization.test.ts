// What eNom and the certificate authority are told of an organisation: the order's contact first, the CSR where it is silent.
import { expect, test, vi } from "vitest";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { orderNeeds } from "../../support/needs.ts";
import { contact, type OrderChanges } from "../../support/order.ts";
import { makeCsrOf } from "../../support/subject-csr.ts";
import { type World, world } from "../../support/world.ts";
import { drive, get } from "./runs.ts";

const { organization: _named, ...privatePerson } = contact;
const COMODO: OrderChanges = {
  product: "Certificate-Comodo-Essential",
  approver: { method: "email", email: "admin@example.com" },
};

/** What is sent for an order to configure and to submit its slot. */
async function sentFor(w: World, changes: OrderChanges, needs: OrderNeeds = orderNeeds(w)) {
  const enom = needs.accounts.find("main")?.enom;
  if (!enom) throw new Error("no account");
  const configure = vi.spyOn(enom, "configure");
  const submit = vi.spyOn(enom, "submit");
  const reference = await w.accept({ ...COMODO, ...changes });
  await drive(w, reference, ({ record }) => record.submittedAt !== null, needs);
  return {
    reference,
    admin: configure.mock.lastCall?.[0].contacts.admin,
    details: submit.mock.lastCall?.[0].csrDetails,
  };
}

test.for([
  ["left empty, as an old panel makes it", { O: "", L: "", ST: "", C: "NL" }],
  ["left to keytool, which answers Unknown", { O: "Unknown", L: "Unknown", ST: "Unknown", C: "NL" }],
  ["left to OpenSSL's defaults", { O: "Internet Widgits Pty Ltd", L: "Default City", ST: "Some-State", C: "AU" }],
  ["another organisation's", { O: "Somebody Else BV", L: "Ghent", ST: "East Flanders", C: "BE" }],
  ["not there at all", {}],
] as const)("a whole contact is what is sent, with a subject %s", async ([, subject]) => {
  const w = await world();
  const csr = await makeCsrOf({ CN: "shop.example.com", ...subject });

  const { admin, details } = await sentFor(w, { csr });

  expect(admin).toMatchObject({ organization: "Example Ltd", city: "Utrecht", country: "NL" });
  expect(details).toMatchObject({
    organization: "Example Ltd",
    locality: "Utrecht",
    stateProvince: "Utrecht",
    country: "NL",
    organizationUnit: "",
  });
});

test("where the contact is silent the CSR speaks, in ASCII, to configure and to submit alike", async () => {
  const w = await world();
  const csr = await makeCsrOf({ C: "DE", O: "Bäckerei Müller GmbH", OU: "Verkauf", CN: "shop.example.com" });

  const { admin, details } = await sentFor(w, { csr, contacts: { admin: { ...privatePerson, country: "DE" } } });

  expect(admin?.organization).toBe("Baeckerei Mueller GmbH");
  expect(details).toMatchObject({ organization: "Baeckerei Mueller GmbH", organizationUnit: "Verkauf" });
});

test("a private person orders under the own name, and no organisation is invented for the contact", async () => {
  const w = await world();

  const { admin, details } = await sentFor(w, { contacts: { admin: privatePerson } });

  expect(admin).not.toHaveProperty("organization");
  expect(details?.organization).toBe("Ada Example");
});

test("what an order of an earlier version has of nobody is not sent while the other side names somebody", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  const reference = await w.accept({
    ...COMODO,
    csr: await makeCsrOf({ O: "Acme BV", L: "Gouda", CN: "shop.example.com" }),
  });
  const kept = await get(w, reference);
  const terms = { ...kept.record.terms, contacts: { admin: { ...contact, organization: "Unknown", city: "n/a" } } };
  await w.certificates.save({ ...kept, record: { ...kept.record, terms } }, w.time.now());
  const enom = needs.accounts.find("main")?.enom;
  if (!enom) throw new Error("no account");
  const submit = vi.spyOn(enom, "submit");

  await drive(w, reference, ({ record }) => record.submittedAt !== null, needs);

  expect(submit.mock.lastCall?.[0]).toMatchObject({ csrDetails: { organization: "Acme BV", locality: "Gouda" } });
});
