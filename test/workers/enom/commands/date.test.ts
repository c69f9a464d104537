// Promises about dates as eNom writes them.
import fc from "fast-check";
import { expect, test } from "vitest";
import { parseDate } from "../../../../src/workers/enom/commands/date.ts";

test("eNom's American dates are read as they were meant, noon and midnight too", () => {
  const seen = {
    "5/6/2025 9:08:07 AM": "2025-05-06T09:08:07",
    "5/6/2025 9:08:07 PM": "2025-05-06T21:08:07",
    "5/6/2025 12:00:00 AM": "2025-05-06T00:00:00",
    "5/6/2025 12:59:59 AM": "2025-05-06T00:59:59",
    "5/6/2025 12:00:00 PM": "2025-05-06T12:00:00",
    "12/31/2026 11:59:59 pm": "2026-12-31T23:59:59",
    "2/29/2028": "2028-02-29",
    " 05/06/2025 ": "2025-05-06",
  };

  for (const [written, date] of Object.entries(seen)) expect(parseDate(written), written).toBe(date);
});

test("a date that does not exist or is written otherwise is refused, not guessed", () => {
  const others = [
    "",
    "2025-05-06",
    "31/12/2025",
    "2/29/2027",
    "4/31/2025",
    "0/1/2025",
    "1/0/2025",
    "1/1/25",
    "5/6/2025 9:08:07",
  ];
  others.push(
    "5/6/2025 0:08:07 AM",
    "5/6/2025 13:08:07 PM",
    "5/6/2025 9:60:07 AM",
    "5/6/2025 9:08:60 AM",
    "5/6/2025 9:08 AM",
    "soon",
  );

  for (const text of others) expect(() => parseDate(text), text).toThrow(SyntaxError);
});

test("every second of a century comes back as written", () => {
  const second = fc.date({
    min: new Date("2000-01-01T00:00:00Z"),
    max: new Date("2099-12-31T23:59:59Z"),
    noInvalidDate: true,
  });
  fc.assert(
    fc.property(second, (at) => {
      const written = new Intl.DateTimeFormat("en-US", {
        timeZone: "UTC",
        year: "numeric",
        month: "numeric",
        day: "numeric",
        hour: "numeric",
        minute: "2-digit",
        second: "2-digit",
      }).format(at);

      expect(parseDate(written.replace(",", "").replace("\u202f", " "))).toBe(at.toISOString().slice(0, 19));
    }),
  );
});

test("any text is either a date or refused", () => {
  fc.assert(
    fc.property(fc.oneof(fc.string(), fc.stringMatching(/^[\d/: APM]{0,24}$/)), (text) => {
      try {
        expect(parseDate(text)).toMatch(/^\d{4}-\d{2}-\d{2}(T\d{2}:\d{2}:\d{2})?$/);
      } catch (error) {
        expect(error).toBeInstanceOf(SyntaxError);
      }
    }),
  );
});
