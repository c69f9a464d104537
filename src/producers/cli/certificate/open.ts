// `certificate open`: accepts an order as HTTP does, and rings. The same order again is the same certificate.

import { failure, type Result } from "../../../shared/base/result.ts";
import { acceptOrder } from "../../../shared/queue/accept-order.ts";
import type { Fleet } from "../fleet.ts";
import { wrong } from "../input.ts";
import { showCertificate } from "./show.ts";

/**
 * `text` is the body of `POST /v1/certificates`; `given` goes before what it says. A doorbell lost behind the acceptance is rung by the
 * ledger's sweeper.
 */
export async function openCertificate(text: string, fleet: Fleet, given: { brand?: string } = {}): Promise<Result> {
  const body = parseJson(text);
  if (body === undefined) return failure("usage", "The order is no JSON.");
  const taken = await acceptOrder(isObject(body) ? { ...body, ...given } : body, fleet);
  if ("faults" in taken) return wrong(taken.faults);
  const { answer, order } = taken;
  const { reference } = order;
  if (answer === "conflict")
    return failure("conflict", `Reference ${reference} belongs to an order with other content.`);
  if (answer === "accepted") await fleet.enqueue("open", { reference });
  const shown = await showCertificate(reference, fleet);
  return {
    ...shown,
    note: answer === "accepted" ? `Order ${reference} is accepted.` : `Order ${reference} was accepted before.`,
  };
}

function isObject(body: unknown): body is object {
  return body !== null && typeof body === "object" && !Array.isArray(body);
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
