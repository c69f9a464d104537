// `notification send`: asks the notify worker for one mail, checked as `POST /v1/notifications` checks it.
import { fill } from "../../shared/mail/filled.ts";
import { Notification } from "../../shared/notification.ts";
import { faultsOf } from "../../shared/order.ts";
import type { Ring } from "../../shared/queues.ts";
import { failure, type Result } from "../../shared/verb.ts";
import { wrong } from "./input.ts";

/** `text` is the payload of a `notify` job. The same key again sends nothing again. */
export async function sendNotification(text: string, ring: Ring): Promise<Result> {
  const payload = parseJson(text);
  if (typeof payload !== "object" || payload === null) return failure("usage", "The notification is no JSON object.");
  const read = Notification.safeParse(payload);
  if (!read.success) return wrong(faultsOf(read.error));
  const filled = fill(read.data);
  if ("faults" in filled) return wrong(filled.faults);
  const { key, template, to } = read.data;
  const job = await ring("notify", read.data);
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
