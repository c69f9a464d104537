// Goes through every order of an index, page by page, for what is done once in a while. One that cannot be read stops none of the others.
import { z } from "zod";
import type { Certificate } from "../../shared/certificate.ts";
import type { OrderNeeds } from "../open/needs.ts";

const BATCH = 500;

/** Of the whole fleet. Answers how many there are. */
export function forEveryOrder(
  needs: OrderNeeds,
  work: (certificate: Certificate) => Promise<void> | void,
): Promise<number> {
  return forEachIn(needs.ledger.keys.byAcceptance, needs, work);
}

/** Of one index, which nobody shortens meanwhile. Answers how many there are. */
export async function forEachIn(
  index: string,
  { ledger: { redis }, certificates, log }: OrderNeeds,
  work: (certificate: Certificate) => Promise<void> | void,
): Promise<number> {
  const one = async (reference: string): Promise<void> => {
    try {
      const certificate = await certificates.find(reference);
      if (certificate) await work(certificate);
    } catch (err) {
      if (!(err instanceof z.ZodError || err instanceof SyntaxError)) throw err; // Redis, not the record: done again as a whole
      log.warn({ event: "due.failed", reference, err });
    }
  };
  for (let count = 0; ; ) {
    const references = await redis.zrange(index, `${count}`, `${count + BATCH - 1}`);
    await Promise.all(references.map(one));
    count += references.length;
    if (references.length < BATCH) return count;
  }
}
