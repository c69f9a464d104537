import fc from "fast-check";
import { expect, test } from "vitest";
import { centsOf, plain } from "../../../src/sandbox/enom/books/amounts.ts";
import { emptyBooks, openBooks } from "../../../src/sandbox/enom/books/books.ts";
import { getCatalogueProduct } from "../../../src/sandbox/enom/books/catalogue.ts";
import { startingSettings } from "../../../src/sandbox/enom/books/settings.ts";
import { standingClock } from "./support.ts";

const cents = fc.integer({ min: 0, max: 1_000_000 });
const movement = fc.oneof(
  fc.record({ kind: fc.constant("order" as const), years: fc.integer({ min: 1, max: 2 }) }),
  fc.record({ kind: fc.constant("refund" as const), slot: fc.nat() }),
  fc.record({ kind: fc.constant("refill" as const), cents }),
);

test("whatever is bought, refunded and refilled, the history adds up to what can be spent", () => {
  fc.assert(
    fc.property(cents, fc.array(movement), (start, movements) => {
      const clock = standingClock("2026-04-02T12:00:00Z");
      const books = openBooks(emptyBooks(plain(start)), clock, startingSettings({}, clock));
      for (const each of movements) {
        if (each.kind === "order") books.buy(getCatalogueProduct(23), each.years);
        if (each.kind === "refill") books.setBalance(plain(each.cents));
        const kept = books.slots().filter(({ statusId }) => statusId === 1);
        const returned = each.kind === "refund" ? kept[each.slot % Math.max(kept.length, 1)] : undefined;
        if (returned) books.refund(returned.certId);
      }

      let balance = start;
      for (const { amountCents, balanceCents } of books.transactions()) {
        balance += amountCents;
        expect(balanceCents).toBe(balance);
        expect(amountCents).not.toBe(0);
      }
      expect(books.balance()).toBe(plain(balance));
    }),
  );
});

test("what is no amount does not change the account", () => {
  const clock = standingClock("2026-04-02T12:00:00Z");
  const books = openBooks(emptyBooks("10.00"), clock, startingSettings({}, clock));

  expect(() => books.setBalance("much")).toThrow(RangeError);

  expect(centsOf(books.balance())).toBe(1_000);
  expect(books.transactions()).toEqual([]);
});
