// Several processes of the fleet at work at once: orders taken on and accounts counted, word by word, and Redis that may forget.
import { audit } from "../../src/workers/audit/audit.ts";
import { advanceOrder } from "../../src/workers/open/workflow.ts";
import type { OrderNeeds } from "../../src/workers/order/needs.ts";
import { backUp, NOTHING, restore } from "./backup.ts";
import { endured } from "./endured.ts";
import type { Happening } from "./happenings.ts";
import { mortal, needsOf } from "./process.ts";
import type { Run } from "./run.ts";
import { isBound } from "./time.ts";
import { type Passage, together } from "./turns.ts";

type WorkAtOnce = Extract<Happening, { what: "work" }>;

/** Ends when every process has come to its next wait, or died. */
export async function workAtOnce(run: Run, { work, picks, redis: loss }: WorkAtOnce): Promise<void> {
  const backward = loss ? goBack(run, loss) : (passage: Passage) => passage;
  const jobs = work
    .filter(({ order }) => order === null || run.orders[order])
    .map(({ order, dies }) => async (passage: Passage) => {
      if (dies) run.deaths += 1;
      const needs = needsOf(run, dies ? mortal(backward(passage), dies) : backward(passage));
      await carryOut(run, order === null ? null : (run.orders[order]?.reference ?? ""), needs);
    });
  await Promise.all(
    (await together(jobs, picks)).map((ended) =>
      endured(run, ended.status === "rejected" ? Promise.reject(ended.reason) : Promise.resolve()),
    ),
  );
}

async function carryOut(run: Run, reference: string | null, needs: OrderNeeds): Promise<void> {
  if (reference !== null) await advanceOrder(reference, needs);
  else if (await isBound(run)) await audit(needs.accounts.all[0] ?? run.account, needs);
}

/** Counts the words of all processes together; between two of them Redis forgets. */
function goBack(run: Run, { was, again }: { was: number; again: number }): (passage: Passage) => Passage {
  let words = 0;
  return (passage) => (word) =>
    passage(async () => {
      words += 1;
      if (words === was) run.backups.push(await backUp(run.redis, run.keys));
      if (words === again) {
        run.losses += 1;
        await restore(run.redis, run.keys, run.backups.at(-1) ?? NOTHING);
      }
      return word();
    });
}
