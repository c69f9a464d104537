// Where a person stands in the inbox (lua/enqueue.lua): in orders that wait there, and in what was said against others.
import { names, type Place, scan } from "./mentions.ts";

/** References of orders that wait there and name the address; a worker will have taken them in a moment. */
export async function findInInbox(email: string, { redis, keys }: Place): Promise<string[]> {
  const found: string[] = [];
  let cursor = "0";
  do {
    const [next, flat] = await redis.hscan(keys.inbox.orders, cursor, "COUNT", 500);
    for (let i = 0; i < flat.length; i += 2)
      if (names(flat[i + 1] ?? "", email)) found.push(flat[i]?.split(" ")[1] ?? "");
    cursor = next;
  } while (cursor !== "0");
  return found;
}

/** What was answered to orders that are erased, and all that names the address: nobody acts by it. */
export async function forgetAnswers(email: string, erased: readonly string[], { redis, keys }: Place): Promise<void> {
  for (const reference of erased) await redis.del(keys.inbox.answers(reference));
  for await (const key of scan(redis, keys.inbox.answers("*")))
    for (const [ticket, answer] of Object.entries(await redis.hgetall(key)))
      if (names(answer, email)) await redis.hdel(key, ticket);
}
