// The people who sign in at the pages, over HTTP: for admins whose key is bound to no time, place or quota, as no person is.
import { z } from "zod";
import { isBound } from "../../../../shared/authority/keys/granting.ts";
import { passwordFault } from "../../../../shared/authority/people/password-rules.ts";
import { roleName } from "../../../../shared/authority/people/person.ts";
import { peopleStore } from "../../../../shared/authority/people/store.ts";
import { allows, type Role, roles, type Scope } from "../../../../shared/authority/scopes.ts";
import { failure, type Result } from "../../../../shared/base/result.ts";
import { generatedPassword, type NewPassword } from "../../../cli/user/generated-password.ts";
import { addUser, changePassword, changeRole, findUsers, removeUser, type UserNeeds } from "../../../cli/user/user.ts";
import { answers, bodyProblems, json, shownWith } from "../../answers.ts";
import type { Caller } from "../../caller/caller.ts";
import type { App, GatewayNeeds } from "../../needs.ts";
import { problem } from "../../problems.ts";
import { done } from "./done.ts";

const tags = ["Keys and people"];
const name = z
  .string()
  .min(1)
  .max(64)
  .meta({ description: "The user's name: a to z, digits and . _ @ + -", example: "grace" });
const role = roleName.meta({ description: "What the user may do", example: "operator" });
const password = z.string().min(1).max(1_024).optional().meta({
  description: "At least 12 characters; without it one is made, and shown this once",
  example: "correct horse battery staple",
});
const shownPassword = password.meta({
  description: "The password that was made; absent where it was sent",
  example: "xk4m2p-bcdfgh-jkmnpq-rstvwx",
});
const time = z.string().meta({ format: "date-time" });
const params = z.object({ name });
/** A hash takes a fifth of a second of a core, and waits for others. */
const HASH_MS = 15_000;
/** A password is kept as a slow hash alone: nothing else is noted of a body that has one. */
const NOT_NOTED: object = { idempotency: "none", answerMs: HASH_MS };

const userBody = z
  .object({
    ...{ name, role },
    by: z.enum(["password", "openid"]).meta({ description: "How the user signs in", example: "password" }),
    addedAt: time.meta({ description: "When the user was added" }),
    changedAt: time.meta({ description: "When role or password changed last" }),
    signedInAt: time.nullable().meta({ description: "When the user signed in last; null: never" }),
  })
  .meta({ id: "User" });
const removedBody = z.object({
  removed: name,
  left: z.int().min(0).meta({ description: "How many users there are now", example: 2 }),
  isAdminLeft: z.boolean().meta({ description: "Whether one of them is admin", example: true }),
});
const newUser = shownWith(z.strictObject({ name, role, password }), {
  made: { summary: "With a password that is made", value: { name: "grace", role: "operator" } },
});

export function userRoutes(app: App, needs: GatewayNeeds): void {
  const { redis, keys } = needs;
  const people = peopleStore(redis, keys);
  /** The audit trail is written for every route. */
  const needsOf = (given?: string): UserNeeds => ({
    people,
    password: async (who) => passwordOf(given, who),
    now: new Date(),
    audit: (_change, work) => work(),
  });

  app.get(
    "/users",
    {
      config: { scope: "admin" },
      schema: {
        tags,
        operationId: "listUsers",
        summary: "List the people who may sign in",
        response: answers({
          200: json("By their names", z.object({ items: z.array(userBody).meta({ description: "The users" }) })),
        }),
      },
    },
    async () => ({ items: await findUsers({ people }) }),
  );

  app.post(
    "/users",
    {
      config: { scope: "admin", action: "user.add", ...NOT_NOTED },
      handlerTimeout: HASH_MS,
      schema: {
        tags,
        operationId: "addUser",
        summary: "Add somebody who may sign in",
        body: newUser,
        response: answers(
          { 201: json("Added", z.object({ name, role, password: shownPassword })) },
          ...(["not-now", ...bodyProblems] as const),
        ),
      },
    },
    async (request, reply) => {
      const { body, caller } = request;
      mustGive(body.role, caller);
      const added = await addUser(body, needsOf(body.password));
      const user = done<{ name: string; role: Role; password?: string }>(added, "name");
      reply.code(201);
      return user;
    },
  );

  app.put(
    "/users/:name/password",
    {
      config: { scope: "admin", action: "user.password", ...NOT_NOTED },
      handlerTimeout: HASH_MS,
      schema: {
        tags,
        operationId: "changePassword",
        summary: "Give somebody another password",
        description: "Sessions of the user end.",
        params,
        body: shownWith(z.strictObject({ password }), { made: { summary: "One that is made", value: {} } }),
        response: answers(
          { 200: json("Changed", z.object({ name, password: shownPassword })) },
          ...(["not-found", "not-now", ...bodyProblems] as const),
        ),
      },
    },
    async (request) => {
      mustBeFree(request.caller);
      const { password: given } = request.body;
      return done<{ name: string; password?: string }>(
        await changePassword(request.params.name, needsOf(given)),
        "password",
      );
    },
  );

  app.put(
    "/users/:name/role",
    {
      config: { scope: "admin", action: "user.role" },
      schema: {
        tags,
        operationId: "changeRole",
        summary: "Give somebody another role",
        description: "It counts at once, in open sessions as well.",
        params,
        body: shownWith(z.strictObject({ role }), { viewer: { summary: "Looks only", value: { role: "viewer" } } }),
        response: answers(
          { 200: json("Changed", z.object({ name, role })) },
          ...(["not-found", "not-now", ...bodyProblems] as const),
        ),
      },
    },
    async (request) => {
      mustGive(request.body.role, request.caller);
      const asked = { name: request.params.name, role: request.body.role };
      return done<{ name: string; role: Role }>(await changeRole(asked, needsOf()), "role");
    },
  );

  app.delete(
    "/users/:name",
    {
      config: { scope: "admin", action: "user.remove" },
      schema: {
        tags,
        operationId: "removeUser",
        summary: "Remove somebody; sessions of the user end",
        params,
        response: answers({ 200: json("Removed", removedBody) }, "not-found"),
      },
    },
    async (request) => {
      const { removed } = done<{ removed: string }>(await removeUser(request.params.name, needsOf()), "name");
      const left = await people.list();
      return { removed, left: left.length, isAdminLeft: left.some((each) => each.role === "admin") };
    },
  );
}

function passwordOf(given: string | undefined, name: string): NewPassword | Result {
  if (given === undefined) return { password: generatedPassword(), isGenerated: true };
  const fault = passwordFault(given, name);
  return fault === undefined ? { password: given, isGenerated: false } : failure("usage", fault);
}

/** @throws the problem `forbidden`: nobody gives somebody else more than he has himself */
function mustGive(wanted: Role, caller: Caller): void {
  mustBeFree(caller);
  const held: readonly Scope[] = roles[wanted];
  const lacked = held.find((scope) => !allows(caller.scopes, scope));
  if (lacked) throw problem("forbidden", `This role may more than you: it has the scope ${lacked}.`, { scope: lacked });
}

function mustBeFree({ key }: Caller): void {
  if (!key || !isBound(key)) return;
  const detail = `The API key ${key.id} is bound to a time, a place or a quota, and a user is not. Use a key without these limits.`;
  throw problem("forbidden", detail);
}
