// What became of a request that a worker carries out: a verb waits for it, as long as a person does.
import { setTimeout } from "node:timers/promises";
import { failure, type Result } from "../../../shared/base/result.ts";
import { isRequestAnswered, isRequestMade } from "../../../shared/certificate/timeline-events.ts";
import { isResult, type Orders, type Seen } from "../port/orders.ts";
import { shownResult } from "./read.ts";

const WAIT_MS = 10_000;
const LOOK_EVERY_MS = 100;
/** A gateway counts requests: a verb asks it more and more seldom. */
const LOOK_SELDOM_MS = 1_000;

/** What a worker made of the request that was saved; `unknown` when none carried it out in time: it stays kept then. */
export async function carriedOut(
  reference: string,
  what: string,
  orders: Pick<Orders, "find">,
  waitMs = WAIT_MS,
): Promise<Result> {
  let pause = LOOK_EVERY_MS;
  for (let waited = 0; waited < waitMs; waited += pause) {
    if (waited > 10 * LOOK_EVERY_MS) pause = Math.min(pause * 2, LOOK_SELDOM_MS);
    await setTimeout(pause);
    const seen = await orders.find(reference);
    if (isResult(seen)) return seen;
    if (!seen.isPending) return outcomeOf(seen);
  }
  const message =
    `${what} is saved, but not yet carried out. A worker of the queue open does that. ` +
    `See "certfleet certificate explain ${reference}".`;
  return failure("unknown", message);
}

/** The first event that a worker wrote after the newest request. */
function outcomeOf(seen: Seen): Result {
  const { timeline, reference } = seen.shown;
  const made = timeline.findLastIndex(({ event }) => isRequestMade(event));
  const answer = timeline.slice(made).find(({ event }) => isRequestAnswered(event));
  if (answer?.event === "decision.refused") return failure("conflict", `The decision was refused. ${answer.detail}`);
  const note = `${answer?.event ?? "The decision was carried out"}: ${answer?.detail ?? reference}`;
  return { ...shownResult(seen), note };
}
