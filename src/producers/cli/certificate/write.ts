// `certificate open`, `reissue` and `resolve`: takes an order, asks for a new certificate, keeps a person's decision.
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { failure, type Result } from "../../../shared/base/result.ts";
import type { Certificate } from "../../../shared/certificate/certificate.ts";
import { isRequestMade, requestChange } from "../../../shared/certificate/operator-request.ts";
import type { OperatorRequest } from "../../../shared/certificate/record.ts";
import { requestReissue } from "../../../shared/certificate/reissue-request.ts";
import type { Normalised } from "../../../shared/panel/contact.ts";
import { acceptOrder } from "../../../shared/queue/accept-order.ts";
import { change, type Fleet } from "../fleet.ts";
import { readJsonOf, wrong } from "../input.ts";
import { rehearse, warningLines } from "./before-ordering.ts";
import { showCertificate } from "./read.ts";

/**
 * `text` is the body of `POST /v1/certificates`; `given` goes before what it says. A job lost after the
 * acceptance is created again by the sweeper.
 */
export async function openCertificate(
  text: string,
  fleet: Fleet,
  { dryRun, ...given }: { brand?: string; dryRun?: boolean } = {},
): Promise<Result> {
  const read = readJsonOf("order", text);
  if ("ending" in read) return read;
  const body = isObject(read.value) ? { ...read.value, ...given } : read.value;
  if (dryRun) return rehearse(body, fleet);
  const taken = await acceptOrder(body, fleet);
  if ("faults" in taken) return wrong(taken.faults);
  const { answer, order, normalised, warnings } = taken;
  const { reference } = order;
  if (answer === "conflict")
    return failure(
      "conflict",
      `Reference ${reference} belongs to an order with other content. Choose a new reference.`,
    );
  if (answer === "accepted") await fleet.enqueue("open", { reference });
  const shown = await showCertificate(reference, fleet);
  const done = answer === "accepted" ? `Order ${reference} is accepted.` : `Order ${reference} was accepted before.`;
  return {
    ...shown,
    ...("json" in shown && isObject(shown.json) && { json: { ...shown.json, normalised, warnings } }),
    note: [done, ...normalised.map(normalisedLine), ...warningLines(warnings)].join("\n"),
  };
}

/** `contacts/admin/city: "München" is kept as "Muenchen"`, or that it was filled in. */
function normalisedLine({ field, from, to }: Normalised): string {
  return from === null
    ? `${field}: was not given; ${JSON.stringify(to)} is used.`
    : `${field}: ${JSON.stringify(from)} is kept as ${JSON.stringify(to)}.`;
}

function isObject(body: unknown): body is object {
  return body !== null && typeof body === "object" && !Array.isArray(body);
}

export async function reissueCertificate(
  reference: string,
  wanted: { csr?: string | undefined; reason?: string | undefined },
  fleet: Fleet,
): Promise<Result> {
  const request = { ...wanted, id: `cli:${randomUUID()}`, who: fleet.who };
  const made = await change(reference, fleet, async (certificate) => {
    const answer = await requestReissue(certificate, request, fleet.clock.now(), fleet.intake);
    switch (answer.kind) {
      case "requested":
        return answer.certificate;
      case "wrong":
        return wrong(answer.faults);
      case "conflict":
        return failure("conflict", answer.message);
      case "same":
        return certificate;
    }
  });
  if ("ending" in made) return made;
  await fleet.enqueue("reissue", { reference });
  return { ...(await showCertificate(reference, fleet)), note: `A reissue of ${reference} was requested.` };
}

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
    `The decision ${decision.decision} is saved, but not yet carried out. A worker of the queue open does that. ` +
    `See "certfleet certificate explain ${reference}".`;
  return failure("unknown", message);
}

/** The first event that a worker wrote after the newest request. */
async function outcome({ order, record }: Certificate, fleet: Fleet): Promise<Result> {
  const made = record.timeline.findLastIndex(({ event }) => isRequestMade(event));
  const answer = record.timeline.slice(made).find(({ event }) => /^(decision\.|certificate\.cancelled)/.test(event));
  if (answer?.event === "decision.refused") return failure("conflict", `The decision was refused. ${answer.detail}`);
  const shown = await showCertificate(order.reference, fleet);
  return { ...shown, note: `${answer?.event ?? "The decision was carried out"}: ${answer?.detail ?? order.reference}` };
}
