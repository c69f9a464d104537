// Whose work something is: the key or person that asked for it, and within that the customer. Nobody's work stands before
// another's (docs/explanation/design.md#fair-shares).

import { hash } from "node:crypto";
import { z } from "zod";
import { unseenFault } from "../base/text/unseen.ts";
import { type Actor, actorId } from "./actor.ts";

export interface Share {
  /** Who asked, such as `key:shop`. Empty where nobody noted that. */
  by: string;
  /** The customer in whose name: its tenant, else what stands for its e-mail address. Empty where there is none. */
  of: string;
}

/** What Certfleet asks for by itself: counts, polls, sweeps, mails to operators. */
export const FLEET: Share = { by: "fleet", of: "" };

/** Nobody knows: jobs and orders without a note. They stand together as one that asks. */
export const UNKNOWN: Share = { by: "", of: "" };

/** A person who waits at the terminal for a few harmless questions (`account probe`): before everybody. No key is called so. */
export const FIRST: Share = { by: "first", of: "" };

const kept = z.tuple([z.string().max(300), z.string().max(300)]);

/**
 * The share of an order. The address of a customer without a tenant is not kept readable: queues and lists of what waits
 * are no place for people's data.
 */
export function shareOf(
  { tenant, customer }: { tenant?: string | undefined; customer?: { email: string } | undefined },
  by?: Actor | undefined,
): Share {
  const of = tenant !== undefined ? `tenant ${tenant}` : customer ? standIn(customer.email) : "";
  return { by: by ? actorId(by) : "", of };
}

/** Of a mail: the same customer has the same address. */
export function standIn(email: string): string {
  return hash("sha256", email.trim().toLowerCase(), "hex").slice(0, 16);
}

const TENANT =
  "must be 1 to 64 printable characters, without blanks around them and without invisible ones or marks that turn the direction of writing";

export const tenant = z
  .string()
  .regex(/^(?! )[^\p{Cc}\p{Zl}\p{Zp}]{1,64}(?<! )$/u, TENANT)
  .refine((text) => unseenFault(text) === undefined, TENANT)
  .meta({
    description:
      "Your own name of the customer, such as its number: whose work never stands before another's. Without it the customer's e-mail address",
    example: "customer-4711",
  });

/** As it is kept in Redis. */
export function shareText({ by, of }: Share): string {
  return JSON.stringify([by, of]);
}

/** Undefined for what is none. */
export function readShare(text: unknown): Share | undefined {
  if (typeof text !== "string") return undefined;
  try {
    const [by, of] = kept.parse(JSON.parse(text));
    return { by, of };
  } catch {
    return undefined;
  }
}
