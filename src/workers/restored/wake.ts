// Orders that wait for a frozen ledger look again at once when it is thawed, and not at the end of their pauses.
import type { Clock } from "../../shared/base/clock.ts";
import { overNewest } from "../../shared/certificate/save-race.ts";
import type { CertificateStore } from "../../shared/certificate/store.ts";

const PAGE = 200;

/** The saved record makes the sweeper enqueue it. Answers how many there were. */
export async function wakeFrozen({
  certificates,
  clock,
}: {
  certificates: CertificateStore;
  clock: Clock;
}): Promise<number> {
  let count = 0;
  let cursor: string | undefined;
  do {
    const page = await certificates.list({ attention: true }, { limit: PAGE, cursor }, clock.now());
    for (const { order } of page.certificates) if (await wake(order.reference, { certificates, clock })) count++;
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return count;
}

function wake(
  reference: string,
  { certificates, clock }: { certificates: CertificateStore; clock: Clock },
): Promise<unknown> {
  return overNewest(async () => {
    const certificate = await certificates.find(reference);
    if (certificate?.record.attention?.code !== "ledger-frozen") return undefined;
    const now = clock.now();
    return certificates.save({ ...certificate, record: { ...certificate.record, nextLookAt: now.toISOString() } }, now);
  });
}
