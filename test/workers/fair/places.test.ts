// Places in a line: the order that is wanted, with few that get a new number.
import fc from "fast-check";
import { expect, test } from "vitest";
import { NO_PLACE } from "../../../src/shared/queue/waiting.ts";
import { numbered } from "../../../src/workers/fair/places.ts";

test("those without a number get one, and the next time all keep theirs", () => {
  const first = numbered([0, NO_PLACE, 0]);

  expect(first).toEqual([1_024, 2_048, 3_072]);
  expect(numbered(first)).toEqual(first);
});

test("when the first are gone and others come to the end, nobody else is moved", () => {
  expect(numbered([3_072, 4_096, 0])).toEqual([3_072, 4_096, 5_120]);
});

test("one that comes in between moves nobody", () => {
  expect(numbered([1_024, 0, 2_048])).toEqual([1_024, 1_536, 2_048]);
});

test("where there is no room left all are numbered anew", () => {
  expect(numbered([1, 0, 2])).toEqual([1, 1_025, 2_049]);
  expect(numbered([NO_PLACE - 1, 0])).toEqual([1_024, 2_048]);
});

test("whatever the numbers are: they grow, and none is as large as that of one without a place", () => {
  fc.assert(
    fc.property(fc.array(fc.nat(NO_PLACE + 5), { maxLength: 40 }), (present) => {
      const numbers = numbered(present);
      expect(numbers).toHaveLength(present.length);
      expect(numbers.every((each, i) => each > (numbers[i - 1] ?? 0) && each < NO_PLACE)).toBe(true);
    }),
  );
});
