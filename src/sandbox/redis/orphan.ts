// What a killed certfleet may leave behind: a Redis that still writes to our folder. It is ended before another one
// starts.
import { once } from "node:events";
import { connect } from "node:net";
import { setTimeout as pause } from "node:timers/promises";
import { Redis } from "ioredis";
import { Refused } from "../../shared/base/errors.ts";

/**
 * Ends the server that still listens on the socket of an owner who is dead; nothing happens when nobody listens. Two
 * servers on one append-only file would destroy it, and a pid may have been given to somebody else since: so the server
 * is asked itself which process it is and which folder it keeps. `dataDir` is a real path, without links.
 * @throws Refused when it does not answer, keeps another folder, or does not end: nothing was signalled without that
 * proof
 */
export async function stopOrphan(socket: string, dataDir: string, say: (line: string) => void): Promise<void> {
  if (!(await listens(socket))) return;
  const server = await askServer(socket);
  if (!(await listens(socket))) return; // it was on its way out
  if (server?.dir !== dataDir) {
    throw new Refused(
      `an unknown process listens on ${socket} and is not the Redis of ${dataDir}: end it and start again`,
    );
  }
  say(`ending the Redis that a killed certfleet left behind (pid ${server.pid})`);
  for (const signal of ["SIGTERM", "SIGKILL"] as const) {
    process.kill(server.pid, signal);
    if (await becomesSilent(socket)) return;
  }
  throw new Refused(`the Redis of ${dataDir} does not end: kill ${server.pid} and start again`);
}

/** The kernel's word: connecting is refused as soon as the listening process is gone, even by `kill -9`. */
async function listens(socket: string): Promise<boolean> {
  const connection = connect(socket);
  try {
    await once(connection, "connect");
    return true;
  } catch {
    return false;
  } finally {
    connection.destroy();
  }
}

/** Waits 3 s at most. */
async function becomesSilent(socket: string): Promise<boolean> {
  for (let tries = 0; tries < 60; tries++) {
    if (!(await listens(socket))) return true;
    await pause(50);
  }
  return false;
}

async function askServer(socket: string): Promise<{ pid: number; dir: string } | undefined> {
  const redis = new Redis(socket, { retryStrategy: () => null, enableReadyCheck: false, commandTimeout: 1_000 });
  redis.on("error", () => {}); // told by the answers that do not come
  try {
    const [info, directory] = await Promise.all([redis.info("server"), redis.config("GET", "dir")]);
    return { pid: Number(/^process_id:(\d+)/m.exec(info)?.[1]), dir: String((directory as string[])[1]) };
  } catch {
    return undefined;
  } finally {
    redis.disconnect();
  }
}
