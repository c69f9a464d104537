// To whom a purchase belongs: the matching alone, for any books.
import fc from "fast-check";
import { expect, test } from "vitest";
import type { ShownPurchase } from "../../../src/shared/account/ledger-reports.ts";
import type { Doubtful } from "../../../src/workers/commands/ledger-facts.ts";
import { isWithin, windowsOf } from "../../../src/workers/commands/ledger-history.ts";
import { match } from "../../../src/workers/commands/ledger-match.ts";

const CLASS = "certificate-rapidssl-rapidssl/1/1";

function slot(certId: number, changes: Partial<ShownPurchase> = {}): ShownPurchase {
  const about = { product: "RapidSSL", years: 1, domain: "", isRefunded: false };
  return { ...about, certId, orderId: certId + 1_000, date: null, price: "9.95", slotClass: CLASS, ...changes };
}

function attempt(reference: string, changes: Partial<Doubtful> = {}): Doubtful {
  return {
    ...{ reference, number: 1, state: "UNKNOWN", account: "main", slotClass: CLASS, service: "x", years: 1 },
    ...{ price: "9.95", balance: "100.00", newestOrderId: 0, preparedAt: 0, gateAt: 0, gateDwell: 0 },
    ...changes,
  };
}

function belongings(shown: ShownPurchase[], doubtful: Doubtful[]): string[] {
  const { purchases } = match(shown, { owners: new Map(), doubtful }, "nobody");
  return purchases.map(({ belongs }) => (belongs.to === "attempt" ? belongs.reference : belongs.to));
}

test("the order id of an answer decides before age does", () => {
  expect(belongings([slot(1), slot(2)], [attempt("a"), attempt("b", { orderId: 1_001 })])).toEqual(["b", "a"]);
});

test("an attempt did not buy what was there before it, another product, another price, nor what another answer names", () => {
  expect(belongings([slot(1)], [attempt("a", { newestOrderId: 1_001 })])).toEqual(["nobody"]);
  expect(belongings([slot(1)], [attempt("a", { slotClass: "other/1/1" })])).toEqual(["nobody"]);
  expect(belongings([slot(1)], [attempt("a", { orderId: 7 })])).toEqual(["nobody"]);
  expect(belongings([slot(1, { certId: null, slotClass: null, price: "10.00" })], [attempt("a")])).toEqual(["nobody"]);
  expect(belongings([slot(1, { certId: null, slotClass: null, price: "9.9500" })], [attempt("a")])).toEqual(["a"]);
});

test("an attempt that was served from the list may have bought another slot than the one of its order id", () => {
  expect(belongings([slot(5)], [attempt("a", { state: "COVERED", orderId: 1_001 })])).toEqual(["a"]);
});

const anyShown = fc.array(
  fc.record({
    certId: fc.option(fc.integer({ min: 1, max: 9 })),
    orderId: fc.option(fc.integer({ min: 1, max: 9 })),
    slotClass: fc.option(fc.constantFrom(CLASS, "other/1/1")),
    isRefunded: fc.boolean(),
  }),
);
const anyDoubtful = fc.array(
  fc.record({
    state: fc.constantFrom("SENDING" as const, "UNKNOWN" as const, "COVERED" as const, "PARKED" as const),
    newestOrderId: fc.integer({ min: 0, max: 9 }),
    slotClass: fc.constantFrom(CLASS, "other/1/1"),
  }),
);
const anyOwners = fc.dictionary(fc.constantFrom("1", "2", "3", "4"), fc.constantFrom("POOL", "LEGACY", "bill-1"));

test("every purchase is shown once, no attempt explains two, and none is lost from sight", () => {
  fc.assert(
    fc.property(anyShown, anyDoubtful, anyOwners, (shown, attempts, owned) => {
      const doubtful = attempts.map((each, i) => attempt(`r${i}`, each));
      const owners = new Map(Object.entries(owned).map(([certId, owner]) => [Number(certId), owner]));
      const all = shown.map((each) => slot(0, each));

      const { purchases, left } = match(all, { owners, doubtful }, "nobody");

      const explained = purchases.flatMap(({ belongs }) => (belongs.to === "attempt" ? [belongs.reference] : []));
      expect(purchases).toHaveLength(all.length);
      expect(new Set([...explained, ...left.map(({ reference }) => reference)]).size).toBe(doubtful.length);
      expect(explained.length + left.length).toBe(doubtful.length);
      for (const { certId, isRefunded, belongs, isMatched } of purchases) {
        const known = isRefunded || (certId !== null && owners.has(certId));
        if (known) expect(isMatched).toBe(true);
        if (belongs.to === "nobody") expect(known || isMatched).toBe(false);
      }
    }),
  );
});

test("the windows in which eNom is asked leave no day of a period out and are never longer than it allows", () => {
  const day = fc.date({ min: new Date("2024-01-01"), max: new Date("2026-11-22"), noInvalidDate: true });
  fc.assert(
    fc.property(day, fc.option(day, { nil: undefined }), (first, last) => {
      const text = (date: Date): string => date.toISOString().slice(0, 10);
      const [from, to] = [text(first), last && text(last)];
      const windows = windowsOf({ from, to }, new Date("2026-11-22T12:00:00Z"));

      const end = (window: { to?: string | undefined } | undefined): string => window?.to ?? "2026-11-23";
      expect(windows[0]?.from).toBe(from);
      expect(windows.slice(1).map((window) => window.from)).toEqual(windows.slice(0, -1).map((window) => window.to));
      expect(end(windows.at(-1)) > (to ?? "2026-11-22")).toBe(true);
      for (const window of windows) {
        const days = (Date.parse(end(window)) - Date.parse(window.from ?? "")) / 86_400_000;
        expect(days).toBeLessThanOrEqual(181);
      }
    }),
  );
});

test("a period has its first day and its last, and everything whose day eNom does not tell", () => {
  const october = { from: "2026-10-01", to: "2026-10-31" };

  const times = ["2026-09-30", "2026-10-01", "2026-10-31T23:59:59", "2026-11-01", null];

  expect(times.map((time) => isWithin(time, october))).toEqual([false, true, true, false, true]);
});
