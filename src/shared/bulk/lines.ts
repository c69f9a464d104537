// The lines of a stream of bytes, one after the other: no more of it is held than one line and what has just arrived.
import { readUtf8 } from "../base/utf8.ts";

/** The longest line: an order needs a tenth of it. */
export const LINE_BYTES = 262_144;

/** `number` counts from 1, blank lines included. `fault` is a sentence. */
export type Line = { number: number } & ({ text: string } | { fault: string; isTooLong: boolean });

const NEWLINE = 0x0a;
const RETURN = 0x0d;
const MARK = Buffer.from([0xef, 0xbb, 0xbf]);

/**
 * Blank lines are left out. A byte order mark in front, a carriage return before the line feed and a last line without one
 * are read as people mean them. A line that is too long, or no UTF-8, is told with its number, and the next one is read.
 * @throws what the source throws; what stood behind its last line feed is no line then
 */
export async function* readLines(source: AsyncIterable<Buffer>, most = LINE_BYTES): AsyncGenerator<Line> {
  let held: Buffer[] = [];
  let size = 0;
  let number = 0;

  const hold = (bytes: Buffer): void => {
    size += bytes.length;
    // Of a line that is too long nothing is kept. Two more: a line end is none of the line.
    if (size <= most + 2) held.push(bytes);
    else held = [];
  };
  const end = (): Line | undefined => {
    const whole = Buffer.concat(held);
    const isTooLong = size > most + 2;
    held = [];
    size = 0;
    number += 1;
    return isTooLong ? tooLong(number, most) : lineOf(whole, number, most);
  };

  for await (const chunk of source) {
    let from = 0;
    for (let at = chunk.indexOf(NEWLINE); at >= 0; at = chunk.indexOf(NEWLINE, from)) {
      hold(chunk.subarray(from, at));
      from = at + 1;
      const line = end();
      if (line) yield line;
    }
    if (from < chunk.length) hold(chunk.subarray(from));
  }
  const last = size > 0 ? end() : undefined;
  if (last) yield last;
}

function lineOf(whole: Buffer, number: number, most: number): Line | undefined {
  const bare = number === 1 && whole.subarray(0, MARK.length).equals(MARK) ? whole.subarray(MARK.length) : whole;
  const bytes = bare.at(-1) === RETURN ? bare.subarray(0, -1) : bare;
  if (bytes.length > most) return tooLong(number, most);
  const read = readUtf8(bytes);
  if (read.text === undefined) return { number, fault: read.fault.replace(/^line 1 /, "the line "), isTooLong: false };
  return read.text.trim() === "" ? undefined : { number, text: read.text };
}

function tooLong(number: number, most: number): Line {
  return { number, fault: `The line is longer than ${most / 1_024} KiB.`, isTooLong: true };
}
