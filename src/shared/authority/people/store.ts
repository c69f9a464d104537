// The console users in Redis: who there is, with which role and password hash. A change counts from the next request on.
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import type { RedisClient } from "../../redis/client.ts";
import type { Keys } from "../../redis/keys.ts";
import { defineScript, runScript } from "../../redis/script.ts";
import type { Role } from "../scopes.ts";
import { type Person, person } from "./person.ts";

const KEEP = defineScript(join(import.meta.dirname, "lua/keep-user.lua"), {
  keys: ["user", "users"],
  args: ["name", "expects"],
});

type PeopleKeys = Pick<Keys, "user" | "users">;
export type People = ReturnType<typeof peopleStore>;

/** Whether there is any console user: while there is none, pages are closed outside of a sandbox. */
export async function anyUsers(redis: RedisClient, { users }: Pick<Keys, "users">): Promise<boolean> {
  return (await redis.scard(users)) > 0;
}

/** Names are those that `personName` gives. Passwords come in as hashes. */
export function peopleStore(redis: RedisClient, keys: PeopleKeys) {
  async function keep(name: string, expects: "new" | "known", fields: Partial<Person>): Promise<boolean> {
    const moreArgs = Object.entries(fields).flatMap(([field, value]) => (value === undefined ? [] : [field, value]));
    const asked = { keys: { user: keys.user(name), users: keys.users }, args: { name, expects }, moreArgs };
    return (await runScript(redis, KEEP, asked)) === 1;
  }

  return {
    async find(name: string): Promise<Person | undefined> {
      const fields = await redis.hgetall(keys.user(name));
      return Object.keys(fields).length === 0 ? undefined : person.parse({ ...fields, name });
    },

    /** By name. */
    async list(): Promise<Person[]> {
      const names = (await redis.smembers(keys.users)).sort();
      const all = await Promise.all(names.map((name) => this.find(name)));
      return all.filter((each) => each !== undefined);
    },

    /** False where the name is taken. */
    add: ({ name, role, password, subject }: Pick<Person, "name" | "role" | "password" | "subject">, now: Date) =>
      keep(name, "new", {
        ...{ role, password, subject },
        stamp: newStamp(),
        ...times(now),
        addedAt: now.toISOString(),
      }),

    /** Ends every session of the user. False where there is no such user. */
    setPassword: (name: string, password: string, now: Date) =>
      keep(name, "known", { password, stamp: newStamp(), ...times(now) }),

    /** Counts from the next request on, in sessions that run as well. */
    setRole: (name: string, role: Role, now: Date) => keep(name, "known", { role, ...times(now) }),

    /** Of the console's pages. False where there is no such user. */
    setLanguage: (name: string, language: NonNullable<Person["language"]>) => keep(name, "known", { language }),

    /** The same password, hashed with today's parameters: sessions go on. */
    renewHash: (name: string, password: string) => keep(name, "known", { password }),

    noteSignIn: (name: string, now: Date) => keep(name, "known", { signedInAt: now.toISOString() }),

    /** Ends every session of the user. False where there was none. */
    async remove(name: string): Promise<boolean> {
      const replies = await redis.multi().del(keys.user(name)).srem(keys.users, name).exec();
      return replies?.[0]?.[1] === 1;
    },
  };
}

/** Nobody can begin a session with a stamp of before, not even after the user was removed and added again. */
function newStamp(): string {
  return randomBytes(12).toString("base64url");
}

function times(now: Date): Pick<Person, "changedAt"> {
  return { changedAt: now.toISOString() };
}
