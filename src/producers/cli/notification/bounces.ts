// `notification bounces` and `unbounce`: the addresses that no mail goes to, and sending to one again.

import { failure, type Result } from "../../../shared/base/result.ts";
import type { BounceList } from "../../../shared/mail/bounces.ts";
import { table, timeText } from "../table.ts";

export async function listBounces(bounces: Pick<BounceList, "all">): Promise<Result> {
  const all = await bounces.all();
  const note = all.length === 0 ? { note: "No address refuses our mail." } : {};
  const rows = all.map(({ address, at, template, count, answer }) => [
    ...[address, timeText(at), template, `${count}`, answer],
  ]);
  const text = all.length === 0 ? "" : table(["ADDRESS", "REFUSED AT", "MAIL", "NOT SENT", "ANSWER"], rows);
  return { ending: "done", text, json: { bounces: all }, ...note };
}

export async function unbounce(address: string, bounces: Pick<BounceList, "clear">): Promise<Result> {
  const cleared = await bounces.clear(address);
  if (!cleared) return failure("not-found", `${address} is not on the bounce list.`);
  const text = `Mails go to ${address} again. What was refused meanwhile stays refused.`;
  return { ending: "done", text, json: { cleared: address.toLowerCase() } };
}
