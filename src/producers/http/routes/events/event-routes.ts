// What happened in the fleet, for others to hear of: page by page, waiting for more where they ask so, or as a stream.
import { Readable } from "node:stream";
import { z } from "zod";
import { exampleEvent } from "../../../../shared/events/example.ts";
import { type FeedNeeds, type FeedPage, readFeed } from "../../../../shared/events/feed.ts";
import { KEEP_DAYS } from "../../../../shared/events/read.ts";
import type { EventTail } from "../../../../shared/events/tail.ts";
import { answers, json, text, unbuffered } from "../../answers.ts";
import { defaultStreamTimes } from "../../connections/limits.ts";
import type { App, GatewayNeeds } from "../../needs.ts";
import { problem } from "../../problems.ts";
import { callerLeft } from "../../requests/caller-left.ts";
import {
  eventBody,
  feedQuery,
  heardBefore,
  lastHeard,
  leaveOutEmpty,
  MOST_WAIT_SECONDS,
  shown,
  streamQuery,
} from "./event-query.ts";
import { streamText } from "./event-stream.ts";
import { waitingSeats } from "./seats.ts";

/** A waiting answer may take so long, and a moment more. */
const WAITING_MS = MOST_WAIT_SECONDS * 1_000 + 5_000;

const STREAM_PAGE = 100;

const event = exampleEvent("certificate.issued");
const EXAMPLE_STREAM = `id: ${event.id}\nevent: ${event.type}\ndata: ${JSON.stringify(event)}\n\n`;

export function eventRoutes(
  app: App,
  { redis, keys, streams }: Pick<GatewayNeeds, "redis" | "keys" | "streams">,
): void {
  const times = { ...defaultStreamTimes, ...streams };
  const tail = app.eventTail;
  const needs: FeedNeeds = { redis, keys, tail };
  const seats = waitingSeats();

  app.get(
    "/events",
    {
      config: { scope: "certificates:read" },
      handlerTimeout: WAITING_MS,
      preValidation: leaveOutEmpty,
      schema: {
        tags: ["Events"],
        operationId: "readEvents",
        summary: "Read events",
        description: `What happened to orders, mails, accounts and the fleet, oldest first; events of an order are in order. Keep \`nextCursor\`, and ask with it again: it is never null, and stays good over restarts. Events are kept ${KEEP_DAYS} days, the newest million at most; a cursor that is older is answered with 410. A page looks at 5,000 events at most: with \`types\` or \`reference\` it may be short, or empty, while more follow. Events of accounts and of the fleet need the scope \`accounts:read\` as well; without it they are left out.`,
        querystring: feedQuery,
        response: answers(
          {
            200: json(
              "One page",
              z.object({
                items: z.array(eventBody).meta({ description: "The events of the page" }),
                nextCursor: z.string().meta({
                  description: "`after` of the next page; never null",
                  example: "1764576000000-0",
                }),
              }),
            ),
          },
          "invalid",
          "events-gone",
        ),
      },
    },
    async (request, reply) => {
      const { after, wait, limit, types, reference } = request.query;
      const { scopes } = request.caller;
      const wanted = { types, reference, limit, scopes };
      const read = async (place: string) => kept(await readFeed(place, wanted, needs));
      const page = kept(await readFeed(after, wanted, { redis, keys }));
      const isOver = page.events.length > 0 || !page.isAll || wait === 0;
      const giveBack = isOver ? undefined : seats.take(request.caller);
      try {
        const found = isOver ? page : await waitFor(page, { read, tail, ms: wait * 1_000, signal: callerLeft(reply) });
        return { items: found.events.map(shown), nextCursor: found.cursor };
      } finally {
        giveBack?.();
      }
    },
  );

  app.get(
    "/events/stream",
    {
      config: { scope: "certificates:read" },
      handlerTimeout: times.mostMs * 2 + WAITING_MS,
      preValidation: leaveOutEmpty,
      schema: {
        tags: ["Events"],
        operationId: "streamEvents",
        summary: "Listen to events",
        description:
          "The same as Server-Sent Events: `id`, `event` (the type) and `data` (the event as JSON). A line that begins with a colon comes every 15 seconds. The header `Last-Event-ID` goes before `after`; without both it begins with what comes from now on. The stream ends after 15 minutes, and when the gateway stops: connect again with the last id, as browsers do by themselves.",
        querystring: streamQuery,
        headers: heardBefore,
        response: answers(
          { 200: text("Server-Sent Events", "text/event-stream", z.string(), EXAMPLE_STREAM, unbuffered) },
          "invalid",
          "events-gone",
        ),
      },
    },
    async (request, reply) => {
      const { types, reference, after = "latest" } = request.query;
      const { scopes } = request.caller;
      const from = lastHeard(request.headers["last-event-id"]) ?? after;
      const wanted = { types, reference, limit: STREAM_PAGE, scopes };
      const giveBack = seats.take(request.caller);
      reply.raw.once("close", giveBack);
      try {
        const first = kept(await readFeed(from, wanted, { redis, keys }));
        const read = (place: string) => readFeed(place, wanted, needs);
        const stream = streamText(first, { read, tail, signal: callerLeft(reply), times });
        // Proxies must not hold back what is there. A connection that was kept would outlive the stream, and hold up a stop.
        reply.type("text/event-stream; charset=utf-8").headers({ "x-accel-buffering": "no", connection: "close" });
        // Read as it is written: who reads slowly is read for slowly.
        return reply.send(Readable.from(stream, { objectMode: false, highWaterMark: 65_536 }) as never);
      } catch (error) {
        giveBack();
        throw error;
      }
    },
  );
}

/** Until there is something to answer, the time is over, the caller has gone, or the gateway stops. */
async function waitFor(
  page: FeedPage,
  {
    read,
    tail,
    ms,
    signal,
  }: { read: (after: string) => Promise<FeedPage>; tail: EventTail; ms: number; signal: AbortSignal },
): Promise<FeedPage> {
  const until = performance.now() + ms;
  let found = page;
  for (;;) {
    const left = until - performance.now();
    if (found.events.length > 0 || left <= 0 || tail.isOver || signal.aborted) return found;
    await tail.wait(found.cursor, left, signal);
    found = await read(found.cursor);
  }
}

function kept(page: FeedPage | undefined): FeedPage {
  if (page) return page;
  throw problem(
    "events-gone",
    `Events behind this cursor are not kept any more (${KEEP_DAYS} days, the newest million). Ask with after=latest and keep its nextCursor; then read what was changed meanwhile with GET /v1/certificates?updated_since=TIME, and go on from that cursor.`,
  );
}
