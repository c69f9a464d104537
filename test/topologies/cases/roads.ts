// The main road on each topology: four orders to their certificates, and a doctor who finds nothing ill.
import { execFileSync } from "node:child_process";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { PREFIX } from "../fleet/surroundings.ts";
import type { Kind } from "../servers/program.ts";
import { type Server, startServer } from "../servers/server.ts";
import { type Case, everywhere, type Ground, type Scene } from "./case.ts";
import { clusterStage, sentinelStage, tlsEnv, tlsIn } from "./stages.ts";

const story = "four orders to their certificates";
const program = resolve(import.meta.dirname, "../../../bin/certfleet");

const all: readonly Case[] = [
  {
    name: "password",
    story: "a password with / @ # : % in it, percent-encoded",
    build: (ground) => withPassword(ground, "p/a@s#s:w%rd"),
  },
  { name: "acl", story: "each part as its own user of `redis acl`, default off", build: withUsers },
  { name: "tls", story: "TLS with an own CA, client certificates wanted", build: withTls },
  {
    name: "socket",
    story: "a Unix socket, no TCP",
    async build(ground) {
      const path = join(ground.folder, "redis.sock");
      await startServer(ground, { name: "redis", settings: { unixsocket: path, unixsocketperm: "700" } });
      return { envOf: everywhere({ REDIS_URL: `unix:${path}` }) };
    },
  },
  { name: "database", story: "database 5", build: (ground) => onServer(ground, "/5") },
  { name: "sentinel", story: `3 Sentinels, 1 replica: ${story}`, build: (ground) => sentinelStage(ground) },
  {
    name: "sentinel-login",
    story: "Sentinels with their own user and password, Redis with another",
    build: (ground) => sentinelStage(ground, { isGuarded: true }),
  },
  {
    name: "sentinel-tls",
    story: "Sentinels and Redis on TLS with an own CA, with logins",
    build: (ground) => sentinelStage(ground, { isGuarded: true, tls: tlsIn(ground) }),
  },
  { name: "cluster", story: `3 primaries, 3 replicas: ${story}`, build: (ground) => clusterStage(ground) },
  {
    name: "cluster-tls",
    story: "the same on TLS with an own CA",
    build: (ground) => clusterStage(ground, tlsIn(ground)),
  },
  {
    name: "valkey",
    story: `Valkey: ${story}`,
    needs: ["valkey-server"],
    build: (ground) => onServer(ground, "", "valkey"),
  },
  {
    name: "valkey-sentinel",
    story: "Valkey and its Sentinels, 1 replica",
    needs: ["valkey-server"],
    build: (ground) => sentinelStage(ground, { kind: "valkey" }),
  },
];

export const roads: readonly Case[] = all.map((each) => ({ ...each, isRoad: true }));

async function withPassword(ground: Ground, password: string): Promise<Scene> {
  const { port } = await startServer(ground, {
    ...{ name: "redis", settings: { requirepass: password }, login: { password } },
  });
  return { envOf: everywhere({ REDIS_URL: `redis://:${encodeURIComponent(password)}@127.0.0.1:${port}` }) };
}

async function onServer(ground: Ground, database: string, kind: Kind = "redis"): Promise<Scene> {
  const { port } = await startServer(ground, { name: kind, kind });
  return { envOf: everywhere({ REDIS_URL: `redis://127.0.0.1:${port}${database}` }) };
}

export async function withTls(ground: Ground): Promise<Scene & { server: Server }> {
  const tls = tlsIn(ground);
  const server = await startServer(ground, { name: "redis", tls });
  return { server, envOf: everywhere({ REDIS_URL: `rediss://127.0.0.1:${server.port}`, ...tlsEnv(tls) }) };
}

/** As docs/howto/several-machines.md says it, but that the port is known only afterwards. */
export async function withUsers(ground: Ground): Promise<Scene & { server: Server }> {
  mkdirSync(ground.folder, { recursive: true });
  const connections = join(ground.folder, "connections");
  const usersFile = join(ground.folder, "users.acl");
  const lines = execFileSync(process.execPath, [program, "redis", "acl", "--connections", connections], {
    env: { PATH: process.env.PATH, REDIS_URL: "redis://127.0.0.1:1", CERTFLEET_PREFIX: PREFIX },
    ...{ encoding: "utf8", stdio: ["ignore", "pipe", "ignore"] },
  });
  const own = "user harness on >a-password-of-the-harness ~* &* +@all\nuser default off\n";
  writeFileSync(usersFile, `${lines.trimEnd()}\n${own}`);
  const server = await startServer(ground, {
    ...{ name: "redis", settings: { aclfile: usersFile } },
    login: { username: "harness", password: "a-password-of-the-harness" },
  });
  const { port } = server;
  return {
    ...{ server, isSplit: true },
    envOf(part) {
      const file = join(connections, part);
      writeFileSync(file, readFileSync(file, "utf8").replace(/127\.0\.0\.1:\d+/, `127.0.0.1:${port}`));
      return { REDIS_URL_FILE: file };
    },
  };
}
