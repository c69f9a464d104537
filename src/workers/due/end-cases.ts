// Ends the cases of accounts that no order waits for any more: what comes back is told again.
import { HOUR_MS } from "../../shared/base/dates.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import { caseOf } from "../order/attention-mail.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { everyCase } from "./digest.ts";

/** A case that was told of stands for so long at least: a cap that is reached each hour writes no mail each hour. */
const SHORTEST_MS = 3 * HOUR_MS;

/** With each sweep. */
export async function endCases(needs: OrderNeeds): Promise<void> {
  const { redis, keys } = needs.ledger;
  const until = needs.clock.now().getTime() - SHORTEST_MS;
  const told: { account: string; code: string }[] = [];
  for (const { entry } of needs.accounts.all) {
    const cases = Object.entries(await redis.hgetall(keys.cases(entry.id)));
    for (const [code, since] of cases) if (Date.parse(since) < until) told.push({ account: entry.id, code });
  }
  if (told.length === 0) return;
  const awaited = new Set((await everyCase(needs)).map(nameOf));
  for (const { account, code } of told)
    if (!awaited.has(`${account} ${code}`)) await redis.hdel(keys.cases(account), code);
}

/** An order that waits before it has an account of its own waits for the one that its attention names. */
function nameOf({ order, record: { account, attention } }: Certificate): string {
  return `${attention?.account ?? account} ${caseOf(attention?.code ?? "", order.product)}`;
}
