// Stories about how long an account's money lasts.
import { expect, test } from "vitest";
import { runwayOf } from "../../../src/shared/forecast/runway.ts";

const today = "2026-11-22";
const balance = { available: "100.00", stays: "50.00", today };

test("Money that pays all that is planned and leaves the minimum has no last day.", () => {
  const planned = [
    { date: "2026-12-01", cost: "20.00" },
    { date: "2026-12-24", cost: "10.00" },
  ];

  expect(runwayOf(balance, { reserved: "20.00", planned })).toEqual({
    reserved: "20.00",
    exhaustedOn: null,
    days: null,
  });
});

test("The last day is that of the first purchase which would leave less than the minimum, in whatever order they are told.", () => {
  const planned = [
    { date: "2026-12-24", cost: "0.01" },
    { date: "2026-12-01", cost: "30.00" },
  ];

  expect(runwayOf(balance, { reserved: "20.00", planned })).toEqual({
    reserved: "20.00",
    exhaustedOn: "2026-12-24",
    days: 32,
  });
});

test("Orders that wait for their purchase are paid first: where they cost too much, the day is today.", () => {
  const planned = [{ date: "2026-11-20", cost: "1.00" }];

  expect(runwayOf(balance, { reserved: "50.01", planned })).toMatchObject({ exhaustedOn: today, days: 0 });
  expect(runwayOf(balance, { reserved: "50.00", planned })).toMatchObject({ exhaustedOn: today, days: 0 });
  expect(runwayOf(balance, { reserved: "50.00", planned: [] })).toMatchObject({ exhaustedOn: null });
});

test("A balance below its minimum that nothing is planned for lasts: nothing is left unpaid.", () => {
  const low = { ...balance, available: "-3.50" };

  expect(runwayOf(low, { reserved: "0.00", planned: [] })).toEqual({ reserved: "0.00", exhaustedOn: null, days: null });
  expect(runwayOf(low, { reserved: "0.00", planned: [{ date: "2026-11-29", cost: "9.95" }] })).toMatchObject({
    exhaustedOn: "2026-11-29",
    days: 7,
  });
});

test("Cents are counted exactly, however many purchases there are.", () => {
  const planned = Array.from({ length: 10_000 }, () => ({ date: "2026-12-01", cost: "0.01" }));

  expect(runwayOf({ ...balance, available: "150.00" }, { reserved: "0.00", planned })).toMatchObject({ days: null });
  expect(runwayOf({ ...balance, available: "149.99" }, { reserved: "0.00", planned })).toMatchObject({ days: 9 });
});
