// What a key may order in any 24 hours: counted in Redis in one step, before the order is kept, for all gateways.
import { join } from "node:path";
import { z } from "zod";
import { DAY_MS } from "../../base/dates.ts";
import { type Money, moneyUnits } from "../../base/money.ts";
import type { RedisClient } from "../../redis/client.ts";
import type { Keys } from "../../redis/keys.ts";
import { defineScript, runScript } from "../../redis/script.ts";
import type { ApiKey } from "./key.ts";

const RESERVE = defineScript(join(import.meta.dirname, "lua/reserve.lua"), {
  keys: ["orders", "prices"],
  args: ["reference", "price", "now", "windowMs", "mostOrders", "mostMoney", "keep"],
});

const answer = z.tuple([z.enum(["", "orders", "money", "never"]), z.number()]);

export type Reserved =
  | "counted"
  /** `never`: what is asked for is more than the whole quota. `at`: when there is room again. */
  | { full: "orders" | "money" | "never"; at: Date };

/** Whether the key has any quota. */
export function hasQuota({ ordersPerDay, moneyPerDay }: Pick<ApiKey, "ordersPerDay" | "moneyPerDay">): boolean {
  return (ordersPerDay ?? null) !== null || (moneyPerDay ?? null) !== null;
}

/**
 * Counts what an order of the key costs, once an order; a crash behind it errs on the side of counted.
 * `what`: the reference of an order, or `+` and a name for what is money alone. `tries`: nothing is counted.
 * @throws what Redis throws
 */
export async function reserve(
  { id, ordersPerDay, moneyPerDay }: ApiKey,
  { what, price, now, tries = false }: { what: string; price: Money; now: Date; tries?: boolean },
  { redis, keys }: { redis: RedisClient; keys: Keys },
): Promise<Reserved> {
  const [full, at] = answer.parse(
    await runScript(redis, RESERVE, {
      keys: { orders: keys.apiKey.orders(id), prices: keys.apiKey.prices(id) },
      args: {
        reference: what,
        price: moneyUnits(price),
        now: now.getTime(),
        windowMs: DAY_MS,
        mostOrders: ordersPerDay ?? -1,
        mostMoney: moneyPerDay === undefined || moneyPerDay === null ? -1 : moneyUnits(moneyPerDay),
        keep: tries ? 0 : 1,
      },
    }),
  );
  return full === "" ? "counted" : { full, at: new Date(at) };
}

/** Used of the quotas in the last 24 hours. @throws what Redis throws */
export async function usedToday(
  id: string,
  now: Date,
  { redis, keys }: { redis: RedisClient; keys: Keys },
): Promise<{ orders: number; units: number }> {
  const names = await redis.zrangebyscore(keys.apiKey.orders(id), `(${now.getTime() - DAY_MS}`, "+inf");
  const prices = names.length > 0 ? await redis.hmget(keys.apiKey.prices(id), ...names) : [];
  const units = prices.reduce((sum, each) => sum + Number(each ?? 0), 0);
  return { orders: names.filter((name) => !name.startsWith("+")).length, units };
}
