// `--watch`: the same verb again and again. A terminal is drawn anew; a pipe or a file gets a line for what has changed.
import type { Writable } from "node:stream";
import { setTimeout } from "node:timers/promises";
import type { Result } from "../../shared/base/result.ts";
import { type Format, inert, itemsOf, printable, writeResult } from "./printed.ts";

interface Watching {
  out: Writable & { isTTY?: boolean };
  err: Writable;
  format: Format;
  everyMs: number;
  /** Ends it; a person's Ctrl-C. */
  signal: AbortSignal;
}

const HOME_AND_CLEAR = "\u001b[H\u001b[J";

/**
 * Until the signal, or until nobody reads any more. What cannot be had at first ends it with its own ending; later it
 * is told, and asked for again.
 */
export async function watch(look: () => Promise<Result>, { out, err, format, everyMs, signal }: Watching) {
  let before: ReadonlySet<string> = new Set();
  for (let isFirst = true; !signal.aborted && !out.destroyed; isFirst = false) {
    const result = await look();
    if (result.ending !== "done") {
      if (result.note) err.write(`${printable(result.note)}\n`);
      if (isFirst || result.ending !== "later") return result.ending;
    } else if (out.isTTY && (format === "table" || format === "wide")) {
      out.write(HOME_AND_CLEAR);
      out.write(`Every ${everyMs / 1_000} s, ${new Date().toISOString().slice(0, 19)}Z. Ctrl-C ends it.\n\n`);
      await writeResult(result, format, out);
      if (result.note) out.write(`${printable(result.note)}\n`);
    } else {
      const now = await linesOf(result, format);
      for (const line of now) if (!before.has(line)) out.write(`${line}\n`);
      before = new Set(now);
    }
    await setTimeout(everyMs, undefined, { signal }).catch(() => undefined);
  }
  return "done" as const;
}

/** What is compared, and printed where it is new: each item whole, or its columns; of one thing alone its page, too. */
async function linesOf({ listed, json, text }: Result, format: Format): Promise<string[]> {
  const items = listed ? await itemsOf(listed) : [json];
  if (format === "json" || format === "ndjson") return items.map((item) => inert(JSON.stringify(item)));
  if (!listed || items.length === 1)
    return printable(text)
      .split("\n")
      .filter((line) => line.trim() !== "");
  return items.map((item) =>
    printable(
      listed
        .cellsOf(item)
        .map((cell) => cell ?? "–")
        .join("  "),
    ),
  );
}
