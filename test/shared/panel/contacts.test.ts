// Contacts are taken as panels write them: what can be understood is normalised and told, what cannot is refused with a remedy.
import { expect, test } from "vitest";
import type { ContactGiven } from "../../../src/shared/panel/contact.ts";
import { readContacts } from "../../../src/shared/panel/contacts.ts";
import type { Subject } from "../../../src/shared/panel/organization.ts";
import { contact } from "../../support/order.ts";

const { organization: _named, ...privatePerson } = contact;

function read(admin: Partial<ContactGiven>, subject: Subject = {}, isOrganizationSent = false) {
  const given = Object.fromEntries(Object.entries({ ...contact, ...admin }).filter(([, value]) => value !== undefined));
  return readContacts({ admin: given as ContactGiven }, { subject, isOrganizationSent });
}

test("a contact in eNom's form stays as it is and nothing is told", () => {
  expect(read({})).toEqual({
    contacts: { admin: contact },
    originals: undefined,
    normalised: [],
    faults: [],
    lateFaults: [],
  });
});

test("names and addresses are written in ASCII, and people's own spelling is kept", () => {
  const result = read({ firstName: "Анна", lastName: "Müller", city: "München", country: "de", phone: "089 1234567" });

  expect(result.contacts.admin).toMatchObject({
    firstName: "Anna",
    lastName: "Mueller",
    city: "Muenchen",
    country: "DE",
    phone: "+49.891234567",
  });
  expect(result.originals).toEqual({
    "contacts/admin/firstName": "Анна",
    "contacts/admin/lastName": "Müller",
    "contacts/admin/city": "München",
  });
  expect(result.normalised).toEqual([
    { field: "contacts/admin/country", from: "de", to: "DE" },
    { field: "contacts/admin/firstName", from: "Анна", to: "Anna" },
    { field: "contacts/admin/lastName", from: "Müller", to: "Mueller" },
    { field: "contacts/admin/city", from: "München", to: "Muenchen" },
    { field: "contacts/admin/phone", from: "089 1234567", to: "+49.891234567" },
  ]);
  expect([...result.faults, ...result.lateFaults]).toEqual([]);
});

test.for([
  [
    "Hong Kong without both",
    { country: "HK", city: "Hong Kong", state: undefined, postalCode: undefined },
    "Hong Kong",
    "00000",
  ],
  [
    "Singapore without a state",
    { country: "SG", city: "Singapore", state: undefined, postalCode: "018956" },
    "Singapore",
    "018956",
  ],
  ["Monaco with a dash", { country: "MC", city: "Monaco", state: "-", postalCode: "98000" }, "Monaco", "98000"],
  ["the Netherlands without a state", { state: undefined }, "Utrecht", "3511AA"],
  [
    "Panama without a postal code",
    { country: "PA", city: "Colon", state: "Colon", postalCode: undefined },
    "Colon",
    "00000",
  ],
  ["the Emirates with N/A", { country: "AE", city: "Dubai", state: "Dubai", postalCode: "N/A" }, "Dubai", "00000"],
] as const)("%s is filled in, and told", ([, change, state, postalCode]) => {
  const { contacts, normalised, faults, lateFaults } = read(change);

  expect(contacts.admin).toMatchObject({ state, postalCode });
  expect([...faults, ...lateFaults]).toEqual([]);
  const told = normalised.map(({ field, to }) => [field.split("/").at(-1), to]);
  if (!("state" in change) || change.state !== state) expect(told).toContainEqual(["state", state]);
  if ("postalCode" in change && change.postalCode !== postalCode)
    expect(told).toContainEqual(["postalCode", postalCode]);
});

test.for([
  ["no postal code in Germany", { country: "DE", postalCode: undefined }, "postalCode", /missing/],
  ["no state in the United States", { country: "US", state: undefined }, "state", /missing/],
  ["a state of none in the United States", { country: "US", state: "None" }, "state", /names nothing/],
  ["a country that is none", { country: "ZZ" }, "country", /ISO 3166-1/],
  ["a country by its name", { country: "Holland" }, "country", /ISO 3166-1/],
  ["an unassigned country code", { phone: "+999.1234567" }, "phone", /ITU/],
  ["a fax of words", { fax: "none" }, "fax", /telephone number/],
  ["a name of pictures", { firstName: "😀" }, "firstName", /no letter/],
  ["bytes that were lost", { lastName: "M\ufffdller" }, "lastName", /UTF-8/],
  ["a city that is a default", { city: "Default City" }, "city", /names nothing/],
  ["an organisation that is a default", { organization: "Internet Widgits Pty Ltd" }, "organization", /names nothing/],
  ["a text that is too long in ASCII", { city: "北".repeat(31) }, "city", /at most 60 characters.*In ASCII it is/],
] as const)("%s is refused once, and the field is named", ([, change, field, message]) => {
  const { faults, lateFaults } = read(change);

  expect([...faults, ...lateFaults]).toEqual([
    { field: `contacts/admin/${field}`, message: expect.stringMatching(message) },
  ]);
});

test("without a city only the city is named where addresses have no state", () => {
  const { faults, lateFaults } = read({ city: undefined, state: undefined });

  expect([...faults, ...lateFaults].map(({ field }) => field)).toEqual(["contacts/admin/city"]);
});

test("only what can be kept as it came may be an order of an earlier version's", () => {
  const { faults, lateFaults } = read({ country: "ZZ", phone: "+999.1234567", city: "Z\ufffd" });

  expect(lateFaults.map(({ field }) => field)).toEqual(["contacts/admin/country", "contacts/admin/phone"]);
  expect(faults.map(({ field }) => field)).toEqual(["contacts/admin/city"]);
});

const keytool = { O: "Unknown", L: "Unknown", ST: "Unknown", C: "Unknown", CN: "shop.example.com" };

test("a CSR full of placeholders does not matter beside a whole contact", () => {
  expect(read({}, keytool, true)).toMatchObject({ normalised: [], faults: [], lateFaults: [] });
});

test("where the contact is silent, each placeholder of the CSR is a fault with its remedy", () => {
  const silent = { organization: undefined, city: undefined, state: undefined, country: undefined };
  const { faults, lateFaults } = read(silent, keytool, true);

  const all = [...faults, ...lateFaults];
  expect(all.map(({ field }) => field.split("/").at(-1)).sort()).toEqual(["city", "country", "organization", "state"]);
  for (const { message } of all) {
    expect(message).toMatch(
      /^It is missing, and the CSR's .* is "Unknown", which names nothing\. Send contacts\/admin\//,
    );
  }
});

test("where the contact is silent, what the CSR says is taken, in ASCII and in ISO's letters, and told", () => {
  const silent = {
    organization: undefined,
    city: undefined,
    state: undefined,
    country: undefined,
    phone: "089 1234567",
  };
  const subject = { O: "Bäckerei Müller GmbH", L: "Tübingen", ST: "Baden-Württemberg", C: "de" };
  const { contacts, normalised, faults, lateFaults } = read(silent, subject, true);

  expect([...faults, ...lateFaults]).toEqual([]);
  expect(contacts.admin).toMatchObject({
    city: "Tuebingen",
    state: "Baden-Wuerttemberg",
    country: "DE",
    phone: "+49.891234567",
  });
  expect(normalised).toContainEqual({ field: "contacts/admin/organization", from: null, to: "Baeckerei Mueller GmbH" });
  expect(normalised).toContainEqual({ field: "contacts/admin/city", from: null, to: "Tuebingen" });
});

test("an organisation's placeholder in the CSR of a private person matters only where it would be sent", () => {
  const { organization: _none, ...rest } = { ...privatePerson, organization: undefined };
  const widgits = { O: "Internet Widgits Pty Ltd" };

  expect(read({ ...rest, organization: undefined }, widgits, false)).toMatchObject({ faults: [], lateFaults: [] });
  expect(read({ ...rest, organization: undefined }, widgits, true).lateFaults).toEqual([
    { field: "contacts/admin/organization", message: expect.stringContaining("Internet Widgits") },
  ]);
});

test("the other contacts are read alike, but never from the CSR", () => {
  const { city: _city, ...nowhere } = contact;
  const subject = { L: "Utrecht" };
  const given = { admin: contact, tech: { ...contact, country: "uk" }, billing: nowhere };
  const { contacts, faults } = readContacts(given, { subject, isOrganizationSent: false });

  expect(contacts.tech?.country).toBe("GB");
  expect(faults).toEqual([{ field: "contacts/billing/city", message: "is missing." }]);
});
