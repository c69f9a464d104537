// The certificates that a filter means, and what would be done with each: looked at before anything is.
import { rememberedAccounts } from "../../../shared/account/remembered.ts";
import type { Money } from "../../../shared/base/money.ts";
import { sumMoney } from "../../../shared/base/money.ts";
import type { Fleet } from "../fleet.ts";
import { changeText, costOf, makeChange, type Planned, plannedOf, type Wanted } from "./actions.ts";
import type { Filter } from "./where.ts";

export interface Selected {
  reference: string;
  domain: string;
  plan: Planned;
  /** What it would become. */
  change?: string;
  /** Null: nobody knows. */
  cost?: Money | null;
  /** Why nothing would be done. */
  refused?: string;
}

const PAGE = 200;
/** Price lists do not change while a list of certificates is read. */
const ACCOUNTS_MS = 60_000;

/** In the order of the list. @throws what Redis throws */
export async function select(
  filter: Filter,
  asked: Wanted,
  fleet: Pick<Fleet, "certificates" | "accounts" | "clock" | "who" | "intake" | "policyFor">,
): Promise<Selected[]> {
  const { certificates, clock, who, intake, policyFor } = fleet;
  const accounts = rememberedAccounts(fleet.accounts, ACCOUNTS_MS);
  const found = new Map<string, Selected>();
  let cursor: string | undefined;
  do {
    const page = await certificates.list(filter.query, { limit: PAGE, cursor }, clock.now());
    for (const certificate of page.certificates) {
      const now = clock.now();
      const { reference, domain } = certificate.order;
      if (found.has(reference) || !filter.fits(certificate, now)) continue;
      const plan = plannedOf(certificate);
      const made = await makeChange(certificate, asked, { run: "", plan }, { now, who, intake });
      if (made === "same") found.set(reference, { reference, domain, plan, refused: "There is nothing to change." });
      else if ("refused" in made) found.set(reference, { reference, domain, plan, refused: made.refused });
      else {
        const cost = await costOf(certificate, made.certificate, now, { accounts, policyFor });
        found.set(reference, {
          reference,
          domain,
          plan,
          cost,
          change: changeText(asked, certificate, made.certificate),
        });
      }
    }
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return [...found.values()];
}

export function sumOf(selected: readonly Selected[]): {
  would: number;
  refused: number;
  cost: Money;
  unpriced: number;
} {
  const would = selected.filter(({ refused }) => refused === undefined);
  return {
    would: would.length,
    refused: selected.length - would.length,
    cost: sumMoney(would.map(({ cost }) => cost ?? "0.00")),
    unpriced: would.filter(({ cost }) => cost === null).length,
  };
}
