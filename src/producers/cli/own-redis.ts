// Finds the fleet that `npm start` runs on this machine, for those who set no REDIS_URL, and says who asks.
import { readFileSync } from "node:fs";
import { userInfo } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { type Actor, actorText } from "../../shared/authority/actor.ts";
import { badSettings } from "../../shared/base/read-settings.ts";
import { START } from "../../shared/process/program.ts";
import { notFromAfar } from "./bad-words.ts";

export interface ProgramContext {
  env: NodeJS.ProcessEnv;
  /** The checkout; of an installed package the folder in which it is called. */
  root: string;
  /** What the words of the command line say about where the verb goes, and which verb it is. */
  asked?: { url?: string; profile?: string; verb?: string };
}

/** What `npm start` notes of the fleet it runs. */
const note = z.object({
  redisUrl: z.string(),
  gatewayUrl: z.string().optional(),
  prefix: z.string().optional(),
  /** By their names: where its workers keep and find what verbs about money need, too. No logins. */
  settings: z.record(z.string(), z.string()).default({}),
});
export type OwnFleet = z.infer<typeof note>;

/** Sandbox and live are two fleets with two folders, told apart as `npm start` does: by the eNom login. */
export function findOwnFleet({ env, root }: ProgramContext): OwnFleet | undefined {
  return findNote(root, env.ENOM_USERNAME || env.ENOM_USERNAME_FILE ? "live" : "sandbox");
}

/** All that run in this folder, whoever asks. */
export function ownFleets(root: string): OwnFleet[] {
  return ["live", "sandbox"].flatMap((kind) => findNote(root, kind) ?? []);
}

function findNote(root: string, kind: string): OwnFleet | undefined {
  try {
    return note.parse(JSON.parse(readFileSync(join(root, ".data", kind, "fleet.json"), "utf8")));
  } catch {
    return undefined; // never started here, or stopped
  }
}

/** The environment with an address of Redis in it. @throws Error saying how to get one */
export function withRedisUrl(context: ProgramContext): NodeJS.ProcessEnv {
  const { env, asked } = context;
  if (asked?.url !== undefined || asked?.profile !== undefined) throw notFromAfar(context);
  if (env.REDIS_URL || env.REDIS_URL_FILE) return env;
  if (env.CERTFLEET_URL || env.CERTFLEET_PROFILE) throw notFromAfar(context);
  const own = findOwnFleet(context);
  if (!own) throw badSettings([`REDIS_URL is missing, and no fleet runs here: set REDIS_URL, or run ${START}`]);
  return { ...(own.prefix && { CERTFLEET_PREFIX: own.prefix }), ...env, REDIS_URL: own.redisUrl };
}

/** The environment of a worker of that fleet, as far as a verb about money needs it; what the caller sets wins. @throws Error as `withRedisUrl` */
export function withOwnFleet(context: ProgramContext): NodeJS.ProcessEnv {
  const env = withRedisUrl(context);
  const isOwn = env !== context.env;
  return { ...(isOwn && findOwnFleet(context)?.settings), ...env };
}

/** As `withOwnFleet` where a fleet runs here, else what the caller has: for verbs that can do without Redis. */
export function withOwnFleetIfAny(context: ProgramContext): NodeJS.ProcessEnv {
  return findOwnFleet(context) ? withOwnFleet(context) : context.env;
}

/** The person at the keyboard; where the environment tells none (cron, containers), the system user of this process. */
export function actorOf({ env }: Pick<ProgramContext, "env">): Actor {
  return { kind: "system", id: env.SUDO_USER || env.USER || systemUser() };
}

function systemUser(): string {
  try {
    return userInfo().username;
  } catch {
    return `uid-${process.getuid?.()}`; // a container's user needs no name
  }
}

/** The person at the keyboard, for timelines and the ledger. */
export function whoSpeaks(context: Pick<ProgramContext, "env">): string {
  return actorText(actorOf(context));
}
