// `audit verify`: the chain of the trail in Redis, and what the journal has of it.
import { auditTrail } from "../../../shared/authority/audit/trail.ts";
import { systemClock } from "../../../shared/base/clock.ts";
import { Unavailable } from "../../../shared/base/errors.ts";
import { readSettings } from "../../../shared/base/read-settings.ts";
import { orderSettings } from "../../../shared/config/settings.ts";
import { redisAccessSettings } from "../../../shared/redis/access.ts";
import { compareAudit, copyAudit } from "../../journal/audit-copy.ts";
import { openJournal } from "../../journal/open.ts";
import type { Asked } from "../ledger-desk.ts";

/** Copies what the journal lacks first, so that the two can be compared to the end. A journal that is away is told. */
export async function verify({ redis, keys, env }: Asked) {
  const { CERTFLEET_JOURNAL } = readSettings({ CERTFLEET_JOURNAL: orderSettings.CERTFLEET_JOURNAL }, env);
  const trail = await auditTrail({ redis, keys, clock: systemClock }).verify();
  try {
    const journal = await openJournal(CERTFLEET_JOURNAL, keys.prefix, readSettings(redisAccessSettings, env));
    try {
      if (trail.ok) await copyAudit({ redis, keys, journal });
      return { trail, journal: await compareAudit({ redis, keys, journal }, trail) };
    } finally {
      await journal.close();
    }
  } catch (error) {
    if (!(error instanceof Unavailable)) throw error;
    return { trail, journal: { unread: error.message } };
  }
}
