// The names that mails show, of the customer and of the brand: in their own script, but without marks that make them read
// otherwise than they are.

import type { Fault } from "../base/fault.ts";
import { hasLostCharacters, withoutBidi } from "./ascii.ts";
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
    const to = withoutBidi(from).trim();
    const message = hasLostCharacters(from)
      ? LOST
      : to === "" && "It holds nothing but marks that turn the direction of writing. Send a name, or leave it out.";
    if (message) lateFaults.push({ field, message });
    else if (to !== from) normalised.push({ field, from, to });
    return message ? from : to;
  };
  const { customer, brand } = given;
  const names = {
    ...given,
    ...(customer?.name !== undefined && { customer: { ...customer, name: read("customer/name", customer.name) } }),
    ...(typeof brand === "string" && { brand: read("brand", brand) }),
  };
  return { names, normalised, lateFaults };
}

/** What is wrong with the names of a mail that another system asks for: nobody reads an answer that says what changed. */
export function mailNameFaults({
  to,
  brand,
}: {
  to: { name?: string | undefined };
  brand?: string | undefined;
}): Fault[] {
  return Object.entries({ "to/name": to.name ?? "", brand: brand ?? "" }).flatMap(([field, name]) => {
    if (hasLostCharacters(name)) return [{ field, message: LOST }];
    return withoutBidi(name) === name ? [] : [{ field, message: "It has marks that turn the direction of writing." }];
  });
}
