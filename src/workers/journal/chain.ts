// The text of one journal file: JSON lines, each with the SHA-256 of the line before it, so that a changed line is
// seen.
import { createHash } from "node:crypto";
import { createReadStream } from "node:fs";
import { readFile, stat } from "node:fs/promises";
import { text } from "node:stream/consumers";
import { z } from "zod";
import type { JournalLine, Mark } from "./journal.ts";
import { findHighest, parseLine } from "./line.ts";

/** Some seventy steps: more than can overtake each other between the ledger and one process. */
const TAIL_BYTES = 16_384;

const linkSchema = z.object({ prev: z.string() });

/** What the first line of a file names as the hash of the line before it. */
export const chainStart = sha256("");

/** The lines as text that follows a line with the hash `before`, and the hash of the last of them. */
export function chain(lines: readonly JournalLine[], before: string): { text: string; last: string } {
  let last = before;
  let text = "";
  for (const line of lines) {
    const link = JSON.stringify({ ...line, prev: last });
    last = sha256(link);
    text += `${link}\n`;
  }
  return { text, last };
}

/**
 * All lines of a file but a torn last one.
 * @throws Error naming the file and the line where the chain is broken
 */
export async function readChain(path: string, account: string): Promise<JournalLine[]> {
  let before = chainStart;
  return wholeLines(await readFile(path, "utf8")).map((link, i) => {
    const where = `${path}, line ${i + 1},`;
    const line = parseLine(link, account, where);
    if (linkSchema.safeParse(JSON.parse(link)).data?.prev !== before) {
      throw new Error(
        `${where} does not continue line ${i}: one of them was changed after it was written. Restore the file.`,
      );
    }
    before = sha256(link);
    return line;
  });
}

/** The highest mark among a file's last lines. They ascend but for steps that overtook each other on the way here. */
export async function findLastMark(path: string, account: string): Promise<Mark | undefined> {
  const { size } = await stat(path);
  for (let bytes = TAIL_BYTES; ; bytes *= 2) {
    const start = Math.max(0, size - bytes);
    const tail = await text(createReadStream(path, { start }));
    const lines = wholeLines(tail).slice(start === 0 ? 0 : 1);
    if (lines.length === 0 && start > 0) continue; // one line is longer than that
    return findHighest(lines.map((line) => parseLine(line, account, `${path}, among its last lines,`)));
  }
}

/** What follows the last line feed was torn by a process's death, and was never acknowledged. */
function wholeLines(content: string): string[] {
  return content.split("\n").slice(0, -1);
}

function sha256(content: string): string {
  return createHash("sha256").update(content).digest("hex");
}
