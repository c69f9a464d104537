// The plain part of a mail in its final form: 72 columns, no holes where a condition was false.
import { shownLine } from "../base/text/unseen.ts";
import { piecesOf } from "./commands.ts";

/** RFC 5322, 2.1.1 asks for 78 columns at most; 72 leave room for the marks of those who quote. */
const COLUMNS = 72;
/** What begins a paragraph: a number of a list, a hyphen, the mark of a quotation, each perhaps indented. */
const PARAGRAPH = /^( *(?:\d+\. +|- |> )|(?! ))(.*)$/;

/** Holds the words of a command together; no text has it, see `manyLines`. */
const HELD = "\0";

/**
 * Breaks paragraphs and items of lists, but no command within them. What is only indented stays as it is: tables,
 * records, commands, PEM.
 */
export function wrapped(text: string): string {
  return text
    .split("\n")
    .map((line) => (line.length > COLUMNS ? wrappedLine(line) : line))
    .join("\n");
}

function wrappedLine(line: string): string {
  const [, mark, words] = PARAGRAPH.exec(line) ?? [];
  if (mark === undefined || words === undefined) return line;
  const hang = mark.includes(">") ? mark : " ".repeat(mark.length);
  const lines = [mark];
  const held = piecesOf(words).map((piece) => (piece.isCommand ? piece.words.replaceAll(" ", HELD) : piece.words));
  for (const word of held.join("").split(" ")) {
    const last = lines.pop() ?? "";
    const begun = last === mark || last === hang;
    const longer = begun ? last + word : `${last} ${word}`;
    if (begun || longer.length <= COLUMNS) lines.push(longer);
    else lines.push(last, hang + word);
  }
  return lines.join("\n").replaceAll(HELD, " ");
}

/** Templates leave empty lines where a condition was false. Ends with one line feed. */
export function tidy(text: string): string {
  return `${text
    .replace(/\r\n?/g, "\n")
    .replace(/^[ \t]+$/gm, "")
    .replace(/\n{3,}/g, "\n\n")
    .trim()}\n`;
}

/** A header's worth: whatever came in, one line goes out. */
export function oneLine(text: string): string {
  return shownLine(text);
}
