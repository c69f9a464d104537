// A primary with a replica, which side of it is which, and how long Redis takes to say so.
import { setTimeout as pause } from "node:timers/promises";
import { type Server, type ServerPlace, type ServerWish, startServer } from "./server.ts";

export interface Pair {
  primary: Server;
  replica: Server;
  /** Under which replicas and Sentinels know the primary. */
  knownPort: number;
}

/**
 * Both know the login of the wish, and each may become the other's replica. `behind`: a port that leads to the primary, by
 * which everybody knows it.
 */
export async function startPair(
  place: ServerPlace,
  { behind, ...wish }: Omit<ServerWish, "name"> & { behind?: { port: number; lead: (port: number) => void } } = {},
): Promise<Pair> {
  const login = wish.login;
  const settings = {
    ...(login && { requirepass: login.password, masterauth: login.password }),
    ...{ "repl-diskless-sync-delay": "0", "repl-timeout": "10" },
    ...wish.settings,
  };
  const known = behind && { "replica-announce-ip": "127.0.0.1", "replica-announce-port": `${behind.port}` };
  const primary = await startServer(place, { ...wish, name: "primary", settings: { ...settings, ...known } });
  behind?.lead(primary.port);
  const knownPort = behind?.port ?? primary.port;
  const lines = [...(wish.lines ?? []), `replicaof 127.0.0.1 ${knownPort}`];
  const replica = await startServer(place, { ...wish, name: "replica", settings, lines });
  await untilReplicates(replica);
  return { primary, replica, knownPort };
}

/** Who of the two is the primary now: others may have decided so meanwhile. Where both say it, it is the one that was promoted. */
export async function rolesNow({
  primary,
  replica,
}: Pick<Pair, "primary" | "replica">): Promise<Omit<Pair, "knownPort">> {
  const isPromoted = /role:master/.test(await replica.admin.info("replication"));
  return isPromoted ? { primary: replica, replica: primary } : { primary, replica };
}

/** Resolves when the replica has everything of its primary. @throws Error after 20 s */
export async function untilReplicates(replica: Server): Promise<void> {
  await untilSays(replica, /master_link_status:up/);
}

/** Resolves when the server is the primary. @throws Error after 20 s */
export async function untilPrimary(server: Server): Promise<void> {
  await untilSays(server, /role:master/);
}

/** Resolves when the server is a replica, of whomever. @throws Error after 20 s */
export async function untilDemoted(server: Server): Promise<void> {
  await untilSays(server, /role:slave/);
}

async function untilSays(server: Server, words: RegExp, withinMs = 20_000): Promise<void> {
  let said = "";
  for (const end = performance.now() + withinMs; performance.now() < end; ) {
    said = await server.admin.info("replication").catch((error: Error) => error.message);
    if (words.test(said)) return;
    await pause(50);
  }
  throw new Error(`${server.name} never says ${words}: ${said}`);
}
