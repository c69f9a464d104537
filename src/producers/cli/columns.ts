// What a list shows of each item: columns with stable names, of which a plain table has the most important ones.
import type { Cell, Listed } from "../../shared/base/result.ts";
import { table } from "./table.ts";

export interface Column<T> {
  /** Stable: it is the header of CSV, and scripts read it. */
  name: string;
  of: (item: T) => Cell | undefined;
  /** Only in `-o wide` and `-o csv`. */
  isWide?: boolean;
}

export function listed<T>(columns: readonly Column<T>[], items: Iterable<T> | AsyncIterable<T>): Listed {
  return {
    columns: columns.map(({ name, isWide = false }) => ({ name, isWide })),
    items,
    cellsOf: (item) => columns.map(({ of }) => of(item as T) ?? null),
  };
}

/**
 * Columns that are fields of the items, by dotted paths; what is no cell is left out, a list has blanks between. `wide`: more of
 * them, for `-o wide` and `-o csv`.
 */
export function listedFields<T extends object>(items: readonly T[], names: string, wide = ""): Listed {
  const columns = (text: string, isWide: boolean) =>
    text.split(" ").flatMap((path): Column<T>[] => (path === "" ? [] : [{ name: path, isWide, of: cellAt(path) }]));
  return listed([...columns(names, false), ...columns(wide, true)], items);
}

function cellAt(path: string): (item: object) => Cell {
  return (item) => {
    const value = path.split(".").reduce<unknown>((at, name) => (at as Record<string, unknown> | null)?.[name], item);
    if (Array.isArray(value)) return value.filter((each) => typeof each !== "object").join(" ");
    return typeof value === "object" || value === undefined ? null : (value as Cell);
  };
}

/** As a terminal shows it; empty where there is nothing to show. */
export function tableOf({ columns, cellsOf }: Listed, items: readonly unknown[], isWide = false): string {
  if (items.length === 0) return "";
  const shown = columns.map((column, at) => ({ ...column, at })).filter((column) => isWide || !column.isWide);
  const rows = items.map((item) => {
    const cells = cellsOf(item);
    return shown.map(({ at }) => `${cells[at] ?? "–"}`);
  });
  return table(
    shown.map(({ name }) => headOf(name)),
    rows,
  );
}

/** `daysLeft` is `DAYS LEFT`. */
function headOf(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, " ").toUpperCase();
}
