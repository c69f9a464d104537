// What happens to one Redis under load: its memory is full, its disk, its settings are weakened, its replicas are gone, all is flushed.
import { execFileSync } from "node:child_process";
import { globSync, statSync } from "node:fs";
import { join } from "node:path";
import { PREFIX } from "../fleet/surroundings.ts";
import { startPair, untilReplicates } from "../servers/pair.ts";
import { findProgram } from "../servers/program.ts";
import { type Server, startServer } from "../servers/server.ts";
import { type Case, everywhere, type Ground, type Play, type Scene } from "./case.ts";

/** What was under way may end; after that nothing may happen. */
const GRACE_MS = 1_500;
const WATCH_MS = 6_000;

export const serverFaults: readonly Case[] = [
  {
    name: "memory-full",
    story: "maxmemory is reached for 6 s",
    build: (ground) =>
      oneServer(ground, (server) => async (play) => {
        await server.admin.config("SET", "maxmemory", "1mb");
        await quietTime(play, ["accepted", "bought"], "while Redis has no memory");
        await mustBeIll(play, "while Redis refuses every write");
        await server.admin.config("SET", "maxmemory", "0");
        play.redisIsBack();
        await play.untilRecovered();
      }),
  },
  {
    name: "disk-full",
    story: "the append-only file may not grow: Redis ends itself; 3 s later there is room, and it is started",
    needs: ["prlimit"],
    build: (ground) =>
      oneServer(ground, (server) => async ({ pause, redisIsBack, untilRecovered }) => {
        limitFiles(server.pid(), sizeOfFiles(server));
        await server.exited();
        await pause(3_000);
        await server.startAgain();
        redisIsBack();
        await untilRecovered();
      }),
  },
  {
    name: "journal-full",
    story: "the worker's disk is full for 10 s: nothing is bought without a journal",
    needs: ["prlimit"],
    build: (ground) =>
      oneServer(ground, () => async (play) => {
        limitFiles(play.fleet.workerPid, 1);
        await quietTime(play, ["bought"], "without a line in the journal");
        await mustBeIll(play, "while the journal cannot be written");
        limitFiles(play.fleet.workerPid, "unlimited");
        play.redisIsBack();
        await play.untilRecovered();
      }),
  },
  {
    name: "appendonly-off",
    story: "appendonly no under way, then yes",
    build: (ground) => weakened(ground, ["appendonly", "no", "yes"]),
  },
  {
    name: "eviction-on",
    story: "maxmemory-policy allkeys-lru under way, then noeviction",
    build: (ground) => weakened(ground, ["maxmemory-policy", "allkeys-lru", "noeviction"]),
  },
  {
    name: "replica-killed",
    story: "the only replica SIGKILL: nothing is accepted, nothing bought; then it is back",
    build: (ground) =>
      withoutReplica(ground, { go: (replica) => replica.kill(), back: (replica) => replica.startAgain() }),
  },
  {
    name: "replica-frozen",
    story: "the only replica SIGSTOP: the same",
    build: (ground) =>
      withoutReplica(ground, { go: async (replica) => replica.freeze(), back: async (replica) => replica.thaw() }),
  },
  {
    name: "flushed",
    story:
      "FLUSHALL, `ledger rebuild`, lost orders sent again: schedules, doctor and orders are well in 2 min, no restart",
    most: 12,
    build: (ground) => oneServer(ground, (server) => (play) => flush(server, play)),
  },
];

async function oneServer(ground: Ground, strikeOf: (server: Server) => NonNullable<Scene["strike"]>): Promise<Scene> {
  const server = await startServer(ground, { name: "redis" });
  return { envOf: everywhere({ REDIS_URL: `redis://127.0.0.1:${server.port}` }), strike: strikeOf(server) };
}

function weakened(ground: Ground, [name, weak, strong]: readonly [string, string, string]): Promise<Scene> {
  return oneServer(ground, (server) => async (play) => {
    await server.admin.config("SET", name, weak);
    await quietTime(play, ["bought"], `with ${name} ${weak}`);
    if (!(await play.fleet.doctor()).some(({ name, state }) => name === "Redis durability" && state === "warn"))
      play.fault(`doctor does not warn with ${name} ${weak}`);
    await server.admin.config("SET", name, strong);
    play.redisIsBack();
    await play.untilRecovered();
  });
}

async function withoutReplica(
  ground: Ground,
  { go, back }: Record<"go" | "back", (replica: Server) => Promise<void>>,
): Promise<Scene> {
  const { primary, replica } = await startPair(ground);
  return {
    envOf: everywhere({ REDIS_URL: `redis://127.0.0.1:${primary.port}` }),
    async strike(play) {
      await go(replica);
      await quietTime(play, ["accepted", "bought"], "although the replica is gone");
      await back(replica);
      await untilReplicates(replica);
      play.redisIsBack();
      await play.untilRecovered();
    },
  };
}

async function quietTime(play: Play, what: readonly ("accepted" | "bought")[], sentence: string): Promise<void> {
  await play.pause(GRACE_MS);
  const since = performance.now();
  await play.pause(WATCH_MS);
  for (const each of what) play.nothingSince(each, since, sentence);
}

async function mustBeIll({ fleet, fault }: Play, sentence: string): Promise<void> {
  const ill = (await fleet.doctor()).filter(({ state }) => state === "ill");
  if (ill.length === 0) fault(`doctor finds nothing ill ${sentence}`);
}

/** As the runbook says it (docs/runbook.md, Redis was lost). The fleet is not told. */
async function flush(server: Server, { fleet, traffic, pause, fault }: Play): Promise<void> {
  await traffic.untilAccepted(12);
  await traffic.stop();
  await pause(3_000);
  await server.admin.flushall();
  const since = performance.now();
  const { code, stdout, stderr } = await fleet.say("ledger", "rebuild", "main", "--reason", "everything was flushed");
  if (code !== 0) fault(`ledger rebuild ended with ${code}: ${stdout}${stderr}`);
  for (const order of traffic.orders) {
    const { status, detail } = await traffic.sendAgain(order);
    if (status !== 202 && status !== 200) fault(`${order.reference} sent again: ${status} ${detail}`);
  }
  let ill: string[] = ["nothing was asked"];
  while (ill.length > 0 && performance.now() < since + 120_000) {
    await pause(2_000);
    const there = [
      ...(await server.admin.zrange(`${PREFIX}:reissue:repeat`, "0", "-1")),
      ...(await server.admin.zrange(`${PREFIX}:balance-poll:repeat`, "0", "-1")),
    ];
    const missing = ["due", "balance-main"]
      .filter((name) => !there.includes(name))
      .map((name) => `no schedule ${name}`);
    ill = [
      ...missing,
      ...(await fleet.doctor()).filter(({ state }) => state === "ill").map((each) => `${each.name}: ${each.detail}`),
    ];
  }
  for (const each of ill) fault(`two minutes after FLUSHALL: ${each}`);
}

/** Its own files may not grow any more: EFBIG, as ENOSPC ends it. */
function limitFiles(pid: number, bytes: number | "unlimited"): void {
  execFileSync(findProgram("prlimit") ?? "prlimit", [`--pid=${pid}`, `--fsize=${bytes}:unlimited`]);
}

/** Some orders fit, and then the file is full. */
function sizeOfFiles({ folder }: Server): number {
  const sizes = globSync("appendonlydir/*.incr.aof", { cwd: folder }).map((file) => statSync(join(folder, file)).size);
  return Math.max(...sizes) + 20_000;
}
