// Lets somebody in: a new session in place of the one before, its cookies, and the lines that say so.
import type { FastifyReply, FastifyRequest } from "fastify";
import type { Person } from "../../../shared/authority/people/person.ts";
import { changeToken } from "../../../shared/authority/people/sessions.ts";
import { readCookie, setCookie, setToken } from "../session/cookies.ts";
import type { PeopleDoor, PeopleNeeds } from "../session/people.ts";
import { noteSignIn } from "../session/sign-in-log.ts";

/** @throws Unavailable, and whatever Redis throws: then nobody is signed in */
export async function beginSession(
  request: FastifyRequest,
  reply: FastifyReply,
  { person, by, door, needs }: { person: Person; by: "password" | "openid"; door: PeopleDoor; needs: PeopleNeeds },
): Promise<void> {
  const { name, stamp } = person;
  const now = door.now();
  const before = readCookie(request, "session");
  await noteSignIn(request, needs, { user: name, by });
  const id = await door.sessions.begin({ user: name, stamp }, now);
  if (before) await door.sessions.end(before);
  const device = readCookie(request, "device");
  if (!device || !(await door.sessions.knowsDevice(device, name))) {
    const known = await door.sessions.rememberDevice(name);
    setCookie(request, reply, { which: "device", value: known.id, seconds: known.seconds });
  }
  await door.users.noteSignIn(name, new Date(now));
  setCookie(request, reply, { which: "session", value: id });
  setToken(request, reply, changeToken(id));
}
