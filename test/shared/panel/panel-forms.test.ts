// What panels leave blank is absent, numbers may stand in quotes, and whatever changes is told.
import fc from "fast-check";
import { expect, test } from "vitest";
import { readForms } from "../../../src/shared/panel/panel-forms.ts";

test("blank text, null and parts that hold nothing else are absent, at every depth", () => {
  const admin = { firstName: "Ada", organization: "", fax: null, address2: "  " };
  const tech = { firstName: "", lastName: null };
  const body = {
    contacts: { admin, tech, billing: {} },
    policy: { mode: "", beforeDays: null },
    customer: { name: "" },
  };

  expect(readForms({ ...body, brand: "", account: null })).toEqual({
    body: { contacts: { admin: { firstName: "Ada" } }, customer: {} },
    normalised: [],
  });
});

test("numbers in quotes, capitals and locales are read, and told", () => {
  const given = { years: "1", policy: { mode: "AUTO", beforeDays: " 20" }, approver: { method: "DNS" } };

  expect(readForms({ ...given, customer: { language: "pt_br" } })).toEqual({
    body: {
      years: 1,
      policy: { mode: "auto", beforeDays: 20 },
      approver: { method: "dns" },
      customer: { language: "pt-BR" },
    },
    normalised: [
      { field: "years", from: "1", to: 1 },
      { field: "policy/beforeDays", from: " 20", to: 20 },
      { field: "policy/mode", from: "AUTO", to: "auto" },
      { field: "approver/method", from: "DNS", to: "dns" },
      { field: "customer/language", from: "pt_br", to: "pt-BR" },
    ],
  });
});

test("a remainder is read like a policy, and a part of it that is blank is absent", () => {
  const read = (remainder: unknown) => readForms({ remainder }).body;

  expect(["BUY", { giveUpDays: " 60" }, { giveUpDays: "" }, {}, ""].map(read)).toEqual([
    { remainder: "buy" },
    { remainder: { giveUpDays: 60 } },
    {},
    {},
    {},
  ]);
  expect(readForms({ remainder: { giveUpDays: "60" } }).normalised).toEqual([
    { field: "remainder/giveUpDays", from: "60", to: 60 },
  ]);
});

test("what is blank in a list is none of it", () => {
  expect(readForms({ acknowledge: [""] }).body).toEqual({ acknowledge: [] });
  expect(readForms({ acknowledge: [null, "email-validation-ends", " "] }).body).toEqual({
    acknowledge: ["email-validation-ends"],
  });
});

test.for([
  ["product", " Certificate-RapidSSL-RapidSSL\n", "Certificate-RapidSSL-RapidSSL"],
  ["account", "main ", "main"],
  ["dataCenter", "\tfra1", "fra1"],
] as const)("blanks around the name in %s are none of it, and told", ([field, from, to]) => {
  expect(readForms({ [field]: from })).toEqual({ body: { [field]: to }, normalised: [{ field, from, to }] });
});

test.for([
  ["pt_BR.UTF-8", "pt-BR"],
  ["de_DE@euro", "de-DE"],
  ["en.utf8", "en"],
] as const)("the locale %s is the language %s", ([from, to]) => {
  expect(readForms({ customer: { language: from } }).body).toEqual({ customer: { language: to } });
});

test("white space around an address is none of it, as around every other text", () => {
  expect(readForms({ customer: { email: " a@example.net\n" }, approver: { email: "b@example.net" } }).body).toEqual({
    customer: { email: "a@example.net" },
    approver: { email: "b@example.net" },
  });
});

test.for([["1.5"], ["one"], ["-1"], ["0x1"], ["1e1"]])(
  "%s is no number of ours and stays for the schema",
  ([years]) => {
    expect(readForms({ years })).toEqual({ body: { years }, normalised: [] });
  },
);

test("null stays where it says something", () => {
  expect(readForms({ brand: null, policy: null }, ["brand"]).body).toEqual({ brand: null });
});

test("no body makes it throw or changes what was given, however deep", () => {
  const deep = JSON.parse(`${'{"a":'.repeat(9_000)}1${"}".repeat(9_000)}`);
  expect(readForms(deep).body).toBeDefined();
  fc.assert(
    fc.property(fc.anything(), (body) => {
      const before = structuredCloneOrNothing(body);
      const once = readForms(body).body;
      expect(readForms(once).body).toEqual(once);
      if (before !== undefined) expect(body).toEqual(before);
    }),
    { numRuns: 300 },
  );
});

function structuredCloneOrNothing(value: unknown): unknown {
  try {
    return structuredClone(value);
  } catch {
    return undefined;
  }
}
