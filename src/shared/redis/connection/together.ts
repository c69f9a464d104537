// What is asked of Redis in one turn of the event loop leaves in one write: under load, a process and Redis spend more on many small
// writes and reads than on what is in them.
import type { Redis } from "ioredis";

/** A turn that takes longer, or asks more, lets go of what it holds: Redis works meanwhile, and the time for its answer runs. */
const HELD_MS = 2;
const MOST_HELD = 64;

/** For a connection of a process that answers many callers at once. */
export function sendTogether(client: Redis): void {
  const send = client.sendCommand.bind(client);
  let held: { stream: Redis["stream"]; since: number; commands: number } | undefined;
  const letGo = (): void => {
    held?.stream.uncork();
    held = undefined;
  };
  client.sendCommand = (command, stream) => {
    if (held === undefined && client.status === "ready") {
      held = { stream: client.stream, since: performance.now(), commands: 0 };
      held.stream.cork();
      setImmediate(letGo);
    }
    const sent = send(command, stream);
    if (held && (++held.commands >= MOST_HELD || performance.now() - held.since > HELD_MS)) letGo();
    return sent;
  };
}
