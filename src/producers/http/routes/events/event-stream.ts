// Events as Server-Sent Events (WHATWG HTML, 9.2), one text after the other, for as long as somebody reads them.
import type { FeedPage } from "../../../../shared/events/feed.ts";
import type { StoredEvent } from "../../../../shared/events/read.ts";
import type { EventTail } from "../../../../shared/events/tail.ts";
import type { StreamTimes } from "../../connections/limits.ts";
import { shown } from "./event-query.ts";

export interface StreamNeeds {
  /** Undefined where events are not kept any more: the stream ends, and the next try is told why. */
  read: (after: string) => Promise<FeedPage | undefined>;
  tail: Pick<EventTail, "wait" | "isOver">;
  /** The listener has gone. */
  signal: AbortSignal;
  times: StreamTimes;
}

/** Whoever loses the stream comes again after so long. */
const RETRY_MS = 2_000;

export async function* streamText(first: FeedPage, needs: StreamNeeds): AsyncGenerator<string> {
  const { read, tail, signal, times } = needs;
  const ends = performance.now() + times.mostMs;
  let page: FeedPage | undefined = first;
  let saidAt = performance.now();
  // An id without data is no event, and yet where the next try goes on: it must not come before events in front of it.
  yield `retry: ${RETRY_MS}\n${first.events.length === 0 ? placeText(first) : "\n"}`;
  while (page && !signal.aborted && !tail.isOver) {
    if (page.events.length > 0) {
      yield page.events.map(eventText).join("");
      saidAt = performance.now();
    }
    const now = performance.now();
    if (now >= ends) return;
    if (now - saidAt >= times.heartbeatMs) {
      yield `: still here\n${placeText(page)}`;
      saidAt = now;
    }
    if (page.isAll) await tail.wait(page.cursor, Math.min(saidAt + times.heartbeatMs, ends) - now, signal);
    page = await read(page.cursor).catch(() => undefined);
  }
}

function placeText({ cursor }: FeedPage): string {
  return `id: ${cursor}\n\n`;
}

function eventText(event: StoredEvent): string {
  return `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(shown(event))}\n\n`;
}
