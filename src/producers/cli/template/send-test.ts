// `template send-test`: asks the notify worker for one mail with its sample, to see it in a real mail program.
import { randomUUID } from "node:crypto";
import { emailAddress } from "../../../shared/base/email-address.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import type { Enqueue } from "../../../shared/queue/queues.ts";
import { sampleOf, type Wanted } from "./preview.ts";

/** Each call is a mail of its own. */
export async function sendTest(
  { to, ...wanted }: Omit<Wanted, "html"> & { to: string },
  enqueue: Enqueue,
): Promise<Result> {
  const sample = sampleOf(wanted);
  if ("ending" in sample) return sample;
  if (!emailAddress.safeParse(to).success) return failure("usage", "--to must be one plain e-mail address.");
  const key = `test:${randomUUID()}`;
  const job = await enqueue("notify", { key, to: { address: to }, ...sample });
  const text = `${wanted.name} to ${to} is queued as job ${job}, key ${key}.`;
  return { ending: "done", text, json: { queue: "notify", id: job, key } };
}
