// `notification send`: asks the notify worker for one mail, checked as `POST /v1/notifications` checks it.
import { faultsOf } from "../../../shared/base/fault.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { fill } from "../../../shared/mail/filled.ts";
import { Notification } from "../../../shared/mail/notification.ts";
import type { Enqueue } from "../../../shared/queue/queues.ts";
import { wrong } from "../input.ts";

/** `text` is the payload of a `notify` job. The same key again sends nothing again. */
export async function sendNotification(text: string, enqueue: Enqueue): Promise<Result> {
  const payload = parseJson(text);
  if (typeof payload !== "object" || payload === null) return failure("usage", "The notification is no JSON object.");
  const read = Notification.safeParse(payload);
  if (!read.success) return wrong(faultsOf(read.error));
  const filled = fill(read.data);
  if ("faults" in filled) return wrong(filled.faults);
  const { key, template, to } = read.data;
  const job = await enqueue("notify", read.data);
  const done = `${template} to ${to.address} is queued as job ${job}, key ${key}.`;
  return { ending: "done", text: done, json: { queue: "notify", id: job, key } };
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}
