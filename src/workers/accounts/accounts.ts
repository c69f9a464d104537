// The eNom accounts of this process: who they are, how to talk to them, which one an order fits.

import { buyerOf, fits, inTurn } from "../../shared/account/fitting-accounts.ts";
import { DAY_MS } from "../../shared/base/dates.ts";
import { Unavailable } from "../../shared/base/errors.ts";
import type { Order } from "../../shared/certificate/order.ts";
import type { AccountEntry, FleetFile } from "../../shared/config/fleet-file.ts";
import type { CatalogueEntry, Enom } from "../enom/commands/commands.ts";

/**
 * eNom's catalogue changes rarely; an order may decide on one this old, and on an older one while eNom cannot be asked.
 */
const CATALOGUE_AGE_MS = 10 * 60_000;
const OLDEST_CATALOGUE_MS = DAY_MS;
/** So many orders that meet a product which is not sold want it anew at once. */
const JUST_READ_MS = 500;

export interface Account {
  entry: AccountEntry;
  enom: Enom;
  /** What eNom sells to this account now, with prices; read at most every ten minutes, unless it is wanted anew. */
  catalogue: (wanted?: "anew") => Promise<readonly CatalogueEntry[]>;
}

export interface Accounts {
  all: readonly Account[];
  find: (id: string) => Account | undefined;
  /** The accounts that an order may be bought on, in their turn (`shared/fitting-accounts.ts`). */
  fitting: (order: Order) => readonly Account[];
}

export function openAccounts(all: readonly Account[], file: Pick<FleetFile, "products">): Accounts {
  const known = all.map((each) => ({ ...buyerOf(each.entry, file), account: each })).sort(inTurn);
  return {
    all: known.map(({ account }) => account),
    find: (id) => known.find((each) => each.id === id)?.account,
    fitting: (order) => known.filter((each) => fits(each, order)).map(({ account }) => account),
  };
}

export function account(entry: AccountEntry, enom: Enom, nowMs: () => number = () => performance.now()): Account {
  let kept: { at: number; entries: readonly CatalogueEntry[] } | undefined;
  let reading: Promise<readonly CatalogueEntry[]> | undefined;
  const read = async (): Promise<readonly CatalogueEntry[]> => {
    const at = nowMs();
    const entries = await enom.catalogue();
    kept = { at, entries };
    return entries;
  };
  return {
    entry,
    enom,
    async catalogue(wanted) {
      const age = kept ? nowMs() - kept.at : Number.POSITIVE_INFINITY;
      if (kept && age <= (wanted === "anew" ? JUST_READ_MS : CATALOGUE_AGE_MS)) return kept.entries;
      // One question for all orders of this process that want it now.
      reading ??= read().finally(() => {
        reading = undefined;
      });
      try {
        return await reading;
      } catch (error) {
        if (!kept || age > OLDEST_CATALOGUE_MS || !(error instanceof Unavailable)) throw error;
        return kept.entries;
      }
    },
  };
}
