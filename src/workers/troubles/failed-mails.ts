// Writes into the timelines of orders which of their mails will not go out.
import { isDeepStrictEqual } from "node:util";
import type { Clock } from "../../shared/base/clock.ts";
import { withPastEvent } from "../../shared/certificate/record.ts";
import { overNewest } from "../../shared/certificate/save-race.ts";
import type { CertificateStore } from "../../shared/certificate/store.ts";
import type { FailedMails } from "../../shared/mail/failed/failed-mails.ts";

/** A look takes so many; the next one goes on. */
const MOST_AT_ONCE = 500;

export interface FailedMailNeeds {
  failed: Pick<FailedMails, "takeOver">;
  certificates: Pick<CertificateStore, "find" | "save">;
  clock: Clock;
}

/**
 * The same failure is told once, however often it comes: its time is that of the mail. Mails of orders that nobody knows
 * are dropped.
 * @throws Unavailable when an order is saved by others all the time; the next look tells it
 */
export function tellFailedMails({ failed, certificates, clock }: FailedMailNeeds): Promise<number> {
  return failed.takeOver(MOST_AT_ONCE, ({ reference, event, detail, at }) =>
    overNewest(async () => {
      const found = await certificates.find(reference);
      if (!found) return;
      const entry = { at, event, detail: detail.slice(0, 500) };
      if (found.record.timeline.some((each) => isDeepStrictEqual(each, entry))) return;
      await certificates.save({ ...found, record: withPastEvent(found.record, entry) }, clock.now());
    }),
  );
}
