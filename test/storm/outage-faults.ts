// What the fleet promises about a Redis that dies: nothing is lost with `appendfsync always`; where something is lost it is noticed.
import type { Ending } from "./ending.ts";
import type { Promised } from "./promises.ts";

export function outageFaults(ending: Ending): Promised[] {
  switch (ending.plan.fate) {
    case "keep":
      return [];
    case "kill":
      return [{ sentence: "A Redis that is killed has kept everything: nothing was rebuilt", faults: rebuilt(ending) }];
    case "cut":
      return [
        {
          sentence: "A Redis that lost steps is noticed, and nothing is bought before the rebuild",
          faults: unnoticed(ending),
        },
      ];
  }
}

function rebuilt({ lines, outages }: Ending): string[] {
  const highest = lines.at(-1)?.epoch;
  const faults = highest === 1 ? [] : [`The ledger is in epoch ${highest}.`];
  return outages.length === 2 ? faults : [...faults, `Redis died ${outages.length} times instead of twice.`];
}

function unnoticed({ outages }: Ending): string[] {
  const faults: string[] = [];
  for (const [i, { loss }] of outages.entries()) {
    if (!loss) continue;
    const { noticedMs, boughtBeforeRebuild, rebuiltSteps } = loss;
    if (noticedMs === null) faults.push(`No worker noticed loss ${i + 1}.`);
    if (boughtBeforeRebuild > 0) faults.push(`${boughtBeforeRebuild} slots were bought before the rebuild ${i + 1}.`);
    if (rebuiltSteps === 0) faults.push(`Nothing was rebuilt after loss ${i + 1}.`);
  }
  return outages.length === 2 ? faults : [...faults, `Redis lost its end ${outages.length} times instead of twice.`];
}
