// Faults of Redis: killed, frozen, full, without its newest steps or empty, connections cut, scripts gone, read-only, forbidden.
import { execFileSync } from "node:child_process";
import { cp, rename, rm } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { ledgerState, restore, until } from "../matrix/operator.ts";
import type { Scene } from "../matrix/scene.ts";
import { cutTail } from "../outages.ts";
import type { Fault } from "./fault.ts";

const FROZEN_MS = 4_000;
const FULL_MS = 7_000;
const AWAY_MS = 3_000;
/** Nobody is told when Redis ends: what was written to eNom before is done by then. */
const DARK_MS = 500;
/** The copy is older than so many purchases, or than this. */
const COPY_BEHIND = 5;
const COPY_MS = 15_000;
/** Some dozens of the ledger's steps: what a disk that lied has lost. */
const CUT_BYTES = 150_000;
const NOTICED_WITHIN_MS = 30_000;
/** Rule 7: what had passed its gate may still be written so long. */
const GRACE_MS = 5_000;

/** Redis has lost steps: the fleet must notice and buy nothing until a person has the ledger rebuilt. */
async function lossOf(scene: Scene, what: string, signal: AbortSignal): Promise<string> {
  const { enom, complaints, redis, keys } = scene;
  const began = performance.now();
  scene.losses += scene.mail.mails().length; // whatever it forgot goes out again, with the same Message-ID
  const isShort = (): Promise<boolean> => ledgerState(scene).then((state) => state === "behind" || state === "lost");
  if (!(await until(isShort, 3_000))) return "nothing of the ledger was lost";
  const isEmpty = (await ledgerState(scene)) === "lost";
  // Where the whole ledger is gone there is no place to note it: the next order finds out.
  const isNoticed = async (): Promise<boolean> =>
    isEmpty || (await redis.hexists(keys.ledger.meta("main"), "behind")) === 1;
  if (!(await until(isNoticed, NOTICED_WITHIN_MS))) complaints.push(`No worker noticed that Redis ${what}.`);
  const noticed = ((performance.now() - began) / 1_000).toFixed(1);
  const before = enom.asked("PurchaseServices").length;
  await pause(2_000);
  const bought = enom.asked("PurchaseServices").length - before;
  if (bought > 0) complaints.push(`${bought} purchases were sent before the rebuild, after Redis ${what}.`);
  return `noticed within ${noticed} s, ${await restore(scene, what, signal)}`;
}

/** Between `begin` and `end` nothing may be bought. */
async function nothingBought(
  scene: Scene,
  what: string,
  ms: number,
  begin: () => unknown,
  end: () => unknown,
): Promise<void> {
  await begin();
  await pause(GRACE_MS);
  const before = scene.enom.asked("PurchaseServices").length;
  await pause(ms - GRACE_MS);
  const bought = scene.enom.asked("PurchaseServices").length - before;
  await end();
  if (bought > 0) scene.complaints.push(`${bought} purchases were sent while ${what}.`);
}

export const redisFaults: readonly Fault[] = [
  {
    ...{ name: "redis-kill", group: "redis", does: "SIGKILL of Redis; after half a second it is back with all it had" },
    async play({ killRedis }) {
      await killRedis(async () => void (await pause(DARK_MS)));
      return undefined;
    },
  },
  {
    ...{ name: "redis-away", group: "redis", does: "SIGKILL of Redis; it is away for three seconds" },
    async play({ killRedis }) {
      await killRedis(async () => void (await pause(AWAY_MS)));
      return undefined;
    },
  },
  {
    ...{ name: "redis-frozen", group: "redis", does: "SIGSTOP of Redis for four seconds" },
    async play({ redisPid }) {
      process.kill(redisPid(), "SIGSTOP");
      await pause(FROZEN_MS);
      process.kill(redisPid(), "SIGCONT");
      return undefined;
    },
  },
  {
    ...{
      name: "redis-memory",
      group: "redis",
      does: "maxmemory is reached: every write is refused, then there is room",
    },
    async play(scene) {
      const { redis } = scene;
      const config = (bytes: string) => () => redis.call("CONFIG", "SET", "maxmemory", bytes);
      await nothingBought(scene, "Redis had no memory", FULL_MS, config("1mb"), config("0"));
      return undefined;
    },
  },
  {
    ...{
      name: "redis-disk",
      group: "redis",
      does: "the disk is full: Redis ends at a write, and starts when there is room",
      needs: "prlimit",
    },
    async play({ redisPid, killRedis }) {
      const pid = redisPid();
      execFileSync("prlimit", ["--pid", `${pid}`, "--fsize=1:unlimited"]);
      const ended = await until(() => !isAlive(pid), 5_000);
      await killRedis(async () => void (await pause(DARK_MS)));
      return ended ? "ended by itself" : "it had nothing to write";
    },
  },
  {
    ...{ name: "aof-cut", group: "redis", does: "killed, and the end of its file is lost: freeze, rebuild" },
    async play(scene, signal) {
      await scene.killRedis(async (dataDir) => {
        await pause(DARK_MS);
        await cutTail(join(dataDir, "appendonlydir"), CUT_BYTES);
      });
      return lossOf(scene, "lost the end of its file", signal);
    },
  },
  {
    ...{
      name: "old-copy",
      group: "redis",
      does: "started on a copy of its data from before, in place and without `restore`: freeze, rebuild",
    },
    async play(scene, signal) {
      const { enom, folder, customers, redis, keys } = scene;
      const copy = join(folder, "old-copy");
      const issued = new Set(await redis.zrange(keys.byStatus("issued"), "0", "-1"));
      await cp(join(folder, "redis", "appendonlydir"), copy, { recursive: true });
      // Behind the copy: whoever was accepted while it was made may be in it.
      const under = customers.accepted.map(({ order }) => order.reference).filter((each) => !issued.has(each));
      const before = enom.books.purchases().length;
      await until(() => enom.books.purchases().length >= before + COPY_BEHIND, COPY_MS);
      await scene.killRedis(async (dataDir) => {
        await pause(DARK_MS);
        await rm(join(dataDir, "appendonlydir"), { recursive: true });
        await rename(copy, join(dataDir, "appendonlydir"));
      });
      // Redis forgot how far they were: they go on from the copy, and their mails are made anew.
      for (const reference of under) customers.sentAgain.add(reference);
      return lossOf(scene, "was started on an old copy", signal);
    },
  },
  {
    ...{ name: "flushall", group: "redis", does: "FLUSHALL: freeze, rebuild, orders sent again" },
    async play(scene, signal) {
      await scene.redis.flushall();
      return lossOf(scene, "was emptied", signal);
    },
  },
  {
    ...{ name: "client-kill", group: "redis", does: "every connection is cut, three times" },
    async play({ redis }) {
      for (let i = 0; i < 3; i++) {
        await redis.call("CLIENT", "KILL", "TYPE", "normal", "SKIPME", "yes");
        await pause(1_000);
      }
      return undefined;
    },
  },
  {
    ...{ name: "script-flush", group: "redis", does: "SCRIPT FLUSH" },
    async play({ redis }) {
      await redis.call("SCRIPT", "FLUSH");
      return undefined;
    },
  },
  {
    ...{ name: "readonly", group: "redis", does: "demoted under open connections (REPLICAOF), then primary again" },
    async play(scene) {
      const { redis } = scene;
      const demote = () => redis.call("REPLICAOF", "127.0.0.1", "1");
      await nothingBought(scene, "Redis was read-only", FULL_MS, demote, () => redis.call("REPLICAOF", "NO", "ONE"));
      return undefined;
    },
  },
  {
    ...{ name: "noperm", group: "redis", does: "its user may write nothing (NOPERM), then again" },
    async play(scene) {
      const acl = (rule: string) => () => scene.redis.call("ACL", "SETUSER", "default", rule);
      await nothingBought(scene, "its user might not write", FULL_MS, acl("-@write"), acl("+@all"));
      return undefined;
    },
  },
  {
    ...{ name: "aof-off", group: "redis", does: "`appendonly no` under way: nothing may be bought on it" },
    async play(scene) {
      const config = (value: string) => () => scene.redis.call("CONFIG", "SET", "appendonly", value);
      await nothingBought(scene, "appendonly was off", FULL_MS, config("no"), config("yes"));
      return undefined;
    },
  },
];

function isAlive(pid: number): boolean {
  try {
    return process.kill(pid, 0);
  } catch {
    return false;
  }
}
