// The other half of the model's runs, so that two processors share the work.
import { onTestFinished, test } from "vitest";
import { makeOrders } from "./orders.ts";
import { prove, wantedRuns } from "./proof.ts";
import { openStage } from "./stage.ts";

const { runs, seed, path } = wantedRuns(process.env);
const LONGEST_MS = 300_000 + runs * 5_000;

test.skipIf(path !== undefined)(
  `in ${runs} stories of crashes, lost answers and lost data (seed ${seed + 1}) no order is bought twice and none is lost`,
  { timeout: LONGEST_MS },
  async () => {
    const stage = await openStage();
    onTestFinished(stage.close);
    await makeOrders();

    await prove(stage, { runs, seed: seed + 1 });
  },
);
