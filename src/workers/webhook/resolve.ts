// Looks names up by the system, one look for all who ask for the same name at once: the system has room for four, and a
// name whose servers do not answer must not take all of it.
import { type Resolve, resolveBySystem } from "../../shared/webhooks/target.ts";

export function resolveShared(resolve: Resolve = resolveBySystem): Resolve {
  const asked = new Map<string, Promise<string[]>>();
  return (host) => {
    const running = asked.get(host) ?? resolve(host).finally(() => asked.delete(host));
    asked.set(host, running);
    return running;
  };
}
