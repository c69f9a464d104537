// A worker's wait for the next job always ends. BullMQ leaves a wait that takes too long and opens its connection anew; on a
// Cluster that itself has waited for ever: `disconnect` was followed by no `end`, since the library had found its nodes again
// meanwhile (ioredis 6.0.0). Then no job was taken any more, although Redis was back.
import type { BackendFactory, RedisQueueBackend } from "bullmq";
import { withDeadline } from "../../shared/base/time/deadline.ts";

/** BullMQ leaves a wait a second behind its end, and opens its connection anew: that takes no longer than this. */
const GRACE_MS = 5_000;
/** A connection that is not usable then is opened once more; the next wait tries again. */
const OPEN_MS = 2_000;

/** The loop of a worker goes on in any case: at worst one wait later than it would have. */
export function boundedWait(
  make: BackendFactory<RedisQueueBackend>,
  graceMs = GRACE_MS,
): BackendFactory<RedisQueueBackend> {
  return (...given) => {
    const backend = make(...given);
    const wait = backend.waitForJob;
    backend.waitForJob = async (seconds) => {
      let isLate = false;
      const marker = await withDeadline(wait.call(backend, seconds), seconds * 1_000 + graceMs, () => {
        isLate = true;
        return null;
      });
      if (isLate) await openAnew(backend);
      return marker;
    };
    return backend;
  };
}

/** Nothing is thrown: what is not reached now is reached by the next wait. */
async function openAnew({ blockingClient }: RedisQueueBackend): Promise<void> {
  const open = async (): Promise<void> => {
    const client = await blockingClient;
    if (client && client.status !== "ready" && client.status !== "connect") await client.connect();
  };
  await withDeadline(
    open().catch(() => undefined),
    OPEN_MS,
    () => undefined,
  );
}
