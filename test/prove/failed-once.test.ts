// Stories that failed once, each with what it taught.
import { expect, onTestFinished, test } from "vitest";
import type { Happening } from "./happenings.ts";
import { makeOrders } from "./orders.ts";
import { faultsOf } from "./proof.ts";
import type { SetUp } from "./run.ts";
import { openStage } from "./stage.ts";

const setUp: SetUp = { rebuyBudget: 1, maxUnsettled: 1, maxUnsettledMoney: "500.00", mode: "dedicated", legacy: 0 };

/** Redis forgets that the order was submitted, and its CSR is corrected then: what is at the CA has the former name. */
const CORRECTED_AFTER_A_LOSS: Happening[] = [
  { what: "order", product: 0 },
  {
    what: "work",
    work: [
      { order: 0, dies: null },
      { order: null, dies: null },
    ],
    picks: [0],
    redis: { was: 27, again: 43 },
  },
  { what: "order", product: 0 },
  { what: "correct", order: 0, name: 0 },
  { what: "order", product: 0 },
  {
    what: "work",
    work: [
      { order: 0, dies: null },
      { order: 0, dies: null },
    ],
    picks: [0],
    redis: null,
  },
];

test("an order that is corrected after Redis forgot that it was submitted is called back, and issued for its new name", async () => {
  const stage = await openStage();
  onTestFinished(stage.close);
  await makeOrders();

  expect(await faultsOf(stage, setUp, CORRECTED_AFTER_A_LOSS)).toEqual([]);
}, 60_000);
