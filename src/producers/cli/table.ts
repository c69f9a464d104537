// Columns for a terminal, without lines, so that they can be read and cut alike.
import widthOf from "fast-string-width";

/** One line a row; columns as wide as their widest cell, two blanks between. Without a head only rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const lines = [head, ...rows].filter((line) => line.length > 0);
  const cells = lines.map((line) => line.map((cell) => cell.replace(/\p{Cc}+/gu, " ")));
  const columns = Math.max(0, ...cells.map((line) => line.length));
  const widths = Array.from({ length: columns }, (_, at) => Math.max(...cells.map((line) => widthOf(line[at] ?? ""))));
  const padded = (cell: string, at: number): string => cell + " ".repeat((widths[at] ?? 0) - widthOf(cell) + 2);
  return cells.map((line) => line.map(padded).join("").trimEnd()).join("\n");
}

/** `2026-10-19T12:34:56Z`: to the second, as people compare it with logs. */
export function timeText(time: string): string {
  return time.replace(/\.\d+Z$/, "Z");
}
