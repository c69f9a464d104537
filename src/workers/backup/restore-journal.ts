// Puts the journal of a backup back: into a folder or a second Redis that knows nothing of this fleet.
import { mkdir, open, readdir, stat, writeFile } from "node:fs/promises";
import { basename, dirname, join } from "node:path";
import { Readable } from "node:stream";
import { pipeline } from "node:stream/promises";
import { Refused } from "../../shared/base/errors.ts";
import { accessTo, type RedisAccess } from "../../shared/redis/access.ts";
import { connectRedis, untilReady } from "../../shared/redis/client.ts";
import { syncFolder } from "../journal/account-file.ts";
import { journalFolder } from "../journal/folder.ts";
import type { Journal, JournalLine } from "../journal/journal.ts";
import { parseLine } from "../journal/line.ts";
import { isRedis, openJournal } from "../journal/open.ts";
import { journalKeys } from "../journal/second-redis.ts";
import { JOURNAL_PARTS } from "./copy-journal.ts";
import { linesOf } from "./key-lines.ts";

const BATCH = 500;
const CONNECT_MS = 5_000;

export interface JournalTarget {
  /** A folder, or the address of a second Redis. */
  location: string;
  prefix: string;
  /** Certificates and the Sentinels' login: as for the first Redis. */
  access: Omit<RedisAccess, "REDIS_URL">;
}

/** @throws Refused the place knows this fleet already, saying what is there */
export async function mustBeNewJournal({ location, prefix, access }: JournalTarget): Promise<void> {
  if (await isRedis(location)) {
    const known = await withRedis({ location, access }, (redis) => redis.exists(journalKeys(prefix).id));
    if (known > 0)
      throw new Refused(
        `the Redis of --journal has a journal of this fleet already (${journalKeys(prefix).id}). Name another one`,
      );
    return;
  }
  const folder = journalFolder(location, prefix);
  const found = await readdir(folder).catch((error: NodeJS.ErrnoException) => {
    if (error.code === "ENOENT") return [];
    throw new Refused(`${folder} cannot be read (${error.code ?? "unknown error"})`);
  });
  if (found.length === 0) return;
  const has = await stat(folder).then(({ mtime }) => mtime.toISOString());
  throw new Refused(
    `${folder} is not empty: it has ${found.slice(0, 3).join(", ")}${found.length > 3 ? ` and ${found.length - 3} more` : ""}, last changed ${has}. ` +
      "Name another folder, or move that one away. If it is the journal that this fleet worked with, it knows more than the backup: add --journal-survived",
  );
}

/** Writes the id first, so that the journal is this one whoever opens it. Answers what takes its parts, and ends it. */
export async function newJournal(
  { location, prefix, access }: JournalTarget,
  { id, kind }: { id: string; kind: "folder" | "redis" },
): Promise<{ take: (path: string, content: AsyncIterable<Buffer>) => Promise<void>; end: () => Promise<void> }> {
  if (kind === "folder" && !(await isRedis(location))) {
    const folder = journalFolder(location, prefix);
    await makeFolder(folder, id);
    return { take: (path, content) => writePart(folder, path, content), end: async () => syncFolder(folder) };
  }
  if (await isRedis(location))
    await withRedis({ location, access }, (redis) => redis.set(journalKeys(prefix).id, id, "NX"));
  else await makeFolder(journalFolder(location, prefix), id);
  const journal = await openJournal(location, prefix, access);
  return { take: (path, content) => appendLines(journal, path, content), end: () => journal.close() };
}

async function makeFolder(folder: string, id: string): Promise<void> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await writeFile(join(folder, "journal.id"), `${id}\n`, { mode: 0o600, flag: "wx", flush: true });
  await syncFolder(folder);
  await syncFolder(dirname(folder));
}

/** The file as it was, with the chain of its lines. */
async function writePart(folder: string, path: string, content: AsyncIterable<Buffer>): Promise<void> {
  const { account, name } = placeOf(path);
  const own = join(folder, `account-${encodeURIComponent(account)}`);
  await mkdir(own, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  const handle = await open(join(own, name), "wx", 0o600);
  await pipeline(Readable.from(content), handle.createWriteStream({ flush: true }));
  await syncFolder(own);
}

/** Between a folder and a second Redis the lines go one by one; those of a folder are chained anew. */
async function appendLines(journal: Journal, path: string, content: AsyncIterable<Buffer>): Promise<void> {
  const { account } = placeOf(path);
  let batch: JournalLine[] = [];
  const flush = async (): Promise<void> => {
    await Promise.all(batch.map((line) => journal.append(line)));
    batch = [];
  };
  for await (const text of linesOf(content)) {
    batch.push(parseLine(text, account, path));
    if (batch.length === BATCH) await flush();
  }
  await flush();
}

/** `journal/account-ID/NAME`: nothing in a backup leads out of the folder. */
function placeOf(path: string): { account: string; name: string } {
  const [folder = "", name = "", ...more] = path.slice(JOURNAL_PARTS.length).split("/");
  const isPlain =
    more.length === 0 && name === basename(name) && name.endsWith(".jsonl") && folder.startsWith("account-");
  if (!isPlain) throw new Refused(`the backup has a part that is no part of a journal: ${path}`);
  return { account: decodeURIComponent(folder.slice("account-".length)), name };
}

async function withRedis<T>(
  { location, access }: Omit<JournalTarget, "prefix">,
  work: (redis: ReturnType<typeof connectRedis>) => Promise<T>,
): Promise<T> {
  const redis = connectRedis(accessTo(location, access), "once", () => undefined);
  try {
    await untilReady(redis, CONNECT_MS);
    return await work(redis);
  } finally {
    redis.disconnect();
  }
}
