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
