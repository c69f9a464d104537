// Once a day each department gets the list of what is still open: what waits for a person, the earliest deadline first.

import { utcDate } from "../../shared/base/dates.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { accountOf } from "../order/attention-mail.ts";
import { tellDepartments } from "../order/department.ts";
import { forEachIn } from "../order/every-order.ts";
import type { OrderNeeds } from "../order/needs.ts";

const MOST_LISTED = 25;

/**
 * With the first sweep of a UTC day. Noted when all are told, so that a crash tells again, by mails whose keys make
 * them once.
 */
export async function tellDigest(needs: OrderNeeds): Promise<void> {
  const { redis, keys } = needs.ledger;
  const today = utcDate(needs.clock.now());
  if ((await redis.hget(keys.notices, "digest")) === today) return;
  const mailOf = (account: string, listed: readonly Certificate[], more: number) => ({
    key: `digest:${account}:${today}`,
    template: "digest",
    values: { account, open: listed.map(caseOf), more },
  });
  await tellDepartments(await everyCase(needs), { most: MOST_LISTED, mailOf }, needs);
  await redis.hset(keys.notices, "digest", today);
}

/** What waits for a person, each with the account that it is told of: the one that its own mail named. */
export async function everyCase(needs: OrderNeeds): Promise<Certificate[]> {
  const found: Certificate[] = [];
  await forEachIn(needs.ledger.keys.withAttention, needs, (each) => {
    const { record } = each;
    if (!record.attention) return;
    const account = accountOf(each, record.attention, needs)?.entry.id ?? null;
    found.push({ ...each, record: { ...record, account } });
  });
  return found.sort((a, b) => deadline(a).localeCompare(deadline(b)));
}

/** Without one: behind all that have one. */
function deadline({ record }: Certificate): string {
  return record.attention?.by ?? "9";
}

function caseOf({ order, record }: Certificate) {
  const { reference, domain } = order;
  const { code = "", message = "", since = "", by = null, next = "" } = record.attention ?? {};
  return { reference, domain, code, message: message.slice(0, 300), since, by: by?.slice(0, 10) ?? null, next };
}
