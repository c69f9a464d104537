// Numbers for places in a line, so that few have to be given a new one: whoever is placed rightly keeps his.

import { NO_PLACE } from "../../shared/queue/waiting.ts";

/** Room between two neighbours, for whoever comes in between. */
const GAP = 1_024;
/** The last number that is given; what has no place is behind it. */
const LAST = NO_PLACE - 1;

/**
 * Growing numbers for those that stand in this order now, by the numbers that they have. What is behind `LAST`, or 0, is
 * none. When there is no room left, all are numbered anew.
 */
export function numbered(present: readonly number[]): number[] {
  const found = withKept(present);
  return found ?? present.map((_number, i) => (i + 1) * GAP);
}

function withKept(present: readonly number[]): number[] | undefined {
  const numbers: number[] = [];
  let before = 0;
  for (const [i, number] of present.entries()) {
    const isKept = number > before && number <= LAST;
    const after = isKept ? number : nextKept(present, i, before);
    const chosen = isKept ? number : after === undefined ? before + GAP : Math.floor((before + after) / 2);
    if (chosen <= before || chosen > LAST) return undefined;
    numbers.push(chosen);
    before = chosen;
  }
  return numbers;
}

/** The next one behind that may keep its number. */
function nextKept(present: readonly number[], from: number, before: number): number | undefined {
  return present.slice(from + 1).find((number) => number > before + 1 && number <= LAST);
}
