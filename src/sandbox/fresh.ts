// `npm start -- --fresh`: throws away what the sandbox of this folder has kept, and nothing else.
import { existsSync, readFileSync, realpathSync, rmSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { Refused } from "../shared/base/errors.ts";
import { askGateway } from "../shared/gateway/address.ts";
import { tryLock } from "./redis/lock.ts";
import { endOrphan } from "./redis/redis.ts";

/** All that a sandbox writes into its folder; a file that somebody else put there stays. */
const OWN = ["enom", "journal", "log", "runs", "certfleet.yaml", "fleet.json"];
const OWN_OF_REDIS = ["appendonlydir", "dump.rdb", "redis.log", "redis.sock", "owner.json"];

const Note = z.object({ gatewayUrl: z.string(), redisUrl: z.string() });

/**
 * Empties the sandbox's data folder after saying so. A Redis that a killed fleet left behind is ended first.
 * @throws Refused a fleet is running there: nothing was thrown away
 */
export async function throwAway(dataDir: string, say: (line: string) => void): Promise<void> {
  if (!existsSync(dataDir)) return say(`Nothing to throw away: ${dataDir} does not exist.`);
  const redisDir = join(dataDir, "redis");
  const lock = existsSync(redisDir) ? tryLock(join(redisDir, "owner.lock")) : { release: () => undefined };
  try {
    if (!lock || (await isServedElsewhere(dataDir))) throw new Refused(running(dataDir));
    if (existsSync(redisDir)) await endOrphan(realpathSync(redisDir), say);
    say(`Throwing away the orders, mails and books of the sandbox in ${dataDir} …`);
    const own = [...OWN.map((name) => join(dataDir, name)), ...OWN_OF_REDIS.map((name) => join(redisDir, name))];
    for (const path of own) rmSync(path, { recursive: true, force: true });
  } finally {
    lock?.release();
  }
}

/** A fleet with a Redis of its owner's holds no lock here: its gateway answers as long as it lives. */
async function isServedElsewhere(dataDir: string): Promise<boolean> {
  try {
    const { gatewayUrl, redisUrl } = Note.parse(JSON.parse(readFileSync(join(dataDir, "fleet.json"), "utf8")));
    if (redisUrl.startsWith("unix:")) return false; // the lock is free: nobody is left
    await askGateway(gatewayUrl, "/healthz", 2_000);
    return true;
  } catch {
    return false; // never noted, or nobody answers any more
  }
}

function running(dataDir: string): string {
  return `--fresh: a fleet is running in ${dataDir}. End it first (Ctrl-C where it was started), then try again. Nothing was thrown away.`;
}
