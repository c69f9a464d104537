// What happens to Redis in a storm: killed and started again, with all it had acknowledged, or without the end of its file.
import { readdir, stat, truncate } from "node:fs/promises";
import { join } from "node:path";
import { setTimeout as pause } from "node:timers/promises";
import { rebuildLedger } from "../../src/workers/commands/ledger-rebuild.ts";
import { type StormOrder, sendMissingAgain } from "./orders.ts";
import type { Stage } from "./stage.ts";

/** Nobody is told when Redis ends: what was written to eNom before is done by then. */
const DARK_MS = 500;
/** An order leaves some 60 kB there: some dozens of the ledger's steps, and orders that came in last. */
const CUT_BYTES = 400_000;
/** So long the books are watched for purchases on a ledger that is known to lack something. */
const WATCH_MS = 3_000;
const NOTICED_WITHIN_MS = 30_000;

export interface Outage {
  /** Only where something was lost: what the fleet made of it. */
  loss?: Loss;
}

export interface Loss {
  /** From Redis' start until a worker had noticed that it lacks steps, and an order said so; null when nobody did. */
  noticedMs: number | null;
  boughtBeforeRebuild: number;
  /** Steps that the journal gave back; 0 when the ledger was not rebuilt. */
  rebuiltSteps: number;
  sentAgain: number;
}

/** `appendfsync always`: what Redis acknowledged is there again. The fleet goes on by itself. */
export async function killed(stage: Stage): Promise<Outage> {
  await stage.killRedis(async () => {});
  return {};
}

/** A disk that lied: the newest commands are gone. The fleet must notice by itself; a person rebuilds the ledger. */
export async function cutOff(stage: Stage, placed: readonly StormOrder[]): Promise<Outage> {
  const { enom, atDesk } = stage;
  let [back, bought] = [0, 0];
  await stage.killRedis(async (dataDir) => {
    await pause(DARK_MS);
    await cutTail(join(dataDir, "appendonlydir"));
    [back, bought] = [performance.now(), enom.books.purchases().length];
  });
  const noticedMs = (await isNoticed(stage)) ? performance.now() - back : null;
  await pause(WATCH_MS);
  const boughtBeforeRebuild = enom.books.purchases().length - bought;
  const words = { account: "main", reason: "the end of Redis' file was lost" };
  const rebuilt = await atDesk((desk) => rebuildLedger(words, desk));
  const rebuiltSteps = rebuilt.state === "rebuilt" ? rebuilt.steps : 0;
  const sentAgain = await sendMissingAgain(stage, placed);
  return { loss: { noticedMs, boughtBeforeRebuild, rebuiltSteps, sentAgain } };
}

/** `aof-load-truncated` lets Redis start on a file that ends in the middle of a command, and of a transaction. */
export async function cutTail(folder: string, bytes = CUT_BYTES): Promise<void> {
  const names = (await readdir(folder)).filter((name) => name.endsWith(".incr.aof"));
  const files = await Promise.all(names.map(async (name) => ({ name, ...(await sizeAndAge(join(folder, name))) })));
  const [newest] = files.sort((a, b) => b.changedMs - a.changedMs);
  if (!newest) throw new Error(`no append-only file in ${folder}`);
  await truncate(join(folder, newest.name), Math.max(0, newest.bytes - bytes));
}

async function sizeAndAge(file: string): Promise<{ bytes: number; changedMs: number }> {
  const { size, mtimeMs } = await stat(file);
  return { bytes: size, changedMs: mtimeMs };
}

/** Whether a worker froze the ledger in time, and an operator can read it at an order. */
async function isNoticed({ redis, keys, certificates }: Stage): Promise<boolean> {
  const deadline = performance.now() + NOTICED_WITHIN_MS;
  while (performance.now() < deadline) {
    const isBehind = await redis.hexists(keys.ledger.meta("main"), "behind");
    const { certificates: held } = await certificates.list({ attention: true }, { limit: 500 }, new Date());
    if (isBehind && held.some(({ record }) => record.attention?.code === "ledger-frozen")) return true;
    await pause(100);
  }
  return false;
}
