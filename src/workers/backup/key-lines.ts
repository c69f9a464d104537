// Keys of Redis as the lines of a part: JSON, a key each. DUMP is binary, so it stands as base64.
import { z } from "zod";
import type { KeyCopy } from "./copy-keys.ts";

const line = z.object({
  /** The key's name; `b` instead where it is no UTF-8. */
  k: z.string().optional(),
  b: z.string().optional(),
  /** Base64 of its DUMP; absent: the key is gone. */
  d: z.string().optional(),
  /** When it expires, milliseconds of Redis' clock; absent: never. */
  x: z.number().optional(),
});

export function keyLine({ key, dump, expiresAt }: KeyCopy): string {
  const text = key.toString("utf8");
  const name = Buffer.from(text).equals(key) ? { k: text } : { b: key.toString("base64") };
  return `${JSON.stringify({ ...name, ...(dump && { d: dump.toString("base64") }), ...(expiresAt > 0 && { x: expiresAt }) })}\n`;
}

/** @throws Error a line that is none */
export async function* readKeyLines(content: AsyncIterable<Buffer>): AsyncGenerator<KeyCopy> {
  for await (const text of linesOf(content)) {
    const { k, b, d, x = 0 } = line.parse(JSON.parse(text));
    yield {
      key: k === undefined ? Buffer.from(b ?? "", "base64") : Buffer.from(k),
      dump: d === undefined ? null : Buffer.from(d, "base64"),
      expiresAt: x,
    };
  }
}

/** Split at line feeds alone: other texts than ours hold characters that `node:readline` takes for the end of a line, too. */
export async function* linesOf(content: AsyncIterable<Buffer>): AsyncGenerator<string> {
  let rest: Buffer[] = [];
  for await (const chunk of content) {
    let from = 0;
    for (let end = chunk.indexOf(10); end !== -1; end = chunk.indexOf(10, from)) {
      const line = Buffer.concat([...rest, chunk.subarray(from, end)]);
      rest = [];
      from = end + 1;
      if (line.length > 0) yield line.toString("utf8");
    }
    if (from < chunk.length) rest.push(Buffer.from(chunk.subarray(from)));
  }
}
