// Orders as Redis has them, for verbs that run where the fleet does. What one verb alone needs is loaded with that verb.
import { randomUUID } from "node:crypto";
import { faultsOf } from "../../../shared/base/fault.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import type { Certificate } from "../../../shared/certificate/certificate.ts";
import { isCursor } from "../../../shared/certificate/list.ts";
import { approver } from "../../../shared/certificate/order.ts";
import { project } from "../../../shared/certificate/projection.ts";
import type { OperatorRequest } from "../../../shared/certificate/record.ts";
import { change, type Fleet, notFound } from "../fleet.ts";
import { wrong } from "../input.ts";
import { audited } from "./audited.ts";
import { isResult, type Orders, type Placed, type Seen } from "./orders.ts";
import { takeInHere } from "./take-in-here.ts";

export function redisOrders(fleet: Fleet): Orders {
  const { certificates, policyFor, clock, who, intake, enqueue } = fleet;
  const now = () => clock.now();
  const shownOf = (certificate: Certificate) => project(certificate, now(), policyFor);
  const seenOf = (certificate: Certificate): Seen => ({
    shown: shownOf(certificate),
    isPending: certificate.record.wish !== null,
    inside: { step: certificate.state, reissue: certificate.record.reissue },
  });
  const find = async (reference: string): Promise<Certificate | Result> =>
    (await certificates.find(reference)) ?? notFound(reference);

  /** Read, changed, saved, and written to the audit trail before. */
  const changed = async (
    action: string,
    reference: string,
    { after = {}, make }: { after?: object; make: (certificate: Certificate) => Promise<Certificate | Result> },
  ): Promise<Certificate | Result> => {
    let saved: Certificate | Result = notFound(reference);
    const asked = { action: `certificate.${action}`, subject: reference, after: { ...after } };
    await audited(fleet, asked, async () => {
      saved = await change(reference, fleet, make);
      return isResult(saved) ? saved : DONE;
    });
    return saved;
  };

  /** Asked of a worker, which carries it out. */
  const requested = async (
    action: string,
    reference: string,
    made: (certificate: Certificate) => OperatorRequest | Result,
  ): Promise<Seen | Result> => {
    const { requestChecked } = await import("../../../shared/certificate/changes/approver-request.ts");
    const saved = await changed(action, reference, {
      make: async (certificate) => {
        const asked = made(certificate);
        if (isResult(asked)) return asked;
        const answer = requestChecked(certificate, asked, { now: now(), intake });
        if ("faults" in answer) return wrong(answer.faults);
        return "conflict" in answer ? failure("conflict", answer.conflict) : answer.certificate;
      },
    });
    if (isResult(saved)) return saved;
    await enqueue("open", { reference });
    return seenOf(saved);
  };

  const issueOf = async (reference: string): Promise<{ pem: string } | Result> => {
    const found = await find(reference);
    if (isResult(found)) return found;
    if (found.record.issue) return found.record.issue;
    const { whyNot } = await import("../explain/explain-order.ts");
    return failure("conflict", `There is no certificate yet. ${await whyNot(found, fleet)}`);
  };

  return {
    async find(reference) {
      const found = await find(reference);
      return isResult(found) ? found : seenOf(found);
    },
    async page(query, page) {
      if (page.cursor !== undefined && !isCursor(page.cursor))
        return failure("usage", "--cursor must be the cursor that the previous page printed.");
      const found = await certificates.list(query, page, now());
      return { items: found.certificates.map(shownOf), nextCursor: found.cursor };
    },
    async place(body) {
      const { acceptOrder } = await import("../../../shared/queue/accept-order.ts");
      let placed: Placed | Result = DONE;
      await audited(fleet, { action: "certificate.order", subject: referenceIn(body) }, async () => {
        const taken = await acceptOrder(body, fleet, fleet.actor);
        if ("faults" in taken) placed = wrong(taken.faults);
        else if (taken.answer === "conflict") placed = isTaken(taken.order.reference);
        else {
          const { answer, order, normalised, warnings } = taken;
          const isNew = answer === "accepted";
          if (isNew) await enqueue("open", { reference: order.reference });
          const found = await find(order.reference);
          placed = isResult(found) ? found : { seen: seenOf(found), isNew, normalised, warnings };
        }
        return isResult(placed) ? placed : DONE;
      });
      return placed;
    },
    async rehearse(body) {
      const { rehearseOrder } = await import("../../../shared/queue/rehearse-order.ts");
      const found = await rehearseOrder(body, fleet);
      if ("faults" in found) return wrong(found.faults);
      return "conflict" in found ? isTaken(found.conflict) : found.rehearsal;
    },
    pem: issueOf,
    async files(reference) {
      const issue = await issueOf(reference);
      const { filesOf } = await import("../../../shared/delivery/files.ts");
      return isResult(issue) ? issue : { files: filesOf(issue) };
    },
    async file(reference, name) {
      const issue = await issueOf(reference);
      if (isResult(issue)) return issue;
      const { fileOf } = await import("../../../shared/delivery/files.ts");
      const content = fileOf(issue, name);
      if (content !== null) return { content };
      const why = "the current certificate was delivered without a chain.";
      return failure("conflict", `There is nothing for ${name}: ${why}`);
    },
    async explain(reference) {
      const found = await find(reference);
      if (isResult(found)) return found;
      const { explainOrder } = await import("../explain/explain-order.ts");
      return explainOrder(found, fleet);
    },
    async reissue(reference, wanted) {
      const { requestReissue } = await import("../../../shared/certificate/changes/reissue-request.ts");
      const request = { ...wanted, id: `cli:${randomUUID()}`, who };
      const saved = await changed("reissue", reference, {
        make: async (certificate) => {
          const answer = await requestReissue(certificate, request, now(), intake);
          if (answer.kind === "wrong") return wrong(answer.faults);
          if (answer.kind === "conflict") return failure("conflict", answer.message);
          return answer.kind === "requested" ? answer.certificate : certificate;
        },
      });
      if (isResult(saved)) return saved;
      await enqueue("reissue", { reference });
      return seenOf(saved);
    },
    async change(reference, body) {
      const { changeTerms, readTermsChange } = await import("../../../shared/certificate/changes/terms-change.ts");
      const given = readTermsChange(body);
      if ("faults" in given) return wrong(given.faults);
      let { normalised } = given;
      const saved = await changed("change", reference, {
        make: async (certificate) => {
          const made = changeTerms(certificate, given, { now: now(), who });
          if ("faults" in made) return wrong(made.faults);
          normalised = made.normalised;
          return made.certificate;
        },
      });
      return isResult(saved) ? saved : { seen: seenOf(saved), normalised };
    },
    async extend(reference, years) {
      const { extendTerm } = await import("../../../shared/certificate/changes/terms-change.ts");
      const id = `cli:${randomUUID()}`;
      const saved = await changed("extend", reference, {
        make: async (certificate) => {
          const made = extendTerm(certificate, { years, id }, { now: now(), who });
          if (made === "same") return certificate;
          return "conflict" in made ? failure("conflict", made.conflict) : made.certificate;
        },
      });
      return isResult(saved) ? saved : seenOf(saved);
    },
    askApprover: (reference, wanted) =>
      requested("change-approver", reference, () => ({
        ...{ kind: "approver", ...wanted, who, at: now().toISOString() },
      })),
    async agree(reference, wanted) {
      const { agreeOnMethod } = await import("../../../shared/certificate/operator-request.ts");
      const read = approver.safeParse(wanted);
      if (!read.success) return wrong(faultsOf(read.error));
      const saved = await changed("agree-method", reference, {
        make: async (certificate) => {
          const answer = agreeOnMethod(certificate, read.data, { who, now: now(), rules: intake });
          if ("conflict" in answer) return failure("conflict", answer.conflict);
          return "faults" in answer ? wrong(answer.faults) : answer.certificate;
        },
      });
      if (isResult(saved)) return saved;
      await enqueue(saved.record.reissue ? "reissue" : "open", { reference });
      await enqueue("reissue", { sweep: true });
      return seenOf(saved);
    },
    async correctCsr(reference, wanted) {
      const { requestCsr } = await import("../../../shared/certificate/changes/csr-correction.ts");
      let same: Certificate | undefined;
      const saved = await changed("correct-csr", reference, {
        make: async (certificate) => {
          const answer = await requestCsr(certificate, { ...wanted, who }, now(), intake);
          if (answer.kind === "wrong") return wrong(answer.faults);
          if (answer.kind === "conflict") return failure("conflict", answer.message);
          if (answer.kind === "requested") return answer.certificate;
          same = certificate;
          return DONE;
        },
      });
      if (isResult(saved)) return same ? seenOf(same) : saved;
      await enqueue("open", { reference });
      return seenOf(saved);
    },
    takeIn: (reference, pem) => takeInHere(reference, pem, { fleet, seenOf, changed }),
    async decide(reference, decision, confirm) {
      const { confirmCancel, findLoss } = await import("../../../shared/certificate/changes/cancelled-money.ts");
      const isCancel = decision.decision === "cancel";
      const found = await find(reference);
      const loss = isCancel && confirm === undefined && !isResult(found) && findLoss(found, now());
      if (loss) return { loss };
      const { requestChange } = await import("../../../shared/certificate/operator-request.ts");
      const saved = await changed("resolve", reference, {
        after: decision,
        make: async (certificate) => {
          const confirmed = isCancel ? confirmCancel(certificate, confirm, now()) : {};
          if ("wrong" in confirmed) return failure("usage", `--confirm: ${confirmed.wrong}`);
          const made = { kind: "resolve", ...decision, ...confirmed, who, at: now().toISOString() } as const;
          const answer = requestChange(certificate, made, now());
          return "conflict" in answer ? failure("conflict", answer.conflict) : answer.certificate;
        },
      });
      if (isResult(saved)) return saved;
      await enqueue("open", { reference });
      return seenOf(saved);
    },
  };
}

const DONE: Result = { ending: "done", text: "", json: null };

function isTaken(reference: string): Result {
  return failure("conflict", `Reference ${reference} belongs to an order with other content. Choose a new reference.`);
}

function referenceIn(body: unknown): string | null {
  const named = typeof body === "object" && body !== null && "reference" in body ? body.reference : null;
  return typeof named === "string" ? named : null;
}
