// `certificate resolve`: a person decides; the decision is kept for the worker, and its outcome waited for.
import { setTimeout } from "node:timers/promises";
import { failure, type Result } from "../../../shared/base/result.ts";
import type { Certificate } from "../../../shared/certificate/certificate.ts";
import { requestChange } from "../../../shared/certificate/operator-request.ts";
import type { OperatorRequest } from "../../../shared/certificate/record.ts";
import { change, type Fleet } from "../fleet.ts";
import { showCertificate } from "./show.ts";

export type Decision = Pick<Extract<OperatorRequest, { kind: "resolve" }>, "decision" | "certId" | "reason">;

const WAIT_MS = 10_000;
const LOOK_EVERY_MS = 100;

/** Ends in `conflict` when the decision is refused, in `unknown` when no worker carried it out in time; it stays kept then. */
export async function resolveCertificate(
  reference: string,
  decision: Decision,
  fleet: Fleet,
  waitMs = WAIT_MS,
): Promise<Result> {
  const { certificates, clock, enqueue, who } = fleet;
  const kept = await change(reference, fleet, async (certificate) => {
    const now = clock.now();
    const answer = requestChange(certificate, { kind: "resolve", ...decision, who, at: now.toISOString() }, now);
    return "conflict" in answer ? failure("conflict", answer.conflict) : answer.certificate;
  });
  if ("ending" in kept) return kept;
  await enqueue("open", { reference });
  for (let waited = 0; waited < waitMs; waited += LOOK_EVERY_MS) {
    await setTimeout(LOOK_EVERY_MS);
    const certificate = await certificates.find(reference);
    if (certificate && !certificate.record.wish) return outcome(certificate, fleet);
  }
  const message =
    `The decision ${decision.decision} is kept, but not yet carried out: a worker of the queue open does it. ` +
    `See "certfleet certificate explain ${reference}".`;
  return failure("unknown", message);
}

/** The first word that a worker wrote about the newest wish. */
async function outcome({ order, record }: Certificate, fleet: Fleet): Promise<Result> {
  const made = record.timeline.findLastIndex(({ event }) => event === "wish.made");
  const answer = record.timeline.slice(made).find(({ event }) => /^(decision\.|certificate\.cancelled)/.test(event));
  if (answer?.event === "decision.refused") return failure("conflict", `The decision was refused. ${answer.detail}`);
  const shown = await showCertificate(order.reference, fleet);
  return { ...shown, note: `${answer?.event ?? "The decision was carried out"}: ${answer?.detail ?? order.reference}` };
}
