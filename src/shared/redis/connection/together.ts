// What is asked of Redis in one turn of the event loop leaves in one write: under load, a process and Redis spend more on many small
// writes and reads than on what is in them.
import type { Redis } from "ioredis";

/** For a connection of a process that answers many callers at once. Nothing waits for longer than the turn takes. */
export function sendTogether(client: Redis): void {
  const send = client.sendCommand.bind(client);
  let held: Redis["stream"] | undefined;
  client.sendCommand = (command, stream) => {
    if (held === undefined && client.status === "ready") {
      const holding = client.stream;
      held = holding;
      holding.cork();
      setImmediate(() => {
        held = undefined;
        holding.uncork();
      });
    }
    return send(command, stream);
  };
}
