// Goes through every order of an index, page by page, for what is done once in a while. One that cannot be read stops
// none of the others.
import { z } from "zod";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import type { OrderNeeds } from "./needs.ts";

const BATCH = 500;

/** Of the whole fleet. Answers how many there are. */
export function forEveryOrder(
  needs: OrderNeeds,
  work: (certificate: Certificate) => Promise<void> | void,
): Promise<number> {
  return forEachIn(needs.ledger.keys.byAcceptance, needs, work);
}

/**
 * Of one index by time of acceptance: each order once, whatever enters or leaves the index meanwhile. Answers how many
 * there were.
 */
export async function forEachIn(
  index: string,
  { ledger, certificates, log }: OrderNeeds,
  work: (certificate: Certificate) => Promise<void> | void,
): Promise<number> {
  const one = async (reference: string): Promise<void> => {
    try {
      const certificate = await certificates.find(reference);
      if (certificate) await work(certificate);
    } catch (err) {
      // Redis, not the record: done again as a whole.
      if (!(err instanceof z.ZodError || err instanceof SyntaxError)) throw err;
      log.warn({ event: "due.failed", reference, err });
    }
  };
  let count = 0;
  for await (const references of pagesOf(index, ledger)) {
    await Promise.all(references.map(one));
    count += references.length;
  }
  return count;
}

/**
 * Goes on behind a time, never behind so many members: an index that shrinks meanwhile would have moved the rest of
 * them forward, past whoever counts. So a page ends with all that were accepted in its last millisecond.
 */
export async function* pagesOf(
  index: string,
  { redis }: Pick<OrderNeeds["ledger"], "redis">,
): AsyncGenerator<string[]> {
  for (let from = "-inf"; ; ) {
    const page = await redis.zrange(index, from, "+inf", "BYSCORE", "LIMIT", 0, BATCH, "WITHSCORES");
    const last = page.at(-1);
    if (last === undefined) return;
    const atLast = await redis.zrange(index, last, last, "BYSCORE");
    yield [...new Set([...page.filter((_each, i) => i % 2 === 0), ...atLast])];
    from = `(${last}`;
  }
}
