// Promise: a notification is checked whole before anybody accepts it, and no shape of input hurts the checker.
import { expect, test } from "vitest";
import { z } from "zod";
import { Notification, NotificationRequest } from "../../../src/shared/mail/notification.ts";

const plain = {
  key: "bill-1001:issued:1",
  template: "certificate-issued",
  to: { address: "ada@example.com" },
  values: {},
};

test("the smallest notification is a key, a template, an address and values", () => {
  expect(Notification.parse(plain)).toEqual({ v: 1, ...plain });
});

test.each([
  { v: 2 },
  { key: "" },
  { key: "two words" },
  { key: "x".repeat(201) },
  { template: "../../etc/passwd" },
  { template: "Certificate" },
  { to: "ada@example.com" },
  { to: { address: "ada@example.com, eve@example.org" } },
  { to: { address: "ada@example.com", cc: "eve@example.org" } },
  { language: "../en" },
  { brand: "A\nB" },
  { values: [] },
  { values: { when: undefined } },
  { values: { text: "x".repeat(16 * 1024) } },
  { colour: "red" },
])("a notification with %j is refused", (wrong) => {
  expect(NotificationRequest.safeParse({ ...plain, ...wrong }).success).toBe(false);
});

test("values of any depth are answered with a no, not with a crash", () => {
  const deep = JSON.parse(`${"[".repeat(100_000)}${"]".repeat(100_000)}`);

  expect(Notification.safeParse({ ...plain, values: { deep } }).success).toBe(false);
});

test("a value called __proto__ does not become anybody's prototype", () => {
  const { values } = Notification.parse({ ...plain, values: JSON.parse('{"__proto__": {"admin": true}, "a": 1}') });

  expect(values).toEqual({ a: 1 });
  expect(Object.getPrototypeOf(values)).toBe(Object.prototype);
});

test("the contract can be shown as JSON Schema", () => {
  const schema = z.toJSONSchema(Notification, { io: "input" });

  expect(schema).toMatchObject({ required: ["key", "template", "to", "values"], additionalProperties: false });
});
