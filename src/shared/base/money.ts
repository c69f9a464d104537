// Money as exact decimal text: amounts enter and leave as strings and are compared as whole ten-thousandths, never as
// floats.
import { z } from "zod";

/** A canonical amount, such as `9.95` or `-1873.13`: no currency sign, no thousands comma. */
export type Money = string;

const FORM = /^(-?)(\d{1,12})(?:\.(\d{1,4}))?$/;
const SCALE = 10_000n;

export const money = z.string().regex(FORM, 'must be an amount such as "15.00"');

/** Whole ten-thousandths of the currency's unit. @throws RangeError for anything that is not a canonical amount. */
function units(amount: Money): bigint {
  const parts = FORM.exec(amount);
  if (!parts) throw new RangeError(`not an amount: ${JSON.stringify(amount)}`);
  const [, sign, whole = "0", fraction = ""] = parts;
  const size = BigInt(whole) * SCALE + BigInt(fraction.padEnd(4, "0"));
  return sign === "-" ? -size : size;
}

function fromUnits(value: bigint): Money {
  const size = value < 0n ? -value : value;
  const fraction = (size % SCALE)
    .toString()
    .padStart(4, "0")
    .replace(/0{1,2}$/, "");
  return `${value < 0n ? "-" : ""}${size / SCALE}.${fraction}`;
}

/** Negative when `a` is less than `b`, 0 when equal. */
export function compareMoney(a: Money, b: Money): number {
  const difference = units(a) - units(b);
  return difference < 0n ? -1 : difference > 0n ? 1 : 0;
}

export function timesMoney(amount: Money, count: number): Money {
  return fromUnits(units(amount) * BigInt(count));
}

export function sumMoney(amounts: readonly Money[]): Money {
  return fromUnits(amounts.reduce((sum, amount) => sum + units(amount), 0n));
}

/** So many of `whole` equal parts; what is less than a ten-thousandth is lost. */
export function partOfMoney(amount: Money, parts: number, whole: number): Money {
  return fromUnits((units(amount) * BigInt(parts)) / BigInt(whole));
}

/** The number Redis scripts count with: whole ten-thousandths, safe up to some 900 thousand million. */
export function moneyUnits(amount: Money): number {
  return Number(units(amount));
}

/** The amount of such a number. */
export function moneyOfUnits(count: number): Money {
  return fromUnits(BigInt(count));
}
