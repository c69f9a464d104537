// The journal as parts of a backup. It is copied behind Redis, so that it knows at least what the copy of Redis knows.
import { createReadStream } from "node:fs";
import { readdir, readFile, stat } from "node:fs/promises";
import { join } from "node:path";
import { accessTo, type RedisAccess } from "../../shared/redis/access.ts";
import { connectRedis, untilReady } from "../../shared/redis/client.ts";
import { journalFolder } from "../journal/folder.ts";
import type { Journal } from "../journal/journal.ts";
import { isRedis } from "../journal/open.ts";
import { journalKeys } from "../journal/second-redis.ts";
import type { ArchiveWriter } from "./write-archive.ts";

const PAGE = 1_000;
const CONNECT_MS = 5_000;

export const JOURNAL_PARTS = "journal/";
export const ID_PART = `${JOURNAL_PARTS}journal.id`;

export interface JournalSource {
  location: string;
  prefix: string;
  journal: Journal;
  access: Omit<RedisAccess, "REDIS_URL">;
  /** All that may have lines in a second Redis, whose names cannot be listed. */
  accounts: readonly string[];
}

/** @throws Error the journal cannot be read */
export async function copyJournal(source: JournalSource, archive: ArchiveWriter): Promise<"folder" | "redis"> {
  const id = Buffer.from(`${source.journal.id}\n`);
  await archive.add(ID_PART, id.length, [id]);
  if (await isRedis(source.location)) {
    await copyLines(source, archive);
    return "redis";
  }
  await copyFiles(journalFolder(source.location, source.prefix), archive);
  return "folder";
}

/**
 * Files only grow: what is there now is copied, and what is appended meanwhile is not. A last line that is cut off is one that
 * was never acknowledged, as after a crash.
 */
async function copyFiles(folder: string, archive: ArchiveWriter): Promise<void> {
  for (const account of (await readdir(folder, { withFileTypes: true })).filter((each) => each.isDirectory())) {
    for (const name of (await readdir(join(folder, account.name))).filter((each) => each.endsWith(".jsonl")).sort()) {
      const path = join(folder, account.name, name);
      const { size } = await stat(path);
      const content = size > 0 ? createReadStream(path, { end: size - 1 }) : [];
      await archive.add(`${JOURNAL_PARTS}${account.name}/${name}`, size, content);
    }
  }
}

async function copyLines({ location, prefix, access, accounts }: JournalSource, archive: ArchiveWriter): Promise<void> {
  const redis = connectRedis(accessTo(location, access), "once", () => undefined);
  try {
    await untilReady(redis, CONNECT_MS);
    for (const account of accounts) {
      let from = "-";
      for (let part = 1; ; part++) {
        const page = await redis.zrange(journalKeys(prefix).lines(account), from, "+", "BYLEX", "LIMIT", 0, PAGE);
        if (page.length === 0) break;
        // A member is its mark, a blank, and the line.
        const text = Buffer.from(page.map((member) => `${member.slice(member.indexOf(" ") + 1)}\n`).join(""));
        const name = `account-${encodeURIComponent(account)}/${String(part).padStart(8, "0")}.jsonl`;
        await archive.add(`${JOURNAL_PARTS}${name}`, text.length, [text]);
        if (page.length < PAGE) break;
        from = `(${page.at(-1)}`;
      }
    }
  } finally {
    redis.disconnect();
  }
}

/** The random id of a journal folder; undefined where there is none. */
export async function findJournalId(location: string, prefix: string): Promise<string | undefined> {
  return (await readFile(join(journalFolder(location, prefix), "journal.id"), "utf8").catch(() => undefined))?.trim();
}
