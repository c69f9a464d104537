// The guard in front of Bull Board's routes: what is not permitted is refused, and every action is written down with the
// person, whether it was done or not.

import type { FastifyReply, FastifyRequest } from "fastify";
import { actorId } from "../../shared/authority/actor.ts";
import type { Outcome } from "../../shared/authority/audit/entry.ts";
import type { AuditTrail, Begun } from "../../shared/authority/audit/trail.ts";
import type { Log } from "../../shared/base/log.ts";
import { type JobName, jobFaults, queueNames } from "../../shared/queue/jobs.ts";
import type { Queues } from "../../shared/queue/queues.ts";
import type { App } from "../http/needs.ts";
import { sendProblem } from "../http/problems.ts";
import { type BoardMode, judge, mayAct } from "./permitted.ts";

export interface ActionNeeds {
  path: string;
  mode: BoardMode;
  queues: Pick<Queues, "all">;
  audit: Pick<AuditTrail, "begin" | "record">;
  log: Log;
}

/**
 * To be registered behind the guard that says who asks. What changes something is in the audit trail before it is done,
 * and is not done where it cannot be kept.
 */
export function guardActions(pages: App, needs: ActionNeeds): void {
  const begun = new WeakMap<FastifyRequest, Begun>();
  pages.addHook("preHandler", async (request, reply) => {
    const { action, refusal } = judge(request, needs);
    if (refusal !== undefined) return refuse(request, reply, { action, refusal }, needs);
    if (action === "look") return undefined;
    const unfit = action === "update-data" ? await editFault(request, needs) : undefined;
    if (unfit !== undefined) return refuse(request, reply, { action, refusal: unfit }, needs);
    try {
      begun.set(request, await needs.audit.begin(audited(request, action)));
      return undefined;
    } catch (err) {
      needs.log.warn({ event: "audit.lost", err });
      const detail = "The audit trail cannot be written, so nothing was done. Try again.";
      return sendProblem(request, reply, { name: "unavailable", detail, headers: { "retry-after": "2" } });
    }
  });
  pages.addHook("preSerialization", async (request, _reply, payload) => shownButtons(request, payload, needs));
  pages.addHook("onSend", async (request, { statusCode }) => {
    const outcome = statusCode < 400 ? "done" : statusCode < 500 ? "refused" : "failed";
    const action = begun.get(request);
    if (!action) return;
    begun.delete(request);
    await action.end(outcome);
    note(request, { action: judge(request, needs).action, outcome }, needs);
  });
}

function audited(request: FastifyRequest, action: string) {
  const { queueName, jobId, schedulerId } = request.params as Record<string, string>;
  const subject = [queueName, jobId ?? schedulerId].filter((each) => each !== undefined).join("/");
  const { actor: who, from } = request.caller;
  return { who, from, action: `board.${action}`, subject: subject === "" ? null : subject.slice(0, 200) };
}

/** It is refused whether or not that can be written down. */
async function refuse(
  request: FastifyRequest,
  reply: FastifyReply,
  { action, refusal }: { action: string; refusal: string },
  needs: ActionNeeds,
): Promise<FastifyReply> {
  note(request, { action, outcome: "refused" }, needs);
  await needs.audit
    .record({ ...audited(request, action), outcome: "refused" })
    .catch((err: unknown) => needs.log.warn({ event: "audit.lost", err }));
  return sendProblem(request, reply, { name: "forbidden", detail: refusal });
}

function note(
  request: FastifyRequest,
  { action, outcome }: { action: string; outcome: Outcome },
  { log }: ActionNeeds,
): void {
  const { queueName: queue, jobId: job, schedulerId: scheduler } = request.params as Record<string, string>;
  const { actor, from } = request.caller;
  const level = outcome === "done" ? "info" : "warn";
  log[level]({ event: "board.action", action, queue, job, scheduler, outcome, who: actorId(actor), from });
}

/** The form shows a job's data shortened, and would save it so: whoever edits has to send all of it. */
async function editFault({ params, body }: FastifyRequest, { queues }: ActionNeeds): Promise<string | undefined> {
  const { queueName, jobId = "" } = params as Record<string, string>;
  const name = queueNames.find((each) => each === queueName);
  const wanted = (body as { jobData?: unknown } | null)?.jobData;
  if (name === undefined || typeof wanted !== "object" || wanted === null) return undefined; // Bull Board says what is wrong
  const job = await queues.all[name].getJob(jobId);
  const left = Object.keys((job?.data ?? {}) as object).filter((field) => !(field in wanted));
  if (left.length > 0)
    return `Job data is shown shortened here. Send all of it: ${left.slice(0, 5).join(", ")} would be lost.`;
  return contractFault(name, wanted);
}

function contractFault(name: JobName, wanted: object): string | undefined {
  const [fault] = jobFaults(name, wanted);
  return fault && `The data does not fit the queue ${name}: ${fault.field || "job"}: ${fault.message}`;
}

/**
 * Bull Board shows all its buttons for a queue, or none. There are none where there is nothing that this person may do:
 * nothing failed, so that nothing can be retried, or a role that only looks.
 */
function shownButtons(request: FastifyRequest, payload: unknown, { path, mode }: ActionNeeds): unknown {
  if (request.routeOptions.url !== `${path}/api/queues` || !isQueueList(payload)) return payload;
  const { retry, all } = mayAct(request, mode);
  if (all) return payload;
  const queues = payload.queues.map((queue) => ({
    ...queue,
    readOnlyMode: !retry || (queue.counts?.failed ?? 0) === 0,
    allowCompletedRetries: false,
  }));
  return { ...payload, queues };
}

interface QueueList {
  queues: { counts?: Record<string, number> }[];
}

function isQueueList(payload: unknown): payload is QueueList {
  return typeof payload === "object" && payload !== null && Array.isArray((payload as Partial<QueueList>).queues);
}
