// The turns of an account's balance: below its minimum, and back above it by a margin. Each is counted once, whoever reads how often.

import { z } from "zod";
import { type Money, moneyUnits, partOfMoney, sumMoney } from "../../shared/base/money.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";

/** What is kept of a turn until it is told: the mail says what was true then. */
const reading = z.object({ available: z.string(), minimum: z.string(), at: z.string() });
export type Reading = z.infer<typeof reading>;

/** `number` is the account's: odd ones are falls, even ones the recoveries after them. */
export interface Turn {
  number: number;
  kind: "fell" | "restored";
  reading: Reading;
}

interface Place {
  redis: RedisClient;
  keys: Pick<Keys, "turns">;
}

/**
 * KEYS turns. ARGV reading JSON, what is available, the minimum, from what on it is restored (whole ten-thousandths).
 * A reading that comes behind a newer one says nothing any more.
 */
const JUDGE = `
local at = cjson.decode(ARGV[1]).at
local seenAt = redis.call('HGET', KEYS[1], 'seenAt')
if seenAt and seenAt > at then return end
redis.call('HSET', KEYS[1], 'seenAt', at)
local available, count = tonumber(ARGV[2]), tonumber(redis.call('HGET', KEYS[1], 'count') or 0)
local isLow = count % 2 == 1
if isLow and available < tonumber(ARGV[4]) or not isLow and available >= tonumber(ARGV[3]) then return end
redis.call('HSET', KEYS[1], 'count', count + 1, tostring(count + 1), ARGV[1])`;

/** KEYS turns. ARGV the turn's number. */
const TOLD = `
redis.call('HDEL', KEYS[1], ARGV[1])
if tonumber(redis.call('HGET', KEYS[1], 'told') or 0) < tonumber(ARGV[1]) then redis.call('HSET', KEYS[1], 'told', ARGV[1]) end`;

/** KEYS turns. Without a minimum nothing is low: a fall is forgotten, and nothing is left to tell. */
const FORGET = `
local count = tonumber(redis.call('HGET', KEYS[1], 'count') or 0)
count = count + count % 2
redis.call('DEL', KEYS[1])
if count > 0 then redis.call('HSET', KEYS[1], 'count', count, 'told', count) end`;

/** Takes a reading into account. `margin`: a part of the minimum (`20%`), or an amount. Strictly below the minimum is low. */
export async function judge({ redis, keys }: Place, account: string, seen: Reading, margin: string): Promise<void> {
  const { available, minimum } = seen;
  const amounts = [available, minimum, restoredFrom(minimum, margin)].map(moneyUnits);
  await redis.eval(JUDGE, 1, keys.turns(account), JSON.stringify(seen), ...amounts);
}

/** Turns that nobody was told of for certain, oldest first. */
export async function untoldTurns({ redis, keys }: Place, account: string): Promise<Turn[]> {
  const { count = "0", told = "0", ...untold } = await redis.hgetall(keys.turns(account));
  const turns: Turn[] = [];
  for (let number = Number(told) + 1; number <= Number(count); number++) {
    const kept = reading.parse(JSON.parse(untold[number] ?? "null"));
    turns.push({ number, kind: number % 2 === 1 ? "fell" : "restored", reading: kept });
  }
  return turns;
}

export async function noteTold({ redis, keys }: Place, account: string, { number }: Turn): Promise<void> {
  await redis.eval(TOLD, 1, keys.turns(account), number);
}

/** For an account whose minimum was taken away. */
export async function forgetTurns({ redis, keys }: Place, account: string): Promise<void> {
  await redis.eval(FORGET, 1, keys.turns(account));
}

function restoredFrom(minimum: Money, margin: string): Money {
  const above = margin.endsWith("%") ? partOfMoney(minimum, Number.parseInt(margin, 10), 100) : margin;
  return sumMoney([minimum, above]);
}
