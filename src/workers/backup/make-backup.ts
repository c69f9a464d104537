// `certfleet backup`: Redis as it was at one moment, then the journal, into one encrypted file.
import { createWriteStream } from "node:fs";
import { open, rename, rm, stat } from "node:fs/promises";
import { basename, dirname, resolve } from "node:path";
import type { Writable } from "node:stream";
import type { BackupAsked, BackupMade } from "../../shared/backup/reports.ts";
import { Refused, Unavailable } from "../../shared/base/errors.ts";
import { readSettings } from "../../shared/base/read-settings.ts";
import { orderSettings } from "../../shared/config/settings.ts";
import { redisAccessSettings } from "../../shared/redis/access.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import { readRedisTime } from "../../shared/redis/fleet-clock.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import { syncFolder } from "../journal/account-file.ts";
import { openJournal } from "../journal/open.ts";
import { copyJournal } from "./copy-journal.ts";
import { copyKeys } from "./copy-keys.ts";
import { keyLine } from "./key-lines.ts";
import { FORMAT } from "./manifest.ts";
import { type ArchiveWriter, archiveWriter } from "./write-archive.ts";

const PART_BYTES = 4 * 2 ** 20;
const TELL_MS = 5_000;
/** The copy of the audit trail in the journal lies under this name. */
const AUDIT = "~audit";

interface Asked {
  redis: RedisClient;
  keys: Keys;
  env: NodeJS.ProcessEnv;
}

/**
 * Notes the backup in Redis when it is whole. A crash leaves a file whose name ends with `.part`, and never one that looks whole.
 * @throws Refused the file is there already, or cannot be written; Unavailable Redis or the journal cannot be copied
 */
export async function makeBackup(asked: Asked, told: BackupAsked): Promise<BackupMade> {
  const begun = performance.now();
  const { redis, keys } = asked;
  const target = await openTarget(told.out);
  const counted = { bytes: 0 };
  let archive: ArchiveWriter | undefined;
  try {
    archive = await archiveWriter(target.sink, told.recipients, (bytes) => {
      counted.bytes += bytes;
    });
    const about = await copyFleet(asked, archive, told);
    await target.keep();
    const { at, prefix } = about;
    const file = target.path;
    const note = { at, ...(file !== null && { file }), bytes: counted.bytes };
    await redis.set(keys.lastBackup, JSON.stringify(note));
    const { redis: copied, journal, accounts } = about;
    return {
      ...{ file, bytes: counted.bytes, at, seconds: (performance.now() - begun) / 1_000, prefix },
      ...{ keys: copied.keys, certificates: copied.certificates, journal, accounts },
      isEncrypted: told.recipients.length > 0,
    };
  } catch (error) {
    archive?.abort(error instanceof Error ? error : new Error(String(error)));
    await target.drop();
    throw asOurs(error, told.out);
  }
}

async function copyFleet({ redis, keys, env }: Asked, archive: ArchiveWriter, { version, tell }: BackupAsked) {
  const { CERTFLEET_JOURNAL: location } = readSettings(orderSettings, env);
  const { prefix } = keys;
  const access = readSettings(redisAccessSettings, env);
  const journal = await openJournal(location, prefix, access);
  try {
    const begunAt = new Date(await readRedisTime({ redis, keys })).toISOString();
    const { at, names, accounts } = await copyRedis({ redis, keys }, archive, tell);
    tell("Redis is copied; now the journal");
    const kind = await copyJournal({ location, prefix, journal, access, accounts: [...accounts, AUDIT] }, archive);
    const marks = await Promise.all(
      accounts.map(async (id) => {
        const [epoch, seq] = await redis.hmget(keys.ledger.meta(id), "epoch", "seq");
        const ledger = epoch ? { epoch: Number(epoch), seq: Number(seq ?? 0) } : null;
        return { id, ledger, journal: (await journal.highest(id)) ?? null };
      }),
    );
    const server = /redis_version:(\S+)/.exec(await redis.info("server"))?.[1] ?? "unknown";
    const ofOrders = `${keys.certificate("")}`;
    return await archive.end({
      ...{ format: FORMAT, version, at, begunAt, prefix, accounts: marks },
      redis: {
        ...{ version: server, keys: names.size },
        certificates: [...names].filter((name) => name.startsWith(ofOrders)).length,
      },
      journal: { id: journal.id, kind },
    });
  } finally {
    await journal.close();
  }
}

/** Answers the moment that the copy shows, and the names of the keys in it. */
async function copyRedis(
  { redis, keys }: Pick<Asked, "redis" | "keys">,
  archive: ArchiveWriter,
  tell: BackupAsked["tell"],
): Promise<{ at: string; names: Set<string>; accounts: string[] }> {
  const names = new Set<string>();
  let part: Buffer[] = [];
  let bytes = 0;
  let parts = 0;
  let told = performance.now();
  const flush = async (): Promise<void> => {
    if (part.length === 0) return;
    parts++;
    await archive.add(`redis/${String(parts).padStart(8, "0")}.jsonl`, bytes, part);
    part = [];
    bytes = 0;
  };
  for await (const copies of copyKeys(redis, keys.prefix)) {
    for (const copy of copies) {
      const name = copy.key.toString("utf8");
      if (copy.dump) names.add(name);
      else names.delete(name);
      const line = Buffer.from(keyLine(copy));
      part.push(line);
      bytes += line.length;
      if (bytes >= PART_BYTES) await flush();
    }
    if (performance.now() - told > TELL_MS) {
      told = performance.now();
      tell(`${names.size} keys copied`);
    }
  }
  const at = new Date(await readRedisTime({ redis, keys })).toISOString();
  await flush();
  return { at, names, accounts: accountsIn(names, keys) };
}

/** Accounts that have a ledger. */
function accountsIn(names: ReadonlySet<string>, keys: Keys): string[] {
  const [before = "", behind = ""] = keys.ledger.meta("\n").split("\n");
  return [...names]
    .filter((name) => name.startsWith(before) && name.endsWith(behind))
    .map((name) => name.slice(before.length, name.length - behind.length))
    .sort();
}

interface Target {
  /** null: stdout. */
  path: string | null;
  sink: Writable;
  /** On disk, and under its name. */
  keep: () => Promise<void>;
  drop: () => Promise<void>;
}

async function openTarget(out: string): Promise<Target> {
  if (out === "-")
    return { path: null, sink: process.stdout, keep: async () => undefined, drop: async () => undefined };
  const path = resolve(out);
  const isThere = await stat(path).then(
    () => true,
    () => false,
  );
  if (isThere) throw new Refused(`${out} is there already. Name another file, such as one with the date in its name`);
  const draft = `${path}.part`;
  try {
    await rm(draft, { force: true }); // of a backup that was cut off
    const handle = await open(draft, "wx", 0o600);
    return {
      path,
      // By its number: a stream of the handle itself would keep it from being closed.
      sink: createWriteStream(draft, { fd: handle.fd, autoClose: false }),
      async keep() {
        await handle.sync();
        await handle.close();
        await rename(draft, path);
        await syncFolder(dirname(path));
      },
      async drop() {
        await handle.close().catch(() => undefined);
        await rm(draft, { force: true }).catch(() => undefined);
      },
    };
  } catch (error) {
    const { code = "unknown error" } = error as NodeJS.ErrnoException;
    throw new Refused(
      `${basename(out)} cannot be written in ${dirname(path)} (${code}). Name a folder that you may write to`,
    );
  }
}

function asOurs(error: unknown, out: string): unknown {
  const { code } = error as NodeJS.ErrnoException;
  if (code === "ENOSPC" || code === "EDQUOT")
    return new Refused(`The disk of ${out} is full. Nothing was kept; make room, or name another disk`, {
      cause: error,
    });
  if (code === "EPIPE")
    return new Refused("Whoever was to read the backup ended before it was whole", { cause: error });
  if (error instanceof Error && /not enough memory|OOM command|READONLY|MISCONF/.test(error.message))
    return new Unavailable(`Redis takes no writes (${error.message}). A backup needs to write one small key`, {
      cause: error,
    });
  return error;
}
