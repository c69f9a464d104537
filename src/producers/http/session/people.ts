// Who may sign in here: the users in Redis, and the one of BOARD_USER, who is kept nowhere.
import { createHash, timingSafeEqual } from "node:crypto";
import { fitsPassword, hashPassword, isOutdated } from "../../../shared/authority/people/password-hash.ts";
import { normalPassword } from "../../../shared/authority/people/password-rules.ts";
import { type Person, personName } from "../../../shared/authority/people/person.ts";
import { sessionStore } from "../../../shared/authority/people/sessions.ts";
import { DEFAULT_LIMITS } from "../../../shared/authority/people/sign-in-rules.ts";
import { peopleStore } from "../../../shared/authority/people/store.ts";
import { signInThrottle } from "../../../shared/authority/people/throttle.ts";
import { realTime } from "../../../shared/base/clock.ts";
import type { GatewayNeeds } from "../needs.ts";

export type PeopleNeeds = Pick<GatewayNeeds, "redis" | "keys" | "board" | "env" | "log" | "signIn" | "audit" | "clock">;
export type PeopleDoor = ReturnType<typeof peopleDoor>;

export function peopleDoor({ redis, keys, board, signIn, clock }: PeopleNeeds) {
  const users = peopleStore(redis, keys);
  const now = signIn?.now ?? (() => realTime(clock).now().getTime());

  /** The name as it was typed. BOARD_USER goes before a user of the same name. */
  async function find(typed: string): Promise<Person | undefined> {
    if (board && sameText(typed.trim(), board.user)) return boardPerson(board, keys.prefix);
    const name = personName(typed);
    return name === undefined ? undefined : users.find(name);
  }

  return {
    users,
    now,
    sessions: sessionStore(redis, keys, signIn ?? DEFAULT_LIMITS),
    throttle: signInThrottle(redis, keys),
    find,

    /** Who the password belongs to. It takes as long for names that nobody has. @throws Unavailable in a flood */
    async withPassword(typed: string, password: string): Promise<Person | undefined> {
      const person = await find(typed);
      const fits = await fitsPassword(password, person?.password);
      if (!person?.password || !fits) return undefined;
      if (isOutdated(person.password)) await users.renewHash(person.name, await hashPassword(password));
      return person;
    },

    /** Of HTTP Basic: the login of BOARD_USER alone, compared at once, since machines send it with each request. */
    isBoardLogin: (user: string, password: string): boolean =>
      board !== null && sameText(`${user}\n${password}`, `${board.user}\n${board.password}`),
  };
}

/** Made once a login, since it takes as long as any password. */
const boardPeople = new WeakMap<object, Promise<Person>>();

/**
 * Looks like any other user. The stamp changes with the password, so that sessions of an earlier one end; it is made from
 * the slow hash, since it stands in Redis.
 */
function boardPerson(board: NonNullable<GatewayNeeds["board"]>, prefix: string): Promise<Person> {
  const made = boardPeople.get(board) ?? madeOf(board, prefix);
  boardPeople.set(board, made);
  made.catch(() => boardPeople.delete(board)); // in a flood: the next one tries again
  return made;
}

async function madeOf({ user, password }: { user: string; password: string }, prefix: string): Promise<Person> {
  const salt = createHash("sha256").update(`BOARD_USER ${user} of ${prefix}`).digest().subarray(0, 16);
  const hash = await hashPassword(password, salt);
  const stamp = createHash("sha256").update(hash).digest("base64url").slice(0, 16);
  return { name: user, role: "admin", password: hash, stamp, addedAt: "", changedAt: "" };
}

function sameText(a: string, b: string): boolean {
  const [one, other] = [a, b].map((text) => createHash("sha256").update(normalPassword(text)).digest());
  return one !== undefined && other !== undefined && timingSafeEqual(one, other);
}
