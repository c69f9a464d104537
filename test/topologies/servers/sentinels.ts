// Three Sentinels that watch one primary, with logins and TLS where a case wants them.
import { setTimeout as pause } from "node:timers/promises";
import type { TlsFiles } from "./own-ca.ts";
import type { Pair } from "./pair.ts";
import type { Kind } from "./program.ts";
import { type Server, type ServerPlace, startServer } from "./server.ts";

export const MASTER = "certfleet";
/** A primary that is silent for so long is given up. */
const DOWN_MS = 3_000;

export interface SentinelWish {
  kind?: Kind;
  tls?: TlsFiles | undefined;
  /** Of the primary, for the Sentinels. */
  redisLogin?: { password: string } | undefined;
  /** Of the Sentinels themselves. */
  ownLogin?: { username: string; password: string } | undefined;
}

/** Starts them one after the other and waits until all three know each other and the replica. */
export async function startSentinels(place: ServerPlace, { knownPort }: Pair, wish: SentinelWish): Promise<Server[]> {
  const { kind = "redis", tls, redisLogin, ownLogin } = wish;
  const lines = [
    `sentinel monitor ${MASTER} 127.0.0.1 ${knownPort} 2`,
    `sentinel down-after-milliseconds ${MASTER} ${DOWN_MS}`,
    `sentinel failover-timeout ${MASTER} 10000`,
    ...(redisLogin ? [`sentinel auth-pass ${MASTER} ${redisLogin.password}`] : []),
    ...(ownLogin ? sentinelUsers(ownLogin) : []),
  ];
  const login = ownLogin && { login: ownLogin };
  const sentinels: Server[] = [];
  for (const name of ["sentinel-1", "sentinel-2", "sentinel-3"])
    sentinels.push(await startServer(place, { name, kind, tls, lines, isSentinel: true, ...login }));
  for (const each of sentinels) await untilComplete(each);
  return sentinels;
}

/** `host:port,host:port,host:port`. */
export function addressesOf(servers: readonly Server[]): string {
  return servers.map(({ port }) => `127.0.0.1:${port}`).join(",");
}

/** A user of their own, with whom they speak among each other, too. Nobody else gets in. */
function sentinelUsers({ username, password }: { username: string; password: string }): string[] {
  return [
    "user default off",
    `user ${username} on >${password} ~* &* +@all`,
    `sentinel sentinel-user ${username}`,
    `sentinel sentinel-pass ${password}`,
  ];
}

async function untilComplete({ admin, name }: Server): Promise<void> {
  let seen = "";
  for (const end = performance.now() + 20_000; performance.now() < end; ) {
    const flat = (await admin.call("SENTINEL", "MASTER", MASTER).catch(() => [])) as string[];
    const said = Object.fromEntries(flat.flatMap((word, i) => (i % 2 === 0 ? [[word, flat[i + 1] ?? ""]] : [])));
    seen = `${said["num-other-sentinels"]} others, ${said["num-slaves"]} replicas, ${said.flags}`;
    if (seen === "2 others, 1 replicas, master") return;
    await pause(100);
  }
  throw new Error(`${name} does not know the whole topology: ${seen}`);
}
