// A command that took effect after its time-out is refused when it is repeated: the refusal is believed only after one more look.
import { expect, test } from "vitest";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import { orderNeeds } from "../../support/needs.ts";
import { issued, world } from "../../support/world.ts";
import { drive, get } from "./runs.ts";

test("a submission that takes effect while it is repeated is no refusal: the order goes on to its certificate", async () => {
  const w = await world();
  const needs = orderNeeds(w);
  const late = Promise.withResolvers<void>();
  w.enom.fault("CertPurchaseCert", { kind: "late-effect", until: late.promise });
  const reference = await w.accept({});
  await drive(w, reference, ({ state, record }) => state === "CONFIGURED" && record.trouble !== null, needs);
  // Behind the look at the slot, and before the second submission.
  w.enom.fault("CertGetApproverEmail", {
    kind: "meanwhile",
    run: async () => {
      late.resolve();
      await expect.poll(() => w.enom.books.slots()[0]?.statusId, { interval: 5, timeout: 5_000 }).not.toBe(1);
    },
  });

  await advanceOrder(reference, needs);

  expect((await get(w, reference)).record.attention).toBeNull();
  await drive(w, reference, issued, needs);
  expect(w.enom.asked("CertPurchaseCert")).toHaveLength(2);
});
