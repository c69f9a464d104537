// Whose work something is: the key, then the tenant, else the customer's address, which nobody can read back.
import { expect, test } from "vitest";
import { readShare, shareOf, shareText } from "../../../src/shared/authority/share.ts";

const shop = { kind: "key", id: "shop" } as const;
const customer = { email: "Ada@Example.com" };

test("a customer is one, however its address is written, and is not the tenant of that name", () => {
  const one = shareOf({ customer }, shop);

  expect(one).toEqual(shareOf({ customer: { email: " ada@example.COM" } }, shop));
  expect(one).not.toEqual(shareOf({ tenant: "ada@example.com", customer }, shop));
  expect(one).not.toEqual(shareOf({ customer }, { kind: "key", id: "reseller" }));
  expect(shareText(one).toLowerCase()).not.toContain("example");
});

test("with a tenant the address does not count", () => {
  expect(shareOf({ tenant: "4711", customer }, shop)).toEqual(
    shareOf({ tenant: "4711", customer: { email: "b@example.net" } }, shop),
  );
});

test("what is kept is read again, and what is none is none", () => {
  const share = shareOf({ tenant: 'a"b', customer }, shop);

  expect(readShare(shareText(share))).toEqual(share);
  for (const none of [undefined, null, "", "{", "[]", '["a"]', "[1,2]", `["${"a".repeat(301)}","b"]`, 7, {}])
    expect(readShare(none)).toBeUndefined();
});
