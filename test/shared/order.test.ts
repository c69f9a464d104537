// An order from outside is taken whole or refused with every fault named.
import fc from "fast-check";
import { expect, test } from "vitest";
import { orderDigest, parseOrder } from "../../src/shared/order.ts";
import { contact, orderBody } from "../support/order.ts";

const faultsOf = async (body: unknown): Promise<string[]> => {
  const parsed = await parseOrder(body);
  return "faults" in parsed ? parsed.faults.map(({ field }) => field) : [];
};

test("an order as documented is taken, with defaults applied", async () => {
  const parsed = await parseOrder(
    await orderBody({ reference: "bill-1001", product: "certificate-rapidssl-rapidssl" }),
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
  ["a contact beyond ASCII", { contacts: { admin: { ...contact, city: "Zürich" } } }, "contacts/admin/city"],
  [
    "a telephone number without country",
    { contacts: { admin: { ...contact, phone: "0300000000" } } },
    "contacts/admin/phone",
  ],
  [
    "a line break in the customer's address",
    { customer: { email: "a@example.net\r\nBcc: b@example.net" } },
    "customer/email",
  ],
  ["two customers' addresses", { customer: { email: "a@example.net, b@example.net" } }, "customer/email"],
  ["a policy beyond the year", { policy: { mode: "auto", beforeDays: 201 } }, "policy/beforeDays"],
] as const)("%s is refused and the field is named", async ([, change, field]) => {
  const body = await orderBody({});
  const changed = "names" in change ? await orderBody(change as never) : { ...body, ...change };

  expect(await faultsOf(changed)).toContain(field);
});

test("a misspelt field is refused and not dropped", async () => {
  const parsed = await parseOrder({ ...(await orderBody({})), yaers: 3 });

  expect(parsed).toMatchObject({ faults: [{ message: expect.stringContaining("yaers") }] });
});

test("all faults are named at once", async () => {
  const body = { ...(await orderBody({})), csr: "nonsense", product: "Certificate-Nobody-Sells" };

  expect((await faultsOf(body)).sort()).toEqual(["csr", "product"]);
});

test("no value from outside makes the check throw", async () => {
  await fc.assert(
    fc.asyncProperty(fc.anything(), async (body) => {
      expect(await parseOrder(body)).toHaveProperty("faults");
    }),
    { numRuns: 200 },
  );
});

test("the order of fields and the form of the PEM do not make another order", async () => {
  const body = await orderBody({});
  const turned = Object.fromEntries(
    Object.entries({ ...body, csr: body.csr.replaceAll("\n", "\r\n"), years: 1 }).reverse(),
  );
  const [one, two] = [await parseOrder(body), await parseOrder(turned)];

  if ("faults" in one || "faults" in two) throw new Error("an order of the test is wrong");
  expect(orderDigest(two.order)).toBe(orderDigest(one.order));
});
