// What happens in each day, week or month, counted, with its cost.
import { DAY_MS, utcDate } from "../base/dates.ts";
import { type Money, sumMoney } from "../base/money.ts";

export const steps = ["day", "week", "month"] as const;
export type Period = (typeof steps)[number];

export const countables = ["reissues", "validations", "reminders", "purchases", "lapses"] as const;
export type Countable = (typeof countables)[number];

/** How often each thing happens, and what is spent, by currency. */
export type Counts = Record<Countable, number> & { cost: Record<string, Money> };
/** `from`: the UTC date on which the step begins; a week begins on Monday (ISO 8601). */
export type Row = { from: string } & Counts;

export interface Tally {
  count(at: Date, what: Countable): void;
  spend(at: Date, price: { amount: Money; currency: string }): void;
  /** The steps in which something happens, oldest first, and their sum. */
  result(): { totals: Counts; rows: Row[] };
}

export function tallyBy(step: Period): Tally {
  const byStep = new Map<number, Counts>();
  const countsAt = (at: Date): Counts => {
    const begins = beginOf(at, step);
    const known = byStep.get(begins) ?? nothing();
    byStep.set(begins, known);
    return known;
  };
  return {
    count: (at, what) => void countsAt(at)[what]++,
    spend: (at, { amount, currency }) => add(countsAt(at).cost, currency, amount),
    result: () => ({
      totals: sumOf([...byStep.values()]),
      rows: [...byStep]
        .sort(([a], [b]) => a - b)
        .map(([begins, counts]) => ({ from: utcDate(new Date(begins)), ...counts })),
    }),
  };
}

function nothing(): Counts {
  return { reissues: 0, validations: 0, reminders: 0, purchases: 0, lapses: 0, cost: {} };
}

function beginOf(at: Date, step: Period): number {
  if (step === "month") return Date.UTC(at.getUTCFullYear(), at.getUTCMonth());
  const day = at.getTime() - (at.getTime() % DAY_MS);
  return step === "day" ? day : day - ((at.getUTCDay() + 6) % 7) * DAY_MS;
}

function sumOf(all: readonly Counts[]): Counts {
  const totals = nothing();
  for (const counts of all) {
    for (const what of countables) totals[what] += counts[what];
    for (const [currency, amount] of Object.entries(counts.cost)) add(totals.cost, currency, amount);
  }
  return totals;
}

function add(cost: Record<string, Money>, currency: string, amount: Money): void {
  cost[currency] = sumMoney([cost[currency] ?? "0.00", amount]);
}
