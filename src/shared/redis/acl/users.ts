// Writes the users of a fleet as Redis takes them: a line each for `users.acl` (or ACL SETUSER).
import { createHash } from "node:crypto";
import { Refused } from "../../base/errors.ts";
import { type AclPart, aclParts, COMMANDS_OF_ALL, channelsOf, rightsOf } from "./rights.ts";

export interface AclUser {
  part: AclPart;
  name: string;
  /** Everything behind the name, in order; without a password nobody can log in. */
  rules: string[];
}

/**
 * @param passwordOf the password of a part; its SHA-256 goes into the rules, never itself
 * @throws Refused a prefix that Redis' file of users cannot hold
 */
export function aclUsers(prefix: string, passwordOf: (part: AclPart) => string | undefined): AclUser[] {
  if (/[\s\p{Cc}"'\\]/u.test(prefix))
    throw new Refused("CERTFLEET_PREFIX has blanks or quotes in it, which a user of Redis cannot be limited to");
  return aclParts.map((part) => {
    const { both, read, write, commands } = rightsOf(part, prefix);
    const password = passwordOf(part);
    const rules = [
      ...["on", ...(password === undefined ? [] : [`#${createHash("sha256").update(password).digest("hex")}`])],
      ...["resetkeys", ...both.map((key) => `~${key}`), ...read.map((key) => `%R~${key}`)],
      ...[...write.map((key) => `%W~${key}`), "resetchannels", ...channelsOf(part, prefix).map((key) => `&${key}`)],
      ...[...COMMANDS_OF_ALL, ...commands],
    ];
    return { part, name: userOf(part, prefix), rules };
  });
}

/** Two fleets on one Redis have users of their own: `{certfleet}` → `certfleet-gateway`. */
export function userOf(part: AclPart, prefix: string): string {
  return `${prefix.replace(/[{}]/g, "")}-${part}`;
}
