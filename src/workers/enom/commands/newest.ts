// Reads a list of eNom's that goes from newest to oldest as far back as is wanted, while eNom goes on adding to it.
import { isDeepStrictEqual } from "node:util";
import { Unavailable } from "../../../shared/base/errors.ts";
import { again } from "./again.ts";

export interface Page<Row> {
  rows: Row[];
  /** All rows of the list. */
  total: number;
}

/** eNom's positions have four digits. */
const LAST_POSITION = 9_999;
const TRIES = 3;

/**
 * The rows from the newest on, until `isEnough` or the end of the list. A row that is added or taken away meanwhile
 * moves all others, and one might be passed over: then the list is read again from its beginning.
 * @throws Unavailable when it never keeps still
 */
export async function readNewest<Row>(
  pageFrom: (start: number) => Promise<Page<Row>>,
  isEnough: (rows: Row[]) => boolean,
): Promise<Row[]> {
  for (let tries = 0; tries < TRIES; tries++) {
    const rows = await readOnce(pageFrom, isEnough);
    if (rows) return rows;
  }
  throw new Unavailable(`eNom's list changed ${TRIES} times while it was read`);
}

/** Pages overlap by one row, which shows that nothing moved; undefined when something did. */
async function readOnce<Row>(
  pageFrom: (start: number) => Promise<Page<Row>>,
  isEnough: (rows: Row[]) => boolean,
): Promise<Row[] | undefined> {
  const { rows, total } = await again(() => pageFrom(1));
  let known = total;
  while (!isEnough(rows) && rows.length < known) {
    if (rows.length > LAST_POSITION) throw new Unavailable("eNom's list is longer than it can show");
    const next = await again(() => pageFrom(rows.length));
    const [overlap, ...more] = next.rows;
    if (!isDeepStrictEqual(overlap, rows.at(-1))) return undefined;
    rows.push(...more);
    known = next.total;
  }
  return rows;
}
