// Goes through every order of the fleet, page by page, for what is done once in a while. One that cannot be read stops none of the others.
import type { Certificate } from "../../shared/certificate.ts";
import type { OrderNeeds } from "../open/needs.ts";

const BATCH = 500;

/** Answers how many there are. */
export async function forEveryOrder(
  { ledger: { redis, keys }, certificates, log }: OrderNeeds,
  work: (certificate: Certificate) => Promise<void> | void,
): Promise<number> {
  const one = async (reference: string): Promise<void> => {
    try {
      const certificate = await certificates.find(reference);
      if (certificate) await work(certificate);
    } catch (err) {
      log.warn({ event: "due.failed", reference, err });
    }
  };
  for (let count = 0; ; ) {
    const references = await redis.zrange(keys.byAcceptance, `${count}`, `${count + BATCH - 1}`);
    await Promise.all(references.map(one));
    count += references.length;
    if (references.length < BATCH) return count;
  }
}
