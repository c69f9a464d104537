// The names that people are shown, of the customer and of the brand: in their own script, and every character of them seen.

import type { Fault } from "../base/fault.ts";
import { unseenFault } from "../base/text/unseen.ts";
import { hasLostCharacters } from "./ascii.ts";
import type { Normalised } from "./contact.ts";

const LOST = "Some of its characters were lost in a wrong encoding on the way here. Send JSON in UTF-8.";

export interface ShownNames {
  customer?: { name?: string | undefined } | undefined;
  brand?: string | null | undefined;
}

/** The same with its names cleaned. `lateFaults`: what an order of an earlier version may have, and a new one must not. */
export function readShownNames<T extends ShownNames>(
  given: T,
): { names: T; normalised: Normalised[]; lateFaults: Fault[] } {
  const normalised: Normalised[] = [];
  const lateFaults: Fault[] = [];
  const read = (field: string, from: string): string => {
    const faults = nameFaults({ [field]: from });
    const to = faults.length > 0 ? from : from.trim();
    lateFaults.push(...faults);
    if (to !== from) normalised.push({ field, from, to });
    return to;
  };
  const { customer, brand } = given;
  const names = {
    ...given,
    ...(customer?.name !== undefined && { customer: { ...customer, name: read("customer/name", customer.name) } }),
    ...(typeof brand === "string" && { brand: read("brand", brand) }),
  };
  return { names, normalised, lateFaults };
}

/** What is wrong with names that people are shown, by field. */
export function nameFaults(names: Readonly<Record<string, string | undefined>>): Fault[] {
  return Object.entries(names).flatMap(([field, name = ""]) => {
    if (hasLostCharacters(name)) return [{ field, message: LOST }];
    const fault = unseenFault(name);
    return fault === undefined ? [] : [{ field, message: `It ${fault}.` }];
  });
}
