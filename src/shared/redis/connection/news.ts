// What a process says of its Redis in the log: that there is trouble, once, and that it is over, whichever of its connections meets it.
import type { Log } from "../../base/log.ts";
import type { News } from "./watch.ts";
import { explainTrouble } from "./words.ts";

/** While one connection is well others may be on their way still. */
const CALM_MS = 3_000;

/** All connections of a process share one. */
export function redisNews(log: Log): Required<News> {
  let since: number | undefined;
  let newest = 0;
  let more = 0;
  return {
    trouble(err) {
      newest = performance.now();
      if (since !== undefined) {
        more++;
        return;
      }
      since = newest;
      more = 0;
      const { words, remedy } = explainTrouble(err);
      log.warn({ event: "redis.trouble", trouble: words, remedy, err });
    },
    well() {
      if (since === undefined || performance.now() - newest < CALM_MS) return;
      log.info({ event: "redis.back", seconds: Math.round((newest - since) / 100) / 10, more });
      since = undefined;
    },
  };
}
