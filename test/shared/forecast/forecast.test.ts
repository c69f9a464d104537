// Forecasts: what certificates that are kept will ask of the fleet, the owners and the money, and what another policy would change.
import { beforeAll, expect, test } from "vitest";
import { plusDays } from "../../../src/shared/base/dates.ts";
import { Unavailable } from "../../../src/shared/base/errors.ts";
import type { Certificate } from "../../../src/shared/certificate/certificate.ts";
import { newRecord } from "../../../src/shared/certificate/new-record.ts";
import { type Order, parseOrder } from "../../../src/shared/certificate/order.ts";
import { type Asked, forecast, type PricesOf } from "../../../src/shared/forecast/forecast.ts";
import type { OwnPolicy } from "../../../src/shared/subscription/policy.ts";
import { orderBody } from "../../support/order.ts";
import { defaultPolicy } from "../../support/policy.ts";
import { bought, issueOf, NOON } from "../subscription/subscriptions.ts";

const FIVE_YEARS: Asked = { from: NOON, years: 5, by: "month", instead: {}, isOne: false };
/** Sold by the year. */
const byTheYear: PricesOf = () => ({ years: [1], price: "9.95", perYears: 1, currency: "USD" });
const noPrices: PricesOf = () => undefined;

let order: Order;
beforeAll(async () => {
  const parsed = await parseOrder(
    await orderBody({ reference: "bill-1001", years: 5, approver: { method: "dns" } }),
    NOON,
  );
  if ("faults" in parsed) throw new Error(JSON.stringify(parsed.faults));
  ({ order } = parsed);
});

/** Five years were paid for, one was bought, and its first certificate was issued and validated, at noon of 2 April 2026. */
function certificate(changes: Partial<Certificate> = {}, record: Partial<Certificate["record"]> = {}): Certificate {
  const { notBefore, notAfter } = issueOf(NOON, plusDays(bought(NOON).at, 365));
  const [begins, ends] = [notBefore.toISOString(), notAfter.toISOString()];
  const fresh = newRecord(order, NOON);
  return {
    ...{
      order,
      told: fresh,
      acceptedAt: NOON,
      state: "CONFIGURED",
      certId: 1,
      term: 1,
      attempt: 1,
      rebuys: 0,
      version: 1,
    },
    purchases: [{ certId: 1, orderId: 1, at: begins, years: 1 }],
    record: {
      ...fresh,
      issue: { serialNumber: "A", notBefore: begins, notAfter: ends, pem: "", csrHash: "" },
      validation: { ...fresh.validation, last: { method: "dns", at: begins } },
      ...record,
    },
    ...changes,
  };
}

const unissued = (changes: Partial<Certificate> = {}): Certificate =>
  certificate({ state: "APPROVED", certId: null, purchases: [], ...changes }, { issue: null });

/** All of its five years were bought at once. */
const boughtAtOnce = (issue: Certificate["record"]["issue"]): Certificate =>
  certificate({ purchases: [{ certId: 1, orderId: 1, at: NOON.toISOString(), years: 5 }] }, { issue });

const withOwnPolicy = (policy: OwnPolicy): Certificate =>
  certificate({}, { terms: { ...certificate().record.terms, policy } });

function made(certificates: Certificate[], asked: Partial<Asked> = {}, pricesOf = byTheYear) {
  return forecast(certificates, { ...FIVE_YEARS, ...asked }, { policyFor: defaultPolicy, pricesOf });
}

test("five years of a product that is sold by the year: 25 more reissues, 24 more validations and 5 more purchases at today's price", async () => {
  const { policies, ...about } = await made([certificate()]);

  expect(about).toEqual({
    ...{ from: "2026-04-02", to: "2031-04-02", by: "month" },
    ...{ certificates: 1, leftOut: 0, ownPolicy: 0, unpriced: 0 },
  });
  expect(policies).toHaveLength(1);
  expect(policies[0]).toMatchObject({
    label: "as it is",
    totals: { reissues: 25, validations: 24, reminders: 0, purchases: 5, lapses: 0, cost: { USD: "49.75" } },
  });
});

test.for([
  ["day", "2026-10-09"],
  ["week", "2026-10-05"],
  ["month", "2026-10-01"],
] as const)(
  "by %s, the first reissue stands in the row that begins on %s, and the rows add up to the totals",
  async ([by, from]) => {
    const [{ rows, totals } = { rows: [], totals: undefined }] = (await made([certificate()], { by })).policies;

    expect(rows[0]).toMatchObject({ from, reissues: 1, purchases: 0, cost: {} });
    expect(rows.map((row) => row.from)).toEqual(rows.map((row) => row.from).toSorted());
    expect(rows.reduce((sum, { reissues }) => sum + reissues, 0)).toBe(totals?.reissues);
    expect(rows.reduce((sum, { purchases }) => sum + purchases, 0)).toBe(totals?.purchases);
  },
);

test("what is ordered and not bought yet is forecast as if bought now, and what is bought and not issued as if issued now", async () => {
  const ordered = await made([unissued()]);
  const waiting = await made([unissued({ state: "CONFIGURED", certId: 1, purchases: certificate().purchases })]);

  expect(ordered.policies[0]?.totals).toMatchObject({ purchases: 6, reissues: 25, cost: { USD: "59.70" } });
  expect(waiting.policies[0]?.totals).toMatchObject({ purchases: 5, reissues: 25, cost: { USD: "49.75" } });
});

test("orders that are over are left out, and said to be", async () => {
  const { certificates, leftOut, policies } = await made([
    unissued({ state: "REFUSED" }),
    certificate({ state: "CANCELLED" }),
  ]);

  expect({ certificates, leftOut }).toEqual({ certificates: 0, leftOut: 2 });
  expect(policies[0]?.rows).toEqual([]);
});

test("where no account tells a price, the last plan of the certificate does; where there is none, purchases are counted and said to be without a price", async () => {
  const plan = { years: 2, price: "19.00", currency: "EUR" };
  const planned = await made([certificate({}, { plan })], {}, noPrices);
  const unknown = await made([certificate()], {}, noPrices);

  expect(planned).toMatchObject({ unpriced: 0, policies: [{ totals: { purchases: 3, cost: { EUR: "47.50" } } }] });
  expect(unknown).toMatchObject({ unpriced: 1, policies: [{ totals: { purchases: 5, cost: {} } }] });
});

test("two policies are compared side by side: certificates with a policy of their own keep it, unless one of them is asked about alone", async () => {
  const instead = { mode: "manual", beforeDays: 30 } as const;
  const own = withOwnPolicy({ mode: "auto", beforeDays: 10 });

  const all = await made([certificate(), own], { instead });
  const alone = await made([own], { instead, isOne: true });

  expect(all.ownPolicy).toBe(1);
  expect(all.policies.map(({ label }) => label)).toEqual(["as it is", "manual, 30 days before"]);
  expect(all.policies.map(({ totals }) => totals.reissues)).toEqual([50, 25]);
  expect(alone.policies[1]?.totals).toMatchObject({ reissues: 0, reminders: 3, purchases: 0, lapses: 1 });
});

test("of half a policy of its own a certificate keeps that half, and the other is asked about with the fleet's", async () => {
  const whole = withOwnPolicy({ mode: "auto", beforeDays: 90 });
  const asked = { instead: { beforeDays: 90 } };

  const { policies } = await made([withOwnPolicy({ mode: "auto" })], asked);
  const { policies: expected } = await made([whole], asked);

  expect(policies[1]?.totals).toEqual(expected[1]?.totals);
  expect(policies[0]?.totals).not.toEqual(expected[0]?.totals);
});

test("a certificate of a CA that gives 199 days is forecast to get 199 again", async () => {
  const { issue } = certificate().record;
  const notAfter = plusDays(new Date(issue?.notAfter ?? NOON), -1).toISOString();
  const short = boughtAtOnce(issue && { ...issue, notAfter });

  const [{ rows } = { rows: [] }] = (await made([short], { by: "day", years: 2 })).policies;

  expect(rows.slice(0, 2).map(({ from }) => from)).toEqual(["2026-10-08", "2027-04-15"]);
});

test("a certificate whose serial number is a small number is forecast like any other", async () => {
  const { issue } = certificate().record;

  const [small, other] = [
    await made([boughtAtOnce(issue && { ...issue, serialNumber: "1" })]),
    await made([boughtAtOnce(issue)]),
  ];

  expect(small.policies).toEqual(other.policies);
});

test("only the years that were asked for are forecast", async () => {
  expect((await made([certificate()], { years: 1 })).policies[0]?.totals).toMatchObject({ reissues: 1, purchases: 1 });
});

test("a forecast that nobody waits for any more ends", async () => {
  const gone = AbortSignal.abort();

  const left = forecast([certificate()], FIVE_YEARS, { policyFor: defaultPolicy, pricesOf: byTheYear, signal: gone });

  await expect(left).rejects.toThrow(Unavailable);
});
