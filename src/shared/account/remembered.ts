// Accounts and price lists for work on many orders: read once in a while, and not for each of them.
import type { AccountRecords } from "./records.ts";

export type AccountReading = Pick<AccountRecords, "all" | "catalogue">;

/** What was read is taken for so long; what failed is asked again. */
export function rememberedAccounts({ all, catalogue }: AccountReading, ms: number): AccountReading {
  const known = new Map<string, { until: number; read: Promise<unknown> }>();
  const remembered = <T>(name: string, ask: () => Promise<T>): Promise<T> => {
    const now = performance.now();
    const found = known.get(name);
    if (found && found.until > now) return found.read as Promise<T>;
    const read = ask();
    known.set(name, { until: now + ms, read });
    read.catch(() => known.delete(name));
    return read;
  };
  return {
    all: () => remembered("", all),
    catalogue: (id) => remembered(`of ${id}`, () => catalogue(id)),
  };
}
