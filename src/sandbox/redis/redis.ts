// The private Redis: a server of our own, on a Unix socket, on one folder, that never outlives the process that started
// it.
import { mkdirSync, mkdtempSync, readFileSync, realpathSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { z } from "zod";
import { Refused } from "../../shared/base/errors.ts";
import { getRedisBinary } from "./binary.ts";
import { tryLock } from "./lock.ts";
import { stopOrphan } from "./orphan.ts";
import { type EmbeddedRedis, launch } from "./process.ts";

export type { EmbeddedRedis } from "./process.ts";

export type RedisPlace =
  | { dataDir: string; ephemeral?: false }
  /** Data in a folder of its own under the system's temporary one, removed with the server. */
  | { dataDir?: string; ephemeral: true };

export type RedisOptions = RedisPlace & {
  /** Where an unpacked package may be kept, e.g. `.data/redis-server`. */
  binaryDir: string;
  /** Hears what takes time or may surprise. */
  say?: (line: string) => void;
};

/**
 * What the folder's owner leaves for those who come while it runs, or after it was killed. Whether it still lives is
 * told by `owner.lock` alone, which the kernel frees at its death.
 */
const Note = z.object({ owner: z.int(), socket: z.string() });

/**
 * Starts the Redis of a folder and waits until it has read its data. A server whose owner was killed is ended first;
 * any other Redis of this machine is left alone.
 * @throws Refused     the folder is in use, or no redis-server can be had; the message says what to do
 * @throws Unavailable the server ended while starting; the message shows its last words
 */
export async function startRedis(options: RedisOptions): Promise<EmbeddedRedis> {
  const say = options.say ?? (() => {});
  const binary = await getRedisBinary(options.binaryDir, say);
  const dataDir = openFolder(options.ephemeral ? makeScratch() : options.dataDir);
  const noteFile = join(dataDir, "owner.json");

  const lock = tryLock(join(dataDir, "owner.lock"));
  const earlier = findNote(noteFile);
  if (!lock) throw new Refused(alreadyRunning(dataDir, earlier));
  try {
    await endOrphan(dataDir, say);
    const scratch = options.ephemeral ? dataDir : fitsSocket(dataDir) ? undefined : makeScratch();
    const socket = join(scratch ?? dataDir, "redis.sock");
    writeFileSync(noteFile, JSON.stringify({ owner: process.pid, socket }));
    return await launch(binary, { dataDir, socket, scratch, vacate: lock.release });
  } catch (error) {
    lock.release();
    throw error;
  }
}

/**
 * Ends the server that a killed owner left behind in this folder (a real path). Only for who holds the folder's lock.
 * @throws Refused as `stopOrphan`
 */
export async function endOrphan(dataDir: string, say: (line: string) => void): Promise<void> {
  const earlier = findNote(join(dataDir, "owner.json"));
  if (earlier) await stopOrphan(earlier.socket, dataDir, say);
}

function makeScratch(): string {
  return realpathSync(mkdtempSync(join(tmpdir(), "certfleet-redis-")));
}

function openFolder(dataDir: string): string {
  mkdirSync(dataDir, { recursive: true, mode: 0o700 });
  return realpathSync(dataDir);
}

/** A socket's path has about 104 bytes (`sun_path`, unix(7)), and a URL takes no blanks or signs of its own in it. */
function fitsSocket(dataDir: string): boolean {
  return /^[\w./-]{1,100}$/.test(join(dataDir, "redis.sock"));
}

function findNote(noteFile: string): z.infer<typeof Note> | undefined {
  try {
    return Note.parse(JSON.parse(readFileSync(noteFile, "utf8")));
  } catch {
    return undefined; // never started here, or killed while writing it, before there was a server
  }
}

function alreadyRunning(dataDir: string, note: z.infer<typeof Note> | undefined): string {
  const owner = note ? `process ${note.owner}` : "another process";
  const remedy = note ? ` (kill ${note.owner})` : "";
  return `The Redis of ${dataDir} is already running for ${owner}. End that one first${remedy}.`;
}
