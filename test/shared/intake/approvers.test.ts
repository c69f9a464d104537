// Who can ever approve: five addresses at the name or its parents; anybody else is refused before the purchase, with the list.
import { expect, test } from "vitest";
import { approverList } from "../../../src/shared/intake/approver-list.ts";
import { approverFaults, possibleApprovers } from "../../../src/shared/intake/approvers.ts";
import { defaultRules, intakeRules } from "../../../src/shared/intake/rules.ts";

const AT = new Date("2026-11-22T12:00:00Z");

test.for([
  ["somebody's own address", "someone@gmail.com", "shop.example.com"],
  ["a usual address that is none of the five", "info@example.com", "shop.example.com"],
  ["the customer's name at the right domain", "ada@example.com", "shop.example.com"],
  ["the right mailbox of another domain", "admin@example.net", "shop.example.com"],
  ["a mailbox at a public suffix", "admin@co.uk", "shop.example.co.uk"],
  ["a mailbox at a sister name", "admin@www.example.com", "shop.example.com"],
  ["a mailbox below the name", "admin@shop.example.com", "example.com"],
  ["a name that only ends alike", "admin@notexample.com", "shop.example.com"],
  ["a mailbox with a tag", "admin+ssl@example.com", "shop.example.com"],
] as const)("%s is refused with the addresses that can be offered", ([, email, domain]) => {
  const [fault, ...others] = approverFaults(email, domain, defaultRules);

  expect(others).toEqual([]);
  expect(fault?.field).toBe("approver/email");
  for (const { email: possible } of possibleApprovers(domain, defaultRules)) expect(fault?.message).toContain(possible);
});

test.for([
  ["admin@example.com", "shop.example.com"],
  ["Admin@Example.COM", "*.shop.example.com"],
  ["postmaster@shop.example.com", "shop.example.com"],
  ["webmaster@example.co.uk", "a.b.example.co.uk"],
  ["hostmaster@b.example.co.uk", "a.b.example.co.uk"],
  ["administrator@github.io", "project.github.io"],
])("%s can approve %s", ([email = "", domain = ""]) => {
  expect(approverFaults(email, domain, defaultRules)).toEqual([]);
});

test("the list begins with the registrable domain, then goes down to the name", () => {
  const list = approverList(" *.Shop.Example.co.uk", undefined, { rules: defaultRules, at: AT });

  expect(list).toMatchObject({
    domain: "*.shop.example.co.uk",
    registrableDomain: "example.co.uk",
    methods: ["email", "dns", "file"],
  });
  if ("faults" in list) throw new Error("the list of the test is wrong");
  expect(list.approvers.map(({ email, sure }) => `${email} ${sure}`)).toEqual([
    ...["admin", "administrator", "webmaster", "hostmaster", "postmaster"].map(
      (local) => `${local}@example.co.uk true`,
    ),
    ...["admin", "administrator", "webmaster", "hostmaster", "postmaster"].map(
      (local) => `${local}@shop.example.co.uk false`,
    ),
  ]);
});

test("with the end of e-mail validation the list has nobody any more, and the other methods stay", () => {
  const product = { methods: ["email", "dns"] as const };
  const list = approverList("shop.example.com", product, { rules: defaultRules, at: new Date("2028-03-15T00:00:00Z") });

  expect(list).toMatchObject({ methods: ["dns"], approvers: [] });
});

test.for(["co.uk", "mail.server.local", "localhost", "192.0.2.1", "shop.example.com.", "bücher.example.com"])(
  "nobody is listed for %s",
  (domain) => {
    const list = approverList(domain, undefined, { rules: defaultRules, at: AT });

    expect(list).toMatchObject({ faults: [{ field: "domain" }] });
  },
);

test("an operator can change who may approve", () => {
  const rules = intakeRules({ intake: { approvers: ["ssl", "admin"] } });

  expect(approverFaults("ssl@example.com", "shop.example.com", rules)).toEqual([]);
  expect(approverFaults("postmaster@example.com", "shop.example.com", rules)).toMatchObject([
    { message: expect.stringContaining("ssl@ or admin@ example.com") },
  ]);
});
