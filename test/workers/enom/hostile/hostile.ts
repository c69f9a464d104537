// The client against everything: one table of what may come back for a request, and what it means.
import { BROKEN_DOCUMENTS, CHARSETS, REFUSALS, SUCCESSES, VALUES } from "./documents.ts";
import type { Row, Rows } from "./meaning.ts";
import { ENDLESS, PLACES, STATUSES, TRANSPORT } from "./transport.ts";

const named = (rows: Rows): Row[] => Object.entries(rows).map(([name, [play, means]]) => ({ name, play, means }));

export const HOSTILE: Row[] = [
  ...[SUCCESSES, BROKEN_DOCUMENTS, REFUSALS, CHARSETS, STATUSES, TRANSPORT].flatMap(named),
  ...named(ENDLESS).map((row): Row => ({ ...row, endless: true })),
  ...Object.entries(VALUES).map(([name, row]): Row => ({ name, ...row })),
  ...PLACES,
];
