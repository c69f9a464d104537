// The forecast of this fleet, as HTTP and the command line ask for it: its certificates page by page, at the prices its
// accounts were told.

import { setImmediate as breathe } from "node:timers/promises";
import type { AccountRecords } from "../account/records.ts";
import type { Clock } from "../base/clock.ts";
import type { Certificate } from "../certificate/certificate.ts";
import type { CertificateStore } from "../certificate/store.ts";
import type { Policy, PolicyFor } from "../subscription/policy.ts";
import { type Forecast, forecast, type Prices, type PricesOf } from "./forecast.ts";
import type { Period } from "./tally.ts";

export interface Wanted {
  /** Of this certificate; of all where it is absent. */
  reference?: string | undefined;
  /** From now on. */
  years: number;
  by: Period;
  /** A policy to compare with the one that holds. */
  before?: number | undefined;
  mode?: Policy["mode"] | undefined;
}

export interface Fleet {
  certificates: Pick<CertificateStore, "find" | "list">;
  accounts: Pick<AccountRecords, "all" | "catalogue">;
  policyFor: PolicyFor;
  clock: Clock;
  /** Ends the work when nobody waits for it any more. */
  signal?: AbortSignal | undefined;
}

/** Small, so that others who ask Redis over the same connection do not wait behind it for long. */
const PAGE = 25;

/** Undefined where there is no certificate of this reference. */
export async function forecastFleet(wanted: Wanted, fleet: Fleet): Promise<Forecast | undefined> {
  const { reference, years, by, before, mode } = wanted;
  const { certificates, accounts, clock } = fleet;
  const from = clock.now();
  const one = reference === undefined ? undefined : await certificates.find(reference);
  if (reference !== undefined && !one) return undefined;
  const instead = { ...(mode && { mode }), ...(before !== undefined && { beforeDays: before }) };
  const asked = { from, years, by, isOne: one !== undefined, instead };
  return forecast(one ? [one] : everyCertificate(fleet, from), asked, {
    ...fleet,
    pricesOf: await pricesFrom(accounts),
  });
}

/**
 * In the order of acceptance; those that are accepted meanwhile come, too.
 * @throws Unavailable the signal ended it
 */
export async function* everyCertificate(
  { certificates, signal }: { certificates: Pick<CertificateStore, "list">; signal?: AbortSignal | undefined },
  now: Date,
): AsyncGenerator<Certificate, void> {
  let cursor: string | undefined;
  do {
    const page = await certificates.list({}, { limit: PAGE, cursor, signal }, now);
    yield* page.certificates;
    await breathe();
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
}

/**
 * By the catalogues that the workers made known. A certificate without an account yet is priced by the first that sells
 * its product.
 */
export async function pricesFrom(accounts: Fleet["accounts"]): Promise<PricesOf> {
  const byAccount = new Map<string, Map<string, Prices>>();
  for (const { id, currency } of await accounts.all()) {
    const offers = (await accounts.catalogue(id)).filter(({ enabled }) => enabled);
    const priced = offers.map(({ service, price, years }): [string, Prices] => [
      service.toLowerCase(),
      { price, perYears: 1, years, currency },
    ]);
    byAccount.set(id, new Map(priced));
  }
  return (account, service) => {
    const asked = account === null ? [...byAccount.values()] : [byAccount.get(account)];
    return asked.map((offers) => offers?.get(service.toLowerCase())).find((prices) => prices !== undefined);
  };
}
