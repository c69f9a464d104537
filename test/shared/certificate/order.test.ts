// An order from outside is taken whole or refused with every fault named.
import fc from "fast-check";
import { expect, test } from "vitest";
import { orderDigest, parseOrder } from "../../../src/shared/certificate/order.ts";
import { builtInProducts } from "../../../src/shared/certificate/products.ts";
import { contact, orderBody } from "../../support/order.ts";

const TODAY = new Date("2026-11-22T12:00:00Z");

const faultsOf = async (body: unknown): Promise<string[]> => {
  const parsed = await parseOrder(body, TODAY);
  return "faults" in parsed ? parsed.faults.map(({ field }) => field) : [];
};

test("an order as documented is taken, with defaults applied", async () => {
  const parsed = await parseOrder(
    await orderBody({ reference: "bill-1001", product: "certificate-rapidssl-rapidssl" }),
    TODAY,
  );

  expect(parsed).toMatchObject({
    order: { reference: "bill-1001", years: 1, product: "Certificate-RapidSSL-RapidSSL", domain: "shop.example.com" },
  });
});

test.for([
  ["an unknown product", { product: "Certificate-Nobody-Sells" }, "product"],
  ["a multi-domain product", { product: "certificate-comodo-ucc-dv" }, "product"],
  ["six years", { years: 6 }, "years"],
  ["half a year", { years: 0.5 }, "years"],
  ["a reference with a blank", { reference: "a b" }, "reference"],
  ["a reference of two dots", { reference: ".." }, "reference"],
  ["a reference that is too long", { reference: "x".repeat(65) }, "reference"],
  [
    "DNS validation of a Comodo product",
    { product: "Certificate-Comodo-Essential", approver: { method: "dns" } },
    "approver/method",
  ],
  ["a method that does not exist", { approver: { method: "phone" } }, "approver/method"],
  ["an approver without address", { approver: { method: "email" } }, "approver/email"],
  ["a wildcard product for one host", { product: "Certificate-RapidSSL-RapidSSL-Wildcard" }, "csr"],
  ["names beyond the product's", { names: ["shop.example.com", "other.example.org"] }, "csr"],
  ["a contact without a letter", { contacts: { admin: { ...contact, city: "😀" } } }, "contacts/admin/city"],
  ["a telephone number of words", { contacts: { admin: { ...contact, phone: "call me" } } }, "contacts/admin/phone"],
  [
    "a line break in the customer's address",
    { customer: { email: "a@example.net\r\nBcc: b@example.net" } },
    "customer/email",
  ],
  ["a brand of two lines", { brand: "Acme\nBcc: b@example.net" }, "brand"],
  ["a tenant of 65 characters", { tenant: "a".repeat(65) }, "tenant"],
  ["a tenant of two lines", { tenant: "47\n11" }, "tenant"],
  ["a tenant that reads from right to left", { tenant: "4711\u202e1174" }, "tenant"],
  ["a tenant with a blank of no width", { tenant: "47\u200b11" }, "tenant"],
  ["a tenant with a filler that nobody sees", { tenant: "47\u316411" }, "tenant"],
  ["a tenant that is half a character", { tenant: "47\ud800" }, "tenant"],
  ["a tenant with a joiner that nothing needs", { tenant: "pay\u200cpal" }, "tenant"],
  ["a tenant of an empty Braille pattern", { tenant: "\u2800" }, "tenant"],
  ["a tenant that is a number", { tenant: 4711 }, "tenant"],
  ["two customers' addresses", { customer: { email: "a@example.net, b@example.net" } }, "customer/email"],
  ["a policy beyond the year", { policy: { mode: "auto", beforeDays: 201 } }, "policy/beforeDays"],
] as const)("%s is refused and the field is named", async ([, change, field]) => {
  const body = await orderBody({});
  const changed = "names" in change ? await orderBody(change as never) : { ...body, ...change };

  expect(await faultsOf(changed)).toContain(field);
});

test.each(["علی\u200cرضا", "क्\u200dष नाम", "ශ්\u200dරී", "👩\u200d💻 Ada", "❤\ufe0f Shop", "客户 4711"])(
  "%s is a tenant: joiners that a script needs are no hidden characters",
  async (tenant) => {
    const parsed = await parseOrder({ ...(await orderBody({})), tenant }, TODAY);

    expect(parsed).toMatchObject({ order: { tenant } });
  },
);

test("a misspelt field is refused and not dropped", async () => {
  const parsed = await parseOrder({ ...(await orderBody({})), yaers: 3 }, TODAY);

  expect(parsed).toMatchObject({ faults: [{ field: "yaers", message: expect.stringContaining("is unknown") }] });
});

test("all faults are named at once", async () => {
  const body = { ...(await orderBody({})), csr: "nonsense", product: "Certificate-Nobody-Sells" };

  expect((await faultsOf(body)).sort()).toEqual(["csr", "product"]);
});

test("no value from outside makes the check throw", async () => {
  await fc.assert(
    fc.asyncProperty(fc.anything(), async (body) => {
      expect(await parseOrder(body, TODAY)).toHaveProperty("faults");
    }),
    { numRuns: 200 },
  );
});

test("the order of fields and the form of the PEM do not make another order", async () => {
  const body = await orderBody({});
  const turned = Object.fromEntries(
    Object.entries({ ...body, csr: body.csr.replaceAll("\n", "\r\n"), years: 1 }).reverse(),
  );
  const [one, two] = [await parseOrder(body, TODAY), await parseOrder(turned, TODAY)];

  if ("faults" in one || "faults" in two) throw new Error("an order of the test is wrong");
  expect(orderDigest(two.order)).toBe(orderDigest(one.order));
});

test("e-mail validates until its last second, and from the next one on an order learns what is left", async () => {
  const body = await orderBody({});
  const comodo = { ...body, product: "Certificate-Comodo-Essential" };
  const [last, first] = [new Date("2028-03-14T23:59:59.999Z"), new Date("2028-03-15T00:00:00.000Z")];

  expect(await parseOrder(body, last)).toMatchObject({ lateFaults: [] });
  expect(await parseOrder(body, first)).toMatchObject({
    lateFaults: [
      {
        field: "approver/method",
        message:
          "Since 2028-03-15 no domain is validated by e-mail (CA/Browser Forum, Baseline Requirements 3.2.2.4.4). RapidSSL is validated by dns or file.",
      },
    ],
  });
  expect(await parseOrder(comodo, first)).toMatchObject({
    lateFaults: [
      {
        field: "approver/method",
        message: expect.stringMatching(
          /Comodo Essential offers no other method; products that do are for one host: RapidSSL, GeoTrust QuickSSL, GeoTrust QuickSSL Premium\.$/,
        ),
      },
    ],
  });
  expect(await parseOrder({ ...body, approver: { method: "dns" } }, first)).toMatchObject({ lateFaults: [] });
});

test("an order that is wrong otherwise, too, learns of the end of e-mail validation with the rest", async () => {
  const parsed = await parseOrder({ ...(await orderBody({})), csr: "nonsense" }, new Date("2028-03-15T00:00:00Z"));

  expect(parsed).toMatchObject({ faults: [{ field: "csr" }, { field: "approver/method" }] });
});

test("the products that are named as validated without e-mail cover one host, as it is said of them", () => {
  const withOther = builtInProducts.filter(({ methods }) => methods.some((method) => method !== "email"));

  expect(withOther.filter(({ wildcard }) => wildcard)).toEqual([]);
});
