// Once a day each department gets the list of what is still open: what waits for a person, the earliest deadline first.
import type { Certificate } from "../../shared/certificate.ts";
import { utcDate } from "../../shared/dates.ts";
import { tellDepartment } from "../department.ts";
import type { OrderNeeds } from "../open/needs.ts";
import { aboutOrder } from "../open/tell.ts";
import { forEachIn } from "./every-order.ts";

/** The mail's size is bounded: what does not fit is counted. */
const MOST_LISTED = 25;

/** With the first sweep of a UTC day. Noted when all are told, so that a crash tells again, by mails whose keys make them once. */
export async function tellDigest(needs: OrderNeeds): Promise<void> {
  const { redis, keys } = needs.ledger;
  const today = utcDate(needs.clock.now());
  if ((await redis.hget(keys.notices, "digest")) === today) return;
  const byAccount = Map.groupBy(await open(needs), ({ record }) => record.account ?? "");
  for (const { entry } of needs.accounts.all) {
    const all = byAccount.get(entry.id) ?? [];
    if (all.length === 0) continue;
    const values = {
      account: entry.id,
      open: all.slice(0, MOST_LISTED).map(caseOf),
      more: Math.max(0, all.length - MOST_LISTED),
    };
    await tellDepartment(entry, { key: `digest:${entry.id}:${today}`, template: "digest", values }, needs);
  }
  await redis.hset(keys.notices, "digest", today);
}

/** Orders that have no account, or one that is not configured any more, are told to the first. */
async function open(needs: OrderNeeds): Promise<Certificate[]> {
  const first = needs.accounts.all[0]?.entry.id ?? null;
  const found: Certificate[] = [];
  await forEachIn(needs.ledger.keys.withAttention, needs, (each) => {
    const { record } = each;
    const account = needs.accounts.find(record.account ?? "")?.entry.id ?? first;
    if (record.attention) found.push({ ...each, record: { ...record, account } });
  });
  return found.sort((a, b) => deadline(a).localeCompare(deadline(b)));
}

/** Without one: behind all that have one. */
function deadline({ record }: Certificate): string {
  return record.attention?.by ?? "9";
}

function caseOf(certificate: Certificate) {
  const { reference, domain } = aboutOrder(certificate);
  const { code = "", message = "", since = "", by = null, next = "" } = certificate.record.attention ?? {};
  return { reference, domain, code, message: message.slice(0, 300), since, by: by?.slice(0, 10) ?? null, next };
}
