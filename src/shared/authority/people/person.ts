// A console user: how the name is written, which roles there are, and what is kept.
import { z } from "zod";
import { type Role, roles } from "../scopes.ts";

const ROLES = Object.keys(roles) as [Role, ...Role[]];

export const roleName = z.enum(ROLES, `must be one of ${ROLES.join(", ")}`);

/** Written alike in logs, the audit trail and Redis. An e-mail address is a name, too. */
const NAME = /^[a-z0-9][a-z0-9._@+-]{0,63}$/;

/** `Ada` and `ada` are one person. Undefined where nobody can be called so. */
export function personName(text: string): string | undefined {
  const name = text.trim().toLowerCase();
  return NAME.test(name) ? name : undefined;
}

export const NAME_RULE =
  "A user's name has 1 to 64 characters: letters a to z, digits, and . _ @ + -; the first is a letter or a digit.";

/** As it is kept. Fields that a later version adds are optional. */
export const person = z.object({
  name: z.string(),
  role: roleName,
  /** Hash in PHC form; without one only an OpenID provider lets the person in. */
  password: z.string().optional(),
  /** Changes with the password: a session that began with another one has ended. */
  stamp: z.string(),
  /** Issuer and subject of the OpenID provider, for people who come from there. */
  subject: z.string().optional(),
  /** Of the console's pages; without one, what the browser asks for. */
  language: z.enum(["en", "es", "ru"]).optional().catch(undefined),
  addedAt: z.string(),
  changedAt: z.string(),
  signedInAt: z.string().optional(),
});
export type Person = z.infer<typeof person>;
