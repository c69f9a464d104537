// `user add`, `list`, `password`, `role`, `remove`: what they change, and what they tell.
import type { Facts } from "../../../shared/authority/audit/entry.ts";
import { hashPassword } from "../../../shared/authority/people/password-hash.ts";
import { NAME_RULE, type Person, personName } from "../../../shared/authority/people/person.ts";
import type { People } from "../../../shared/authority/people/store.ts";
import type { Role } from "../../../shared/authority/scopes.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import { type Column, listed } from "../columns.ts";
import { table, timeText } from "../table.ts";
import type { NewPassword } from "./generated-password.ts";

export interface UserNeeds {
  people: People;
  /** Asks for it, reads it or makes it; a result where that did not work. */
  password: (name: string) => Promise<NewPassword | Result>;
  now: Date;
  /** Writes a change to the audit trail before it is made. */
  audit: (
    change: { action: string; subject: string; before?: Facts; after?: Facts },
    work: () => Promise<Result>,
  ) => Promise<Result>;
}

export async function addUser(
  asked: { name: string; role: Role },
  { people, password, now, audit }: UserNeeds,
): Promise<Result> {
  const name = personName(asked.name);
  if (name === undefined) return failure("usage", NAME_RULE);
  if (await people.find(name)) return taken(name);
  const made = await password(name);
  if ("ending" in made) return made;
  const { role } = asked;
  const hash = await hashPassword(made.password);
  return audit({ action: "user.add", subject: name, after: { role } }, async () => {
    if (!(await people.add({ name, role, password: hash, subject: undefined }, now))) return taken(name);
    return addedResult({ name, role }, made);
  });
}

export async function changePassword(typed: string, { people, password, now, audit }: UserNeeds): Promise<Result> {
  const person = await found(typed, people);
  if ("ending" in person) return person;
  const { name, subject } = person;
  if (subject !== undefined)
    return failure("conflict", `${name} signs in at the OpenID provider, and has no password here. Change it there.`);
  const made = await password(name);
  if ("ending" in made) return made;
  const hash = await hashPassword(made.password);
  return audit({ action: "user.password", subject: name }, async () => {
    if (!(await people.setPassword(name, hash, now))) return unknown(name);
    return passwordResult(name, made);
  });
}

export async function changeRole(
  asked: { name: string; role: Role },
  { people, now, audit }: UserNeeds,
): Promise<Result> {
  const person = await found(asked.name, people);
  if ("ending" in person) return person;
  const { name, subject } = person;
  if (subject !== undefined)
    return failure(
      "conflict",
      `The role of ${name} comes from the OpenID provider (CERTFLEET_OIDC_ROLES). Change it there.`,
    );
  const { role } = asked;
  const before = { role: person.role };
  return audit({ action: "user.role", subject: name, before, after: { role } }, async () => {
    if (!(await people.setRole(name, role, now))) return unknown(name);
    return roleResult(name, role);
  });
}

export async function removeUser(typed: string, { people, audit }: UserNeeds): Promise<Result> {
  const person = await found(typed, people);
  if ("ending" in person) return person;
  const { name } = person;
  return audit({ action: "user.remove", subject: name, before: { role: person.role } }, async () => {
    if (!(await people.remove(name))) return unknown(name);
    const left = await people.list();
    const isAdminLeft = left.some(({ role }) => role === "admin");
    return removedResult({ removed: name, left: left.length, isAdminLeft });
  });
}

export async function findUsers({ people }: Pick<UserNeeds, "people">): Promise<ShownUser[]> {
  return (await people.list()).map((each) => ({
    ...{ name: each.name, role: each.role, by: byOf(each) },
    ...{ addedAt: each.addedAt, changedAt: each.changedAt, signedInAt: each.signedInAt ?? null },
  }));
}

export interface ShownUser {
  name: string;
  role: Role;
  by: "password" | "openid";
  addedAt: string;
  changedAt: string;
  signedInAt: string | null;
}

/** Stable: scripts read them. New ones go to the end. */
const COLUMNS: readonly Column<ShownUser>[] = [
  { name: "name", of: ({ name }) => name },
  { name: "role", of: ({ role }) => role },
  { name: "by", of: ({ by }) => by },
  { name: "addedAt", of: ({ addedAt }) => addedAt },
  { name: "signedInAt", of: ({ signedInAt }) => signedInAt },
  { name: "changedAt", of: ({ changedAt }) => changedAt, isWide: true },
];

export function usersResult(users: readonly ShownUser[]): Result {
  const rows = users.map(({ name, role, by, addedAt, signedInAt }) => [
    ...[name, role, by, timeText(addedAt)],
    signedInAt ? timeText(signedInAt) : "never",
  ]);
  const note = users.length > 0 ? {} : { note: "There is no user. Add one: certfleet user add NAME --role admin" };
  const text = users.length === 0 ? "" : table(["NAME", "ROLE", "SIGNS IN BY", "ADDED AT", "SIGNED IN AT"], rows);
  return { ending: "done", text, json: { users }, listed: listed(COLUMNS, users), ...note };
}

export function addedResult({ name, role }: { name: string; role: Role }, made: NewPassword): Result {
  return withPassword(`User ${name} may sign in as ${role}.`, made, { name, role });
}

export function passwordResult(name: string, made: NewPassword): Result {
  return withPassword(`User ${name} has a new password. Sessions of ${name} have ended.`, made, { name });
}

export function roleResult(name: string, role: Role): Result {
  return { ending: "done", text: `User ${name} is ${role} from now on.`, json: { name, role } };
}

export function removedResult(gone: { removed: string; left: number; isAdminLeft: boolean }): Result {
  const { removed: name, left, isAdminLeft } = gone;
  const text = `User ${name} is removed. Sessions of ${name} have ended.`;
  return { ending: "done", text, json: { removed: name }, ...(!isAdminLeft && { note: noAdmin(left) }) };
}

function withPassword(said: string, { password, isGenerated }: NewPassword, json: Record<string, unknown>): Result {
  if (!isGenerated) return { ending: "done", text: said, json };
  const text = `${said}\nPassword: ${password}`;
  return { ending: "done", text, json: { ...json, password }, note: "The password is shown this once." };
}

async function found(typed: string, people: People): Promise<Person | Result> {
  const name = personName(typed);
  return (name === undefined ? undefined : await people.find(name)) ?? unknown(name ?? "with this name");
}

function byOf({ subject }: Person): "password" | "openid" {
  return subject === undefined ? "password" : "openid";
}

function taken(name: string): Result {
  return failure("conflict", `There is a user ${name} already. Change it with user role or user password.`);
}

function unknown(name: string): Result {
  return failure("not-found", `There is no user ${name}. certfleet user list shows all.`);
}

function noAdmin(left: number): string {
  if (left === 0)
    return "There is no user any more: outside of a sandbox the pages are closed, unless BOARD_USER is set.";
  return "No user is admin any more. Add one: certfleet user add NAME --role admin";
}
