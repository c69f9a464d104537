// How the dashboard writes amounts, days and waiting times.
import { ageText } from "../../../shared/base/dates.ts";
import type { Money } from "../../../shared/base/money.ts";
import type { Runway } from "../../../shared/forecast/runway.ts";

/** `4,873.50`, with a real minus sign. */
export function amountText(amount: Money): string {
  const [whole = "", fraction] = amount.replace("-", "−").split(".");
  const grouped = whole.replace(/\B(?=(\d{3})+$)/g, ",");
  return fraction === undefined ? grouped : `${grouped}.${fraction}`;
}

/** `22 Nov 2026`, UTC. */
export function dayText(day: Date): string {
  return day.toLocaleDateString("en-GB", { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" });
}

/** `22 Nov`, where the year goes without saying. */
export function shortDayText(day: Date): string {
  return dayText(day).replace(/ \d+$/, "");
}

/** `22 Nov 2026, 07:30 UTC` */
export function timeText(time: Date): string {
  return `${dayText(time)}, ${time.toISOString().slice(11, 16)} UTC`;
}

export function agoText(seconds: number): string {
  return `${ageText(seconds)} ago`;
}

export function daysText(days: number): string {
  return days === 1 ? "1 day" : `${days} days`;
}

/** `isBlocked`: there is less already than must stay. */
export function runwayText({ exhaustedOn, days }: Runway, until: string, isBlocked: boolean): string {
  if (exhaustedOn === null)
    return `${isBlocked ? "No purchase is planned" : "Covers all purchases planned"} until ${dayText(new Date(until))}.`;
  if (days === 0 || days === null) return "Does not cover the orders that wait now.";
  return `Runs short on ${dayText(new Date(exhaustedOn))}, in ${daysText(days)}.`;
}
