// `certificate open --wait`: stays until the order is issued, is refused, needs a person, or the time is over.
import { setTimeout } from "node:timers/promises";
import { goesOnByItself } from "../../../shared/base/codes.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { parkedCodes } from "../../../shared/certificate/certificate.ts";
import { isResult, type Orders, type Seen, type Shown } from "../port/orders.ts";
import { shownResult } from "./read.ts";

const LOOK_MS = 500;

export interface Waiting {
  seconds: number;
  /** Where the line of progress goes; one that is written over on a terminal. */
  progress: { write: (text: string) => unknown; isTTY?: boolean };
}

/** Exit codes by outcome: issued 0; refused, cancelled or in need of a person 4; bought or not, nobody knows 5; not yet 75. */
export async function waitForOrder(
  reference: string,
  { seconds, progress }: Waiting,
  orders: Pick<Orders, "find">,
): Promise<Result> {
  const until = performance.now() + seconds * 1_000;
  const began = performance.now();
  let told = "";
  const tell = ({ status, attention }: Shown): void => {
    const line = `${reference}: ${[status, ...(attention ? [attention.code] : [])].join(", ")}`;
    const past = ` (${Math.round((performance.now() - began) / 1_000)} s)`;
    if (progress.isTTY) progress.write(`\r\u001b[K${line}${past}`);
    else if (line !== told) progress.write(`${line}\n`);
    told = line;
  };
  try {
    for (;;) {
      const seen = await orders.find(reference);
      if (isResult(seen)) return seen;
      tell(seen.shown);
      const ended = endOf(seen);
      if (ended) return ended;
      const left = until - performance.now();
      if (left <= 0) return notYet(seen.shown, seconds);
      await setTimeout(Math.min(left, LOOK_MS));
    }
  } finally {
    if (progress.isTTY) progress.write("\r\u001b[K");
  }
}

function endOf(seen: Seen): Result | undefined {
  const { reference, status, serialNumber, attention, failure: refusal } = seen.shown;
  if (serialNumber !== null) return shownResult(seen);
  const explain = `certfleet certificate explain ${reference} says more.`;
  if (status === "failed" || status === "cancelled") {
    const words = [`Order ${reference} is ${status}.`, ...(refusal ? [refusal.message] : []), explain];
    return failure("conflict", words.join(" "), { reference });
  }
  if (!attention || goesOnByItself(attention.code)) return undefined;
  const ending = parkedCodes.has(attention.code) ? "unknown" : "conflict";
  const message = `Order ${reference} needs attention (${attention.code}): ${attention.message} ${attention.next}`;
  return failure(ending, message, { reference, attention });
}

function notYet({ reference, status }: Shown, seconds: number): Result {
  const message = `Order ${reference} is accepted, and ${status} after ${seconds} s. It goes on by itself: certfleet certificate show ${reference}`;
  return failure("later", message, { reference, status });
}
