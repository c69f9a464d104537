// A lock on this machine that the kernel lets go of when its holder dies, however it dies: no stale files, no guessing
// at pids.
import { DatabaseSync } from "node:sqlite";
import { setTimeout as pause } from "node:timers/promises";

export interface Lock {
  /** May be called twice. */
  release: () => void;
}

/** SQLITE_BUSY (SQLite, "Result and Error Codes"). */
const BUSY = 5;

/**
 * Takes the lock that goes by this file, in a folder that exists; undefined when someone holds it, in this process or
 * in another. The file stays empty: SQLite is here only because it is Node's one way to a kernel file lock. Nobody else
 * may open the file, since closing it anywhere in the holder's process would drop the lock (POSIX, fcntl).
 */
export function tryLock(file: string): Lock | undefined {
  const database = new DatabaseSync(file);
  try {
    database.exec("BEGIN EXCLUSIVE");
    return { release: () => database.isOpen && database.close() };
  } catch (error) {
    database.close();
    if (error instanceof Error && "errcode" in error && error.errcode === BUSY) return undefined;
    throw error;
  }
}

/** Waits for the lock as long as it takes. */
export async function getLock(file: string): Promise<Lock> {
  for (;;) {
    const lock = tryLock(file);
    if (lock) return lock;
    await pause(100);
  }
}
