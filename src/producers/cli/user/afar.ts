// The people of the pages at a gateway: the same verbs, which say the same. A password is asked for or made here.
import type { Role } from "../../../shared/authority/scopes.ts";
import type { Result } from "../../../shared/base/result.ts";
import type { Call } from "../port/http-call.ts";
import { isResult } from "../port/orders.ts";
import type { NewPassword } from "./generated-password.ts";
import { addedResult, passwordResult, removedResult, roleResult, type ShownUser, usersResult } from "./user.ts";

export type UsersAfar = ReturnType<typeof usersAfar>;

export function usersAfar(call: Call, newPassword: (name: string) => Promise<NewPassword | Result>) {
  const got = async <T>(work: (body: T) => Result, ...asked: Parameters<Call>): Promise<Result> => {
    const answer = await call(...asked);
    return isResult(answer) ? answer : work(answer.body as T);
  };
  const of = (name: string): string => `/users/${encodeURIComponent(name.trim().toLowerCase())}`;
  return {
    async add({ name, role }: { name: string; role: Role }): Promise<Result> {
      const made = await newPassword(name);
      if ("ending" in made) return made;
      const body = { name, role, password: made.password };
      return got<{ name: string; role: Role }>((user) => addedResult(user, made), "POST", "/users", { body });
    },
    list: () => got<{ items: ShownUser[] }>(({ items }) => usersResult(items), "GET", "/users"),
    async password(name: string): Promise<Result> {
      const made = await newPassword(name);
      if ("ending" in made) return made;
      const body = { password: made.password };
      return got<{ name: string }>((user) => passwordResult(user.name, made), "PUT", `${of(name)}/password`, { body });
    },
    role: (name: string, role: Role) =>
      got<{ name: string; role: Role }>((user) => roleResult(user.name, user.role), "PUT", `${of(name)}/role`, {
        body: { role },
      }),
    remove: (name: string) =>
      got<{ removed: string; left: number; isAdminLeft: boolean }>(removedResult, "DELETE", of(name)),
  };
}
