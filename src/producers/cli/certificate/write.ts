// `certificate open`, `reissue` and `resolve`: takes an order, asks for a new certificate, keeps a person's decision.
import { randomUUID } from "node:crypto";
import { setTimeout } from "node:timers/promises";
import { faultsOf } from "../../../shared/base/fault.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import type { Certificate } from "../../../shared/certificate/certificate.ts";
import { confirmCancel, findLoss } from "../../../shared/certificate/changes/cancelled-money.ts";
import { requestReissue } from "../../../shared/certificate/changes/reissue-request.ts";
import { agreeOnMethod, isRequestMade, requestChange } from "../../../shared/certificate/operator-request.ts";
import { approver } from "../../../shared/certificate/order.ts";
import type { OperatorRequest } from "../../../shared/certificate/record.ts";
import type { Normalised } from "../../../shared/panel/contact.ts";
import { acceptOrder } from "../../../shared/queue/accept-order.ts";
import { audited } from "../audit/audited.ts";
import { change, type Fleet } from "../fleet.ts";
import { readJsonOf, wrong } from "../input.ts";
import { rehearse, warningLines } from "./before-ordering.ts";
import { showCertificate } from "./read.ts";

/** Of `--wait` without a number. */
const WAIT_SECONDS = 300;

/**
 * `text` is the body of `POST /v1/certificates`; `given` goes before what it says. A job lost after the
 * acceptance is created again by the sweeper.
 */
export async function openCertificate(
  text: string,
  fleet: Fleet,
  { dryRun, wait, ...given }: { brand?: string; dryRun?: boolean; wait?: number | true } = {},
): Promise<Result> {
  const read = readJsonOf("order", text);
  if ("ending" in read) return read;
  const body = isObject(read.value) ? { ...read.value, ...given } : read.value;
  if (dryRun) return rehearse(body, fleet);
  const subject = isObject(body) && "reference" in body && typeof body.reference === "string" ? body.reference : null;
  const accepted = await audited(fleet, { action: "certificate.order", subject }, () => acceptAndShow(body, fleet));
  if (wait === undefined || accepted.ending !== "done" || subject === null) return accepted;
  if (accepted.note) process.stderr.write(`${accepted.note}\n`);
  const { waitForOrder } = await import("./wait.ts");
  return waitForOrder(subject, { seconds: wait === true ? WAIT_SECONDS : wait, progress: process.stderr }, fleet);
}

async function acceptAndShow(body: unknown, fleet: Fleet): Promise<Result> {
  const taken = await acceptOrder(body, fleet, fleet.actor);
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

/** The way in which the domain is validated next; an order that waits for one goes on. */
export async function agreeOnValidation(
  reference: string,
  { method, email }: { method: "dns" | "file" | "email"; email?: string | undefined },
  fleet: Fleet,
): Promise<Result> {
  if (method === "email" && email === undefined) return failure("usage", "--method email needs --email <address>.");
  if (method !== "email" && email !== undefined)
    return failure("usage", `--email is for --method email; ${method} needs no address.`);
  const read = approver.safeParse(method === "email" ? { method, email } : { method });
  if (!read.success) return wrong(faultsOf(read.error));
  const made = await change(reference, fleet, async (certificate) => {
    const answer = agreeOnMethod(certificate, read.data, {
      ...{ who: fleet.who, now: fleet.clock.now(), rules: fleet.intake },
    });
    if ("conflict" in answer) return failure("conflict", answer.conflict);
    return "faults" in answer ? wrong(answer.faults) : answer.certificate;
  });
  if ("ending" in made) return made;
  await fleet.enqueue(made.record.reissue ? "reissue" : "open", { reference });
  await fleet.enqueue("reissue", { sweep: true });
  return {
    ...(await showCertificate(reference, fleet)),
    note: `The next validation of ${reference} is by ${method}.`,
  };
}

export type Decision = Pick<Extract<OperatorRequest, { kind: "resolve" }>, "decision" | "certId" | "reason">;

/** Asks the person at the terminal to type the reference. */
export type AskReference = (question: string) => Promise<string>;

const WAIT_MS = 10_000;
const LOOK_EVERY_MS = 100;

/** Ends in `conflict` when the decision is refused, in `unknown` when no worker carried it out in time; it stays kept then. */
export async function resolveCertificate(
  reference: string,
  decision: Decision,
  fleet: Fleet,
  { waitMs = WAIT_MS, confirm, ask }: { waitMs?: number; confirm?: string | undefined; ask?: AskReference } = {},
): Promise<Result> {
  const { clock, who } = fleet;
  let named = confirm;
  if (decision.decision === "cancel" && confirm === undefined) {
    const found = await fleet.certificates.find(reference);
    const loss = found && findLoss(found, clock.now());
    if (loss && ask) named = await ask(`${loss} Type ${reference} to cancel all the same`);
  }
  const kept = await change(reference, fleet, async (certificate) => {
    const now = clock.now();
    const confirmed = decision.decision === "cancel" ? confirmCancel(certificate, named, now) : {};
    if ("wrong" in confirmed)
      return failure("usage", named === undefined ? unconfirmed(certificate, now) : `--confirm: ${confirmed.wrong}`);
    const made = { kind: "resolve", ...decision, ...confirmed, who, at: now.toISOString() } as const;
    const answer = requestChange(certificate, made, now);
    return "conflict" in answer ? failure("conflict", answer.conflict) : answer.certificate;
  });
  if ("ending" in kept) return kept;
  await fleet.enqueue("open", { reference });
  return carriedOut(reference, `The decision ${decision.decision}`, fleet, waitMs);
}

function unconfirmed(certificate: Certificate, now: Date): string {
  const { reference } = certificate.order;
  return `${findLoss(certificate, now)} To cancel all the same, add --confirm ${reference}.`;
}

/** What a worker made of the request that was saved; `unknown` when none carried it out in time. */
export async function carriedOut(reference: string, what: string, fleet: Fleet, waitMs = WAIT_MS): Promise<Result> {
  const { certificates } = fleet;
  for (let waited = 0; waited < waitMs; waited += LOOK_EVERY_MS) {
    await setTimeout(LOOK_EVERY_MS);
    const certificate = await certificates.find(reference);
    if (certificate && !certificate.record.wish) return outcome(certificate, fleet);
  }
  const message =
    `${what} is saved, but not yet carried out. A worker of the queue open does that. ` +
    `See "certfleet certificate explain ${reference}".`;
  return failure("unknown", message);
}

/** The first event that a worker wrote after the newest request. */
async function outcome({ order, record }: Certificate, fleet: Fleet): Promise<Result> {
  const made = record.timeline.findLastIndex(({ event }) => isRequestMade(event));
  const answer = record.timeline
    .slice(made)
    .find(({ event }) => /^(decision\.|certificate\.cancelled|csr\.corrected)/.test(event));
  if (answer?.event === "decision.refused") return failure("conflict", `The decision was refused. ${answer.detail}`);
  const shown = await showCertificate(order.reference, fleet);
  return { ...shown, note: `${answer?.event ?? "The decision was carried out"}: ${answer?.detail ?? order.reference}` };
}
