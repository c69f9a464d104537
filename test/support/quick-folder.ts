// Where a test keeps what is synced at every write: in memory where there is room, since on a disk that costs more than all the rest.
import { accessSync, constants, statfsSync } from "node:fs";
import { tmpdir } from "node:os";

const IN_MEMORY = "/dev/shm";
/** A whole run keeps less than half of it. Containers often have only 64 MiB there. */
const ROOM_BYTES = 1024 ** 3;

/** For data only: programs cannot be started from everywhere. */
export function quickFolder(): string {
  return hasRoom() ? IN_MEMORY : tmpdir();
}

function hasRoom(): boolean {
  try {
    accessSync(IN_MEMORY, constants.W_OK);
    const { bavail, bsize } = statfsSync(IN_MEMORY);
    return bavail * bsize > ROOM_BYTES;
  } catch {
    return false;
  }
}
