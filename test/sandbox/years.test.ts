// The customer's five-year example, lived through by the real workers with a clock that is turned on.
import { expect, test } from "vitest";
import { BEGIN, type Lived, liveThrough } from "../../src/sandbox/years/life.ts";
import { endedWell } from "../../src/sandbox/years/summary.ts";
import { utcDate } from "../../src/shared/base/dates.ts";
import { orderBody } from "../support/order.ts";
import { openVirtualWorld } from "./years/world.ts";

/** So many years of this product, bought at noon on 2 April 2026, validated by DNS, reissued ten days before each end. */
async function yearsOf(product: string, years: number): Promise<Lived> {
  const world = await openVirtualWorld();
  const policy = { mode: "auto", beforeDays: 10 } as const;
  const order = await orderBody({ product, years, approver: { method: "dns" }, policy });
  await world.queues.enqueue("open", { v: 1, ...order });
  const screen = { tell: () => undefined, stand: () => undefined };
  return liveThrough(world, { years, beforeDays: policy.beforeDays }, screen);
}

test("five years that are paid at once take 30 certificates, one purchase, and leave no day uncovered", async () => {
  const lived = await yearsOf("Certificate-GeoTrust-QuickSSL-Premium", 5);

  const { certificates, purchases, days, uncovered, failures, mails, term } = lived;
  expect({ certificates: certificates.length, purchases, days }).toEqual({
    certificates: 30,
    purchases: 1,
    days: 1826,
  });
  expect(uncovered).toEqual([]);
  expect(failures).toEqual([]);
  expect(certificates.slice(0, 3).map(({ endsAt }) => utcDate(endsAt))).toEqual([
    "2026-10-19",
    "2027-04-27",
    "2027-07-26",
  ]);
  expect(utcDate(certificates.at(-1)?.endsAt ?? BEGIN)).toBe(utcDate(term.to));
  expect([mails.get("certificate-issued"), mails.get("certificate-reissued")]).toEqual([1, 29]);
  expect(mails.get("validation-required")).toBe(certificates.filter(({ byOwner }) => byOwner).length);
  expect(endedWell(lived)).toBe(true);
}, 60_000);

test("three years of a product that is sold for two years at most are bought twice, in time", async () => {
  const lived = await yearsOf("Certificate-RapidSSL-RapidSSL", 3);

  expect(lived.purchases).toBe(2);
  expect(lived.certificates.filter(({ isFirst }) => isFirst).map(({ issuedAt }) => utcDate(issuedAt))).toEqual([
    "2026-04-02",
    "2028-03-23",
  ]);
  expect(lived.uncovered).toEqual([]);
  expect(lived.failures).toEqual([]);
  expect(lived.certificates).toHaveLength(lived.expected.certificates);
}, 60_000);
