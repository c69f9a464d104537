// What we accept as an e-mail address: one plain addr-spec, so that nothing a mail library or relay parses can become
// two.
import { z } from "zod";
import { must } from "./fault.ts";

// RFC 5322, 3.2.3: a dot-atom. No quoted strings, comments or groups, hence none of , ; : " ( ) < > [ ] \ and no white
// space; an apostrophe (o'brien@) is an ordinary atom character. No backquote, `|` or `%` either: old relays give them
// a meaning.
const LOCAL = String.raw`(?=[^@]{1,64}@)[A-Za-z0-9!#$&'*+/=?^_{}~-]+(?:\.[A-Za-z0-9!#$&'*+/=?^_{}~-]+)*`;
const LABEL = "[A-Za-z0-9](?:[A-Za-z0-9-]{0,61}[A-Za-z0-9])?";
// RFC 1123, 2.1: letters, digits and inner hyphens. Names of other scripts come as punycode; the last label is not a
// number.
const DOMAIN = String.raw`(?:${LABEL}\.)+(?=[A-Za-z])${LABEL}`;

/**
 * One addr-spec in ASCII (RFC 5321: 64 octets before the @, 254 in all), never a list, a group or a name with brackets.
 */
export const emailAddress = z
  .email({ pattern: new RegExp(`^${LOCAL}@${DOMAIN}$`), ...must("must be one plain e-mail address") })
  .max(254)
  .meta({ description: "One e-mail address, ASCII (punycode)", example: "ada@example.com" });

/** A line for people to read: a display name, a brand. Control characters, CR and LF above all, have no place in it. */
export const displayName = z
  .string()
  .trim()
  .min(1)
  .max(120)
  .regex(/^[^\p{Cc}\p{Zl}\p{Zp}]*$/u, "must be one line without control characters");

/** An address with the name people see beside it. */
export const mailbox = z.strictObject({
  address: emailAddress,
  name: displayName.optional().meta({ description: "The name beside the address", example: "Ada Example" }),
});
export type Mailbox = z.infer<typeof mailbox>;
