// The turns of an account's balance: below its minimum, and back above it by a margin. Each is counted once, whoever
// reads how often.

import { join } from "node:path";
import { z } from "zod";
import { type Money, moneyUnits, partOfMoney, sumMoney } from "../../shared/base/money.ts";
import { eventsText } from "../../shared/events/write.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { defineScript, runScript } from "../../shared/redis/script.ts";

/** What is kept of a turn until it is told: the mail says what was true then. */
const reading = z.object({ available: z.string(), minimum: z.string(), at: z.string() });
export type Reading = z.infer<typeof reading>;

/** `number` is the account's: odd ones are falls, even ones the recoveries after them. */
export interface Turn {
  number: number;
  kind: "fell" | "restored";
  reading: Reading;
}

interface CrossingNeeds {
  redis: RedisClient;
  keys: Pick<Keys, "turns" | "events">;
}

const JUDGE = defineScript(join(import.meta.dirname, "lua/judge-balance.lua"), {
  keys: ["turns", "stream"],
  args: ["reading", "available", "minimum", "restoredFrom", "fell", "restored"],
});

const TOLD = defineScript(join(import.meta.dirname, "lua/note-told.lua"), { keys: ["turns"], args: ["number"] });

const FORGET = defineScript(join(import.meta.dirname, "lua/forget-turns.lua"), { keys: ["turns"], args: [] });

/**
 * Takes a reading into account. `margin`: a part of the minimum (`20%`), or an amount. Strictly below the minimum is
 * low.
 */
export async function judge(
  { redis, keys }: CrossingNeeds,
  account: string,
  seen: Reading,
  margin: string,
): Promise<void> {
  const { available, minimum } = seen;
  await runScript(redis, JUDGE, {
    keys: { turns: keys.turns(account), stream: keys.events },
    args: {
      reading: JSON.stringify(seen),
      available: moneyUnits(available),
      minimum: moneyUnits(minimum),
      restoredFrom: moneyUnits(restoredFrom(minimum, margin)),
      fell: turnText("account.low-balance", account, seen),
      restored: turnText("account.balance-restored", account, seen),
    },
  });
}

function turnText(
  type: "account.low-balance" | "account.balance-restored",
  account: string,
  { available, minimum, at }: Reading,
): string {
  return eventsText([{ type, at, subject: `account/${account}`, data: { account, available, minimum } }]);
}

/** Turns that nobody was told of for certain, oldest first. */
export async function untoldTurns({ redis, keys }: CrossingNeeds, account: string): Promise<Turn[]> {
  const { count = "0", told = "0", ...untold } = await redis.hgetall(keys.turns(account));
  const turns: Turn[] = [];
  for (let number = Number(told) + 1; number <= Number(count); number++) {
    const kept = reading.parse(JSON.parse(untold[number] ?? "null"));
    turns.push({ number, kind: number % 2 === 1 ? "fell" : "restored", reading: kept });
  }
  return turns;
}

export async function noteTold({ redis, keys }: CrossingNeeds, account: string, { number }: Turn): Promise<void> {
  await runScript(redis, TOLD, { keys: { turns: keys.turns(account) }, args: { number } });
}

/** For an account whose minimum was taken away. */
export async function forgetTurns({ redis, keys }: CrossingNeeds, account: string): Promise<void> {
  await runScript(redis, FORGET, { keys: { turns: keys.turns(account) }, args: {} });
}

function restoredFrom(minimum: Money, margin: string): Money {
  const above = margin.endsWith("%") ? partOfMoney(minimum, Number.parseInt(margin, 10), 100) : margin;
  return sumMoney([minimum, above]);
}
