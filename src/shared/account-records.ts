// What the fleet knows of each eNom account, for people and billing systems: who it is, its balance, its last check. No secrets.
import { z } from "zod";
import type { RedisClient } from "./certificates.ts";
import type { AccountEntry } from "./fleet-file.ts";
import type { Keys } from "./keys.ts";
import type { Fault } from "./order.ts";

/** Readings kept for the history; at two a day some four months. */
const HISTORY = 250;

const about = z.object({
  id: z.string(),
  name: z.string(),
  apiHost: z.string(),
  dataCenter: z.string().nullable(),
  department: z.string().nullable(),
  sort: z.number(),
  currency: z.string(),
  mode: z.string(),
  minimumBalance: z.string().nullable(),
  enabled: z.boolean(),
  purchases: z.boolean(),
});
const reading = z.object({ available: z.string(), balance: z.string(), at: z.string() });
const check = z.object({ ok: z.boolean(), message: z.string(), at: z.string() });

const offer = z.object({
  service: z.string(),
  /** Of one year, decimal. */
  price: z.string(),
  /** Terms that may be bought at once. */
  years: z.array(z.number()),
  enabled: z.boolean(),
});

/** What eNom sells to an account, for whoever reckons with it and has no login. */
export type Offer = z.infer<typeof offer>;
export type BalanceReading = z.infer<typeof reading>;
export type AccountCheck = z.infer<typeof check>;
export type AccountRecord = z.infer<typeof about> & { balance: BalanceReading | null; lastCheck: AccountCheck | null };

export type AccountRecords = ReturnType<typeof accountRecords>;

export function accountRecords(redis: RedisClient, keys: Keys) {
  const find = async (id: string): Promise<AccountRecord | undefined> => {
    const fields = await redis.hgetall(keys.account(id));
    if (!fields.about) return undefined;
    const parsed = <T>(schema: z.ZodType<T>, text: string | undefined): T | null =>
      text ? schema.parse(JSON.parse(text)) : null;
    return {
      ...about.parse(JSON.parse(fields.about)),
      balance: parsed(reading, fields.balance),
      lastCheck: parsed(check, fields.check),
    };
  };

  return {
    find,

    /** Makes a configured account known to the producers, which have no eNom settings. Repeated at each start. */
    async publish(entry: AccountEntry): Promise<void> {
      const { id, sort, currency, mode, enabled, purchases } = entry;
      const record: z.infer<typeof about> = {
        ...{ id, sort, currency, mode, enabled, purchases },
        name: entry.name ?? id,
        apiHost: new URL(entry.apiUrl).host,
        dataCenter: entry.dataCenter ?? null,
        department: entry.department ?? null,
        minimumBalance: entry.minimumBalance ?? null,
      };
      await redis.hset(keys.account(id), "about", JSON.stringify(record));
      await redis.zadd(keys.accounts, `${sort}`, id);
    },

    async all(): Promise<AccountRecord[]> {
      const ids = await redis.zrange(keys.accounts, "0", "-1");
      const found = await Promise.all(ids.map(find));
      return found.filter((each) => each !== undefined);
    },

    /** Keeps a reading. A failed poll keeps nothing: the last good value stays, with its time. */
    async keepBalance(id: string, balance: BalanceReading): Promise<void> {
      await redis.hset(keys.account(id), "balance", JSON.stringify(balance));
      await redis.lpush(keys.balances(id), JSON.stringify(balance));
      await redis.ltrim(keys.balances(id), 0, HISTORY - 1);
    },

    async keepCheck(id: string, result: AccountCheck): Promise<void> {
      await redis.hset(keys.account(id), "check", JSON.stringify(result));
    },

    async keepCatalogue(id: string, offers: readonly Offer[]): Promise<void> {
      await redis.hset(keys.account(id), "catalogue", JSON.stringify(offers));
    },

    /** As the account was last told; empty before. */
    async catalogue(id: string): Promise<Offer[]> {
      const kept = await redis.hget(keys.account(id), "catalogue");
      return kept === null ? [] : z.array(offer).parse(JSON.parse(kept));
    },

    /** Newest first. */
    async history(id: string): Promise<BalanceReading[]> {
      const entries = await redis.lrange(keys.balances(id), 0, -1);
      return entries.map((entry) => reading.parse(JSON.parse(entry)));
    },
  };
}

/** An order may name an account; a name that no worker has made known is a slip of the pen. */
export async function accountFaults(body: unknown, accounts: Pick<AccountRecords, "all">): Promise<Fault[]> {
  const named = z.object({ account: z.string() }).safeParse(body).data?.account;
  if (named === undefined) return [];
  const known = (await accounts.all()).map(({ id }) => id);
  if (known.length === 0 || known.includes(named)) return [];
  const message = `There is no account ${JSON.stringify(named)}; there are ${known.join(", ")}.`;
  return [{ field: "account", message }];
}
