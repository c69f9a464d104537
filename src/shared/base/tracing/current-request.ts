// For which request over HTTP work is being done: every log line of it names the request, and no function in between has to
// hand it on.
import { AsyncLocalStorage } from "node:async_hooks";

const current = new AsyncLocalStorage<string>();

/** Everything that `work` does, and waits for, is done for this request. */
export function forRequest<T>(id: string, work: () => T): T {
  return current.run(id, work);
}

/** For each log line: which request it belongs to. */
export function requestFields(): { request?: string } {
  const request = current.getStore();
  return request === undefined ? {} : { request };
}
