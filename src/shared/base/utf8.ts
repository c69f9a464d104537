// Bytes that people and programs hand over as text: UTF-8, or told what they are instead. Nothing is read as U+FFFD, which
// would be kept and mailed for ever.

import { isUtf8 } from "node:buffer";

const decoder = new TextDecoder("utf-8");

/** `text` is without a byte order mark. `fault` is a sentence. */
export type Utf8Read = { text: string; fault?: undefined } | { text?: undefined; fault: string };

export function readUtf8(bytes: Buffer): Utf8Read {
  if (isUtf16(bytes))
    return { fault: "it is UTF-16, as Windows PowerShell and Notepad may save it. Save it as UTF-8." };
  // A decoder takes the mark away and leaves a second one, as the standard has it (WHATWG Encoding).
  if (isUtf8(bytes)) return { text: decoder.decode(bytes) };
  const at = firstWrong(bytes);
  const line = bytes
    .subarray(0, at)
    .toString("latin1")
    .split(/\r\n|\n|\r/).length;
  const byte = (bytes[at] ?? 0).toString(16).padStart(2, "0");
  return {
    fault: `line ${line} has the byte 0x${byte}, which is not UTF-8. Convert it from ISO 8859-1 or Windows-1252.`,
  };
}

/** By its mark, or by the zero that stands in every character of ASCII. */
function isUtf16(bytes: Buffer): boolean {
  const [first, second] = bytes;
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff)) return true;
  return bytes.length >= 2 && (first === 0) !== (second === 0) && bytes.subarray(0, 64).includes(0);
}

/** Where the longest beginning that is UTF-8 ends. */
function firstWrong(bytes: Buffer): number {
  let [good, bad] = [0, bytes.length];
  while (bad - good > 1) {
    const middle = (good + bad) >> 1;
    // A character that is cut in two is not wrong yet: up to three of its bytes may be left out.
    const isGood = [0, 1, 2, 3].some((less) => middle - less >= 0 && isUtf8(bytes.subarray(0, middle - less)));
    if (isGood) good = middle;
    else bad = middle;
  }
  while (good > 0 && !isUtf8(bytes.subarray(0, good))) good -= 1;
  return good;
}
