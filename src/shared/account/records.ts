// What the fleet knows of each eNom account, for people and billing systems: who it is, its balance, its last check. No
// secrets.

import { join } from "node:path";
import { z } from "zod";
import { DAY_MS, HOUR_MS } from "../base/dates.ts";
import type { Fault } from "../base/fault.ts";
import type { AccountEntry, FleetFile } from "../config/fleet-file.ts";
import type { RedisClient } from "../redis/client.ts";
import type { Keys } from "../redis/keys.ts";
import { defineScript, runScript } from "../redis/script.ts";
import { type ConnectionCheck, connectionCheck } from "./connection-check.ts";
import { buyerOf } from "./fitting-accounts.ts";
import { keepCheck } from "./keep-check.ts";
import { minimumBlocks } from "./minimum-balance.ts";
import { findAnswers, findStanding, type KeptAnswer, type Standing } from "./not-understood.ts";
import { observesText, observing } from "./shadow/observed.ts";

/** So long are readings kept. */
const HISTORY_MS = 90 * DAY_MS;

const KEEP_BALANCE = defineScript(join(import.meta.dirname, "lua/keep-balance.lua"), {
  keys: ["account", "readings"],
  args: ["reading", "at", "hourBegin", "oldest"],
});

const amount = z.string().meta({ example: "120.00" });
const time = z.string().meta({ format: "date-time" });

/** Absent in what an earlier version published: then nobody knows of a cap until a worker starts. */
const spendCap = (span: string) =>
  amount
    .nullable()
    .default(null)
    .meta({ description: `What may be spent in ${span}; null: no cap` });

/** Who an account is; the API shows it as it is kept. */
export const accountAbout = z.object({
  id: z.string().meta({ description: "Its name in orders and commands", example: "main" }),
  name: z.string().meta({ description: "Shown to people", example: "eNom main" }),
  apiHost: z.string().meta({ description: "The host of eNom's interface", example: "reseller.enom.com" }),
  dataCenter: z.string().nullable().meta({
    description: "It takes orders for this data center and orders without one; null: all orders",
    example: "eu-1",
  }),
  department: z
    .string()
    .nullable()
    .meta({ description: "The operator mailbox that gets its tasks", example: "ssl@provider.example" }),
  sort: z.number().meta({ description: "The lowest is used first", example: 10 }),
  currency: z.string().meta({ description: "Of its balance and prices", example: "USD" }),
  mode: z.string().meta({
    description: "dedicated; shared: others buy on this eNom account, too; observe: nothing is bought or changed",
    example: "dedicated",
  }),
  minimumBalance: amount.nullable().meta({ description: "What must stay on the account; null: no minimum is set" }),
  perHour: spendCap("any 60 minutes"),
  perDay: spendCap("any 24 hours"),
  enabled: z.boolean().meta({ description: "Whether it is used at all" }),
  purchases: z.boolean().meta({ description: "Whether it may buy" }),
});

const about = accountAbout.extend({
  /** Its user name at eNom, by which a panel may name it. It is compared, and never shown. */
  login: z.string().optional(),
  /** Whether the minimum must stay, or is only warned of. */
  minimumBlocks: z.boolean().default(true),
  /** As `Buyer` (`fitting-accounts.ts`) has them. */
  products: z.array(z.string()).readonly().nullable().default(null),
  otherProducts: z.array(z.string()).readonly().default([]),
});

export const balanceReading = z.object({
  available: amount.meta({ description: "What can be spent" }),
  balance: amount.meta({ description: "What eNom shows as the balance" }),
  at: time.meta({ description: "When it was read" }),
});

const offer = z.object({
  service: z.string(),
  /** Of one year, decimal. */
  price: z.string(),
  /** Terms that may be bought at once. */
  years: z.array(z.number()),
  enabled: z.boolean(),
  /** eNom's number and words; earlier versions kept neither. */
  prodType: z.number().optional(),
  description: z.string().optional(),
});

/** What eNom sells to an account, for whoever calculates with it and has no login. */
export type Offer = z.infer<typeof offer>;
/** What is paid and serves nobody, as the last count found it. */
export const idleMoney = z.object({
  slots: z.int().meta({ description: "Unused slots, and those of cancelled orders that can be refunded", example: 2 }),
  sum: amount.meta({ description: "What was paid for them" }),
  soonest: z.string().nullable().meta({ format: "date", description: "The first day on which a refund ends" }),
  at: time.meta({ description: "When they were counted" }),
});
export type IdleMoney = z.infer<typeof idleMoney>;

export type BalanceReading = z.infer<typeof balanceReading>;
export type AccountRecord = z.infer<typeof about> & {
  balance: BalanceReading | null;
  lastCheck: ConnectionCheck | null;
  idle?: IdleMoney | null;
};

/** What certfleet.yaml says of accounts beside their own entries. */
type MoreOfAccounts = Pick<FleetFile, "products" | "balance">;
const NOTHING_MORE: MoreOfAccounts = { products: [] };

export type AccountRecords = ReturnType<typeof accountRecords>;

export function accountRecords(redis: RedisClient, keys: Keys) {
  const find = async (id: string): Promise<AccountRecord | undefined> => {
    const fields = await redis.hgetall(keys.account(id));
    if (!fields.about) return undefined;
    const parsed = <T>(schema: z.ZodType<T>, text: string | undefined): T | null =>
      text ? schema.parse(JSON.parse(text)) : null;
    return {
      ...about.parse(JSON.parse(fields.about)),
      balance: parsed(balanceReading, fields.balance),
      lastCheck: parsed(connectionCheck, fields.check),
      idle: parsed(idleMoney, fields.idle),
    };
  };

  /** Makes a configured account known to the producers, which have no eNom settings. Repeated at each start. */
  const publish = async (entry: AccountEntry, file = NOTHING_MORE): Promise<void> => {
    const { id, sort, currency, mode, purchases, purchasing } = entry;
    const capOf = (cap: string): string | null => (cap === "none" ? null : cap);
    const record: z.infer<typeof about> = {
      ...{ perHour: capOf(purchasing.perHour), perDay: capOf(purchasing.perDay) },
      ...{ currency, mode, purchases },
      ...buyerOf(entry, file),
      name: entry.name ?? id,
      login: entry.username,
      apiHost: new URL(entry.apiUrl).host,
      department: entry.department ?? null,
      minimumBalance: entry.minimumBalance ?? null,
      minimumBlocks: minimumBlocks(file),
    };
    await redis.hset(keys.account(id), "about", JSON.stringify(record));
    await redis.zadd(keys.accounts, `${sort}`, id);
  };

  /** Whether producers know of it. */
  const isKnown = async (id: string): Promise<boolean> =>
    (await redis.hexists(keys.account(id), "about")) === 1 && (await redis.zscore(keys.accounts, id)) !== null;

  return {
    find,
    publish,

    /** Why nobody's customer gets a mail for it now, in a sentence; null where they do. */
    async whyNoMails(account: Pick<AccountRecord, "id" | "mode">): Promise<string | null> {
      const state = await observing({ redis, keys }, account);
      return state && observesText(account.id, state);
    },

    /** Those of them that Redis lost; what is there stays, for another process may know better. Answers their ids. */
    async publishLost(entries: readonly AccountEntry[], file = NOTHING_MORE): Promise<string[]> {
      const lost: string[] = [];
      for (const entry of entries) {
        if (await isKnown(entry.id)) continue;
        await publish(entry, file);
        lost.push(entry.id);
      }
      return lost;
    },

    /** All that a fleet has. Others that it had before are no longer enabled; their history stays. */
    async publishAll(entries: readonly AccountEntry[], file = NOTHING_MORE): Promise<void> {
      for (const entry of entries) await publish(entry, file);
      for (const id of await redis.zrange(keys.accounts, "0", "-1")) {
        if (entries.some((entry) => entry.id === id)) continue;
        const gone = await redis.hget(keys.account(id), "about");
        if (gone)
          await redis.hset(
            keys.account(id),
            "about",
            JSON.stringify({ ...about.parse(JSON.parse(gone)), enabled: false }),
          );
      }
    },

    async all(): Promise<AccountRecord[]> {
      const ids = await redis.zrange(keys.accounts, "0", "-1");
      const found = await Promise.all(ids.map(find));
      return found.filter((each) => each !== undefined);
    },

    /** `at` as `toISOString` writes it. A failed poll keeps nothing: the last good value stays, with its time. */
    async keepBalance(id: string, balance: BalanceReading): Promise<void> {
      const at = new Date(balance.at).getTime();
      await runScript(redis, KEEP_BALANCE, {
        keys: { account: keys.account(id), readings: keys.readings(id) },
        args: { reading: JSON.stringify(balance), at, hourBegin: at - (at % HOUR_MS), oldest: at - HISTORY_MS },
      });
    },

    async keepCheck(id: string, result: z.input<typeof connectionCheck>): Promise<void> {
      await keepCheck({ redis, keys }, id, result);
    },

    async keepIdle(id: string, idle: IdleMoney): Promise<void> {
      await redis.hset(keys.account(id), "idle", JSON.stringify(idle));
    },

    async keepCatalogue(id: string, offers: readonly Offer[], at?: Date): Promise<void> {
      await redis.hset(keys.account(id), "catalogue", JSON.stringify(offers));
      if (at) await redis.hset(keys.account(id), "catalogueAt", at.toISOString());
    },

    /** When the catalogue was read; null where nobody noted it. */
    catalogueReadAt: (id: string): Promise<string | null> => redis.hget(keys.account(id), "catalogueAt"),

    /** What eNom answered and nobody understood, newest first. */
    answers: (id: string): Promise<KeptAnswer[]> => findAnswers({ redis, keys }, id),

    /** Why the account buys nothing until eNom's list is understood. */
    standing: (id: string): Promise<Standing | undefined> => findStanding({ redis, keys }, id),

    /** As the account was last told; empty before. */
    async catalogue(id: string): Promise<Offer[]> {
      const kept = await redis.hget(keys.account(id), "catalogue");
      return kept === null ? [] : z.array(offer).parse(JSON.parse(kept));
    },

    /** Of 90 days, the last of each hour; newest first. */
    async history(id: string): Promise<BalanceReading[]> {
      const entries = await redis.zrange(keys.readings(id), "0", "-1", "REV");
      return entries.map((entry) => balanceReading.parse(JSON.parse(entry)));
    },
  };
}

/** An order may name an account; a name that no worker has made known is a slip of the pen. */
export async function accountFaults(body: unknown, accounts: Pick<AccountRecords, "all">): Promise<Fault[]> {
  const named = (body as { account?: unknown } | null | undefined)?.account;
  if (typeof named !== "string") return [];
  const known = (await accounts.all()).map(({ id }) => id);
  if (known.length === 0 || known.includes(named)) return [];
  const message = `There is no account ${JSON.stringify(named)}; there are ${known.join(", ")}.`;
  return [{ field: "account", message }];
}
