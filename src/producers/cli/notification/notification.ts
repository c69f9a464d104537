// `notification send`, `bounces` and `unbounce`: has a mail sent, and shows the addresses that no mail goes to.
import { z } from "zod";
import { faultsOf } from "../../../shared/base/fault.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import type { Bounce, BounceList } from "../../../shared/mail/bounces.ts";
import { NotificationRequest } from "../../../shared/mail/notification.ts";
import { type Asker, acceptNotification, type OutsideNeeds } from "../../../shared/outside/accept-notification.ts";
import type { Enqueue } from "../../../shared/queue/queues.ts";
import { type Column, listed } from "../columns.ts";
import { readJsonOf, wrong } from "../input.ts";
import { table, timeText } from "../table.ts";

/** `text` is the body of `POST /v1/notifications`. The same key again sends nothing again. */
export async function sendNotification(
  text: string,
  { by, enqueue, ...needs }: OutsideNeeds & { by: Asker; enqueue: Enqueue },
): Promise<Result> {
  const payload = readJsonOf("notification", text);
  if ("ending" in payload) return payload;
  const read = NotificationRequest.safeParse(payload.value);
  if (!read.success) return wrong(faultsOf(read.error), "notification");
  const accepted = await acceptNotification(read.data, by, needs);
  if ("faults" in accepted) return wrong(accepted.faults, "notification");
  const { template, to } = accepted.mail;
  const { key } = read.data;
  const job = await enqueue("notify", accepted.mail);
  const done = `${template} to ${to.address} is queued as job ${job}, key ${key}.`;
  return { ending: "done", text: done, json: { queue: "notify", id: job, key } };
}

/** What the audit trail says of it: the order or account that it names, else its key. */
export function subjectIn(text: string): string | null {
  const payload = readJsonOf("notification", text);
  const named = "value" in payload ? subject.safeParse(payload.value).data : undefined;
  return named?.reference ?? named?.account ?? named?.key ?? null;
}
const short = z.string().max(200).optional();
const subject = z.object({ reference: short, account: short, key: short });

/** The same over HTTP: the gateway checks it. */
export async function notifyFromAfar(
  text: string,
  notify: (body: unknown) => Promise<{ queue: string; id: string }>,
): Promise<Result> {
  const payload = readJsonOf("notification", text);
  if ("ending" in payload) return payload;
  const { queue, id } = await notify(payload.value);
  return { ending: "done", text: `The mail is queued as job ${id}.`, json: { queue, id } };
}

const BOUNCE_COLUMNS: readonly Column<Bounce>[] = [
  { name: "address", of: ({ address }) => address },
  { name: "refusedAt", of: ({ at }) => at },
  { name: "mail", of: ({ template }) => template },
  { name: "notSent", of: ({ count }) => count },
  { name: "answer", of: ({ answer }) => answer },
];

export async function listBounces(bounces: Pick<BounceList, "all">): Promise<Result> {
  const all = await bounces.all();
  const note = all.length === 0 ? { note: "No address bounces permanently." } : {};
  const rows = all.map(({ address, at, template, count, answer }) => [
    ...[address, timeText(at), template, `${count}`, answer],
  ]);
  const text = all.length === 0 ? "" : table(["ADDRESS", "REFUSED AT", "MAIL", "NOT SENT", "ANSWER"], rows);
  return { ending: "done", text, json: { bounces: all }, listed: listed(BOUNCE_COLUMNS, all), ...note };
}

export async function unbounce(address: string, bounces: Pick<BounceList, "clear">): Promise<Result> {
  const cleared = await bounces.clear(address);
  if (!cleared) return failure("not-found", `${address} is not on the bounce list.`);
  const text = `${address} gets mails again. Mails that were not sent meanwhile are not sent later.`;
  return { ending: "done", text, json: { cleared: address.toLowerCase() } };
}
