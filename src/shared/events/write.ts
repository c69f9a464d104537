// Events as the scripts take them: each is written by the script that makes the change it tells of (`lua/tell.lua`).
import { traceParent } from "../base/tracing/current.ts";
import type { NewEvent } from "./event-types.ts";

/** What `tell` reads; empty where there is nothing to tell. */
export function eventsText(events: readonly NewEvent[]): string {
  if (events.length === 0) return "";
  const trace = traceParent();
  const traced = trace === undefined ? [] : [trace];
  return JSON.stringify(
    events.map(({ type, at, subject, data }) => [type, at, subject, JSON.stringify(data), ...traced]),
  );
}
