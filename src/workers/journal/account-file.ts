// The file into which this process writes the lines of one account.
import { randomBytes } from "node:crypto";
import { type FileHandle, mkdir, open, unlink } from "node:fs/promises";
import { dirname, join } from "node:path";
import { Unavailable } from "../../shared/base/errors.ts";
import { chain, chainStart } from "./chain.ts";
import type { JournalLine } from "./journal.ts";

/** A longer file is followed by a new one, so that each can be read whole. */
const MOST_BYTES = 64 * 2 ** 20;

export interface AccountFile {
  /** Resolves when the lines are on disk. A call after a failure goes into a new file. */
  write: (lines: readonly JournalLine[]) => Promise<void>;
  close: () => Promise<void>;
}

interface OpenFile {
  path: string;
  handle: FileHandle;
  /** What is known to be on disk. */
  bytes: number;
  /** Hash of the last line. */
  last: string;
}

/** Opens nothing before the first write; `isReady` throws when no new file may be begun. */
export function accountFile(folder: string, isReady: () => Promise<void>): AccountFile {
  let file: OpenFile | undefined;

  async function close(): Promise<void> {
    await file?.handle.close();
    file = undefined;
  }

  return {
    close,
    async write(lines) {
      if (file && file.bytes > MOST_BYTES) await close();
      if (!file) await isReady();
      const current = file ?? (await createFile(folder, lines[0]?.at ?? 0));
      file = undefined;
      try {
        file = await append(current, lines);
      } catch (error) {
        await abandon(current);
        throw error;
      }
    },
  };
}

async function createFile(folder: string, at: number): Promise<OpenFile> {
  await mkdir(folder, { mode: 0o700 }).catch((error: NodeJS.ErrnoException) => {
    if (error.code !== "EEXIST") throw error;
  });
  const path = join(folder, `${at}-${process.pid}-${randomBytes(6).toString("hex")}.jsonl`);
  return { path, handle: await open(path, "ax", 0o600), bytes: 0, last: chainStart };
}

async function append(file: OpenFile, lines: readonly JournalLine[]): Promise<OpenFile> {
  const { path, handle, bytes } = file;
  const { text, last } = chain(lines, file.last);
  await handle.appendFile(text);
  await handle.datasync();
  if (bytes === 0) await syncNames(dirname(path));
  if ((await handle.stat()).nlink === 0) throw new Unavailable(`${path} was deleted while it was being written`);
  return { path, handle, bytes: bytes + Buffer.byteLength(text), last };
}

/**
 * A file, and its folder if that is new too, are found after a power cut only when the folders above were synced
 * (fsync(2)).
 */
async function syncNames(folder: string): Promise<void> {
  await syncFolder(folder);
  await syncFolder(dirname(folder));
}

export async function syncFolder(folder: string): Promise<void> {
  const handle = await open(folder, "r");
  try {
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/**
 * Never written on: after a failed sync Linux forgets the pages it could not write, and calls the next sync a success.
 * What was not acknowledged is cut off where that is still possible; the lines come again in the next file.
 */
async function abandon({ path, handle, bytes }: OpenFile): Promise<void> {
  await (bytes === 0 ? unlink(path) : handle.truncate(bytes)).catch(() => undefined);
  await handle.close().catch(() => undefined);
}
