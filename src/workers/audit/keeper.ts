// Keeps every account's ledger in order, one process at a time: the dwell counter, and every quarter of T_settle the
// count (rule 13).

import { performance } from "node:perf_hooks";
import { Refused } from "../../shared/base/errors.ts";
import type { Log } from "../../shared/base/log.ts";
import { findBinding } from "../ledger/bind.ts";
import { dwellOn, findFrozen } from "../ledger/maintenance.ts";
import { emptyOutbox } from "../ledger/recheck.ts";
import type { OrderNeeds } from "../order/needs.ts";
import { scaled } from "../purchase/timings.ts";
import { audit } from "./audit.ts";

/** Of the usual T_settle of 1200 s: a visit every 5 s, a count every 300 s. */
const VISIT_SECONDS = 5;
const COUNT_SECONDS = 300;
const SHORTEST_MS = 250;
/** An account with many pages of certificates is counted less often: this long a page. */
const PAGE_MS = 10_000;

export function startKeeper(needs: OrderNeeds): { stop: () => Promise<void> } {
  const { ledger, accounts } = needs;
  const visits = new Map<string, () => Promise<void>>();
  const everyMs = Math.max(SHORTEST_MS, Math.min(VISIT_SECONDS * 1_000, scaled(VISIT_SECONDS, ledger.settleMs) * 10));
  // Asked each time, since accounts come and go.
  const visitAll = async (): Promise<void> => {
    for (const id of visits.keys()) if (!accounts.find(id)) visits.delete(id);
    await Promise.all(
      accounts.all.map(({ entry }) => {
        const visit = visits.get(entry.id) ?? keep(entry.id, needs);
        visits.set(entry.id, visit);
        return visit();
      }),
    );
  };
  let visiting: Promise<void> = Promise.resolve();
  const timer = setInterval(() => {
    visiting = visitAll();
  }, everyMs);
  return {
    async stop() {
      clearInterval(timer);
      await visiting;
    },
  };
}

/** One visit at a time; who comes meanwhile waits for it. Trouble with one account stops no visit to another. */
function keep(id: string, needs: OrderNeeds): () => Promise<void> {
  const { log } = needs;
  const visit = visitor(id, needs);
  const say = frozenNews(id, log);
  const visitSafely = async (): Promise<void> => {
    try {
      await visit();
      say(await findFrozen(needs, id));
    } catch (err) {
      if (err instanceof Refused && err.code === "ledger-frozen") say(err.message);
      else log.warn({ event: "keeper.failed", account: id, err });
    }
  };
  let running: Promise<void> | undefined;
  return () => {
    running ??= visitSafely()
      .catch((err: unknown) => log.warn({ event: "keeper.failed", account: id, err }))
      .finally(() => {
        running = undefined;
      });
    return running;
  };
}

/** Hears at each visit why nobody may use the ledger, or undefined, and says only what is new: frozen, or thawed. */
function frozenNews(account: string, log: Log): (reason: string | undefined) => void {
  let isFrozen = false;
  return (reason) => {
    if (reason !== undefined && !isFrozen) log.error({ event: "ledger.frozen", account, reason });
    if (reason === undefined && isFrozen) log.info({ event: "ledger.thawed", account });
    isFrozen = reason !== undefined;
  };
}

/** Of several processes one counts, every quarter of T_settle. */
async function isMyTurn({ redis, keys, settleMs }: OrderNeeds["ledger"], account: string): Promise<boolean> {
  const everyMs = Math.max(SHORTEST_MS, scaled(COUNT_SECONDS, settleMs));
  return (await redis.set(keys.ledger.keeper(account), process.pid, "PX", Math.ceil(everyMs), "NX")) !== null;
}

/** How long this process was away it measures by itself. */
function visitor(id: string, needs: OrderNeeds): () => Promise<void> {
  const { ledger, accounts } = needs;
  const { redis, keys } = ledger;
  let last: number | undefined;
  return async () => {
    const now = performance.now();
    const elapsed = last === undefined ? 0 : now - last;
    last = now;
    if ((await redis.hget(keys.ledger.meta(id), "epoch")) === null) return; // nothing was ever bought here
    await dwellOn(needs, id, elapsed);
    if (!(await isMyTurn(ledger, id))) return;
    await emptyOutbox(needs, id);
    const account = accounts.find(id);
    // Another login under this id has other certificates: counted here, they would freeze the ledger.
    if (!account || (await findBinding(needs, account.entry)) !== "bound") return;
    const { pages } = await audit(account, needs);
    if (pages * PAGE_MS > scaled(COUNT_SECONDS, ledger.settleMs))
      await redis.pexpire(keys.ledger.keeper(id), pages * PAGE_MS);
  };
}
