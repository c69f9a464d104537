// A Cluster of three primaries and their replicas, made by hand so that no other program is needed.
import { setTimeout as pause } from "node:timers/promises";
import { freePort } from "../../../src/sandbox/free-port.ts";
import type { TlsFiles } from "./own-ca.ts";
import { untilReplicates } from "./pair.ts";
import type { Kind } from "./program.ts";
import { type Server, type ServerPlace, startServer } from "./server.ts";

export interface ClusterServers {
  all: readonly Server[];
  /** Who owns the slot of this key, its replica, and another primary. */
  around: (key: string) => Promise<{ owner: Server; replica: Server; other: Server }>;
}

const PRIMARIES = 3;
const SLOTS = 16_384;
const NODE_MS = 3_000;

/** Starts six servers and waits until each knows a whole cluster. */
export async function startCluster(
  place: ServerPlace,
  wish: { kind?: Kind; tls?: TlsFiles | undefined; login?: { password: string } } = {},
): Promise<ClusterServers> {
  const { login, tls } = wish;
  const servers: Server[] = [];
  for (let i = 1; i <= 2 * PRIMARIES; i++) {
    const settings = {
      ...{ "cluster-enabled": "yes", "cluster-node-timeout": `${NODE_MS}`, "repl-diskless-sync-delay": "0" },
      "cluster-port": `${await freePort(0)}`,
      ...(login && { requirepass: login.password, masterauth: login.password }),
      ...(tls && { "tls-cluster": "yes" }),
    };
    servers.push(await startServer(place, { ...wish, name: `node-${i}`, settings }));
  }
  await join(servers);
  const primaries = servers.slice(0, PRIMARIES);
  const replicas = servers.slice(PRIMARIES);
  for (const each of replicas) await untilReplicates(each);
  for (const each of servers) await untilWhole(each);
  return {
    all: servers,
    async around(key) {
      const slot = Number(await servers[0]?.admin.call("CLUSTER", "KEYSLOT", key));
      const at = Math.min(Math.floor(slot / Math.ceil(SLOTS / PRIMARIES)), PRIMARIES - 1);
      const [owner, replica, other] = [primaries[at], replicas[at], primaries[(at + 1) % PRIMARIES]];
      if (!owner || !replica || !other) throw new Error(`nobody owns slot ${slot}`);
      return { owner, replica, other };
    },
  };
}

async function join(servers: readonly Server[]): Promise<void> {
  const [first] = servers;
  if (!first) throw new Error("a cluster has servers");
  const share = Math.ceil(SLOTS / PRIMARIES);
  for (const [i, { admin }] of servers.entries()) {
    await admin.call("CLUSTER", "SET-CONFIG-EPOCH", i + 1);
    if (i < PRIMARIES) await admin.call("CLUSTER", "ADDSLOTSRANGE", i * share, Math.min((i + 1) * share, SLOTS) - 1);
    if (i > 0) await admin.call("CLUSTER", "MEET", "127.0.0.1", first.port, await busPort(first));
  }
  for (const [i, { admin }] of servers.entries()) {
    if (i < PRIMARIES) continue;
    const primary = String(await servers[i - PRIMARIES]?.admin.call("CLUSTER", "MYID"));
    await eventually(async () => (await admin.call("CLUSTER", "REPLICATE", primary)) === "OK", "a primary is not met");
  }
}

async function busPort({ admin }: Server): Promise<number> {
  const [, port] = (await admin.config("GET", "cluster-port")) as string[];
  return Number(port);
}

async function untilWhole({ admin, name }: Server): Promise<void> {
  await eventually(async () => {
    const info = String(await admin.call("CLUSTER", "INFO"));
    const nodes = String(await admin.call("CLUSTER", "NODES"));
    return (
      /cluster_state:ok/.test(info) &&
      nodes.split(/\bslave\b/).length === 1 + PRIMARIES &&
      !/fail|handshake/.test(nodes)
    );
  }, `${name} does not know a whole cluster`);
}

async function eventually(isSo: () => Promise<boolean>, otherwise: string): Promise<void> {
  for (const end = performance.now() + 20_000; performance.now() < end; ) {
    if (await isSo().catch(() => false)) return;
    await pause(100);
  }
  throw new Error(otherwise);
}
