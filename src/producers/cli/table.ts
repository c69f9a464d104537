// Columns for a terminal, without lines, so that they can be read and cut alike.
import Table from "cli-table3";
import { shownLine } from "../../shared/base/text/unseen.ts";

/** One line a row; columns as wide as their widest cell, two blanks between. Without a head only rows. */
export function table(head: readonly string[], rows: readonly (readonly string[])[]): string {
  const drawn = new Table({
    chars: Object.fromEntries(lines.map((name) => [name, ""])),
    style: { head: [], border: [], "padding-left": 0, "padding-right": 2 },
    head: [...head],
  });
  drawn.push(...rows.map((row) => row.map((cell) => shownLine(cell))));
  return drawn.toString().replace(/[ \t]+$/gm, "");
}

const lines = [
  ...["top", "top-mid", "top-left", "top-right", "bottom", "bottom-mid", "bottom-left", "bottom-right"],
  ...["left", "left-mid", "mid", "mid-mid", "right", "right-mid", "middle"],
];

/** `2026-10-19T12:34:56Z`: to the second, as people compare it with logs. */
export function timeText(time: string): string {
  return time.replace(/\.\d+Z$/, "Z");
}
