// `certificate open --wait`: stays until the order is issued, is refused, needs a person, or the time is over.
import { setTimeout } from "node:timers/promises";
import { goesOnByItself } from "../../../shared/base/codes.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { type Certificate, parkedCodes, statusOf } from "../../../shared/certificate/certificate.ts";
import type { Fleet } from "../fleet.ts";
import { notFound } from "../fleet.ts";
import { printable } from "../terminal.ts";
import { showCertificate } from "./read.ts";

const LOOK_MS = 500;

export interface Waiting {
  seconds: number;
  /** Where the line of progress goes; one that is written over on a terminal. */
  progress: { write: (text: string) => unknown; isTTY?: boolean };
}

/** Exit codes by outcome: issued 0; refused, cancelled or in need of a person 4; bought or not, nobody knows 5; not yet 75. */
export async function waitForOrder(reference: string, { seconds, progress }: Waiting, fleet: Fleet): Promise<Result> {
  const until = performance.now() + seconds * 1_000;
  const began = performance.now();
  let told = "";
  const tell = (found: Certificate): void => {
    const waitsFor = found.record.attention?.code ?? "";
    const state = [statusOf(found, fleet.clock.now()), ...(waitsFor ? [waitsFor] : [])].join(", ");
    const line = printable(`${reference}: ${state}`);
    const past = ` (${Math.round((performance.now() - began) / 1_000)} s)`;
    if (progress.isTTY) progress.write(`\r\u001b[K${line}${past}`);
    else if (line !== told) progress.write(`${line}\n`);
    told = line;
  };
  try {
    for (;;) {
      const found = await fleet.certificates.find(reference);
      if (!found) return notFound(reference);
      tell(found);
      const ended = await endOf(found, fleet);
      if (ended) return ended;
      const left = until - performance.now();
      if (left <= 0) return notYet(found, seconds, fleet.clock.now());
      await setTimeout(Math.min(left, LOOK_MS));
    }
  } finally {
    if (progress.isTTY) progress.write("\r\u001b[K");
  }
}

async function endOf(found: Certificate, fleet: Fleet): Promise<Result | undefined> {
  const { record, state, order } = found;
  const { reference } = order;
  if (record.issue) return showCertificate(reference, fleet);
  const explain = `certfleet certificate explain ${reference} says more.`;
  if (state === "REFUSED" || state === "CANCELLED") {
    const why = record.failure?.message ?? "";
    const what = state === "REFUSED" ? "failed" : "cancelled";
    return failure("conflict", `Order ${reference} is ${what}. ${why} ${explain}`.replace(/ +/g, " "), { reference });
  }
  const { attention } = record;
  if (!attention || goesOnByItself(attention.code)) return undefined;
  const ending = parkedCodes.has(attention.code) ? "unknown" : "conflict";
  const message = `Order ${reference} needs attention (${attention.code}): ${attention.message} ${attention.next}`;
  return failure(ending, message, { reference, attention });
}

function notYet(found: Certificate, seconds: number, now: Date): Result {
  const { reference } = found.order;
  const status = statusOf(found, now);
  const message = `Order ${reference} is accepted, and ${status} after ${seconds} s. It goes on by itself: certfleet certificate show ${reference}`;
  return failure("later", message, { reference, status });
}
