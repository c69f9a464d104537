// Reads the file that says which certificate has which reference of the shop: CSV as panels and spreadsheets write it.
import { createReadStream } from "node:fs";
import { domainToASCII } from "node:url";
import { reference as referenceForm } from "../../../shared/certificate/order.ts";
import type { MatchRow, OddRow } from "../../../shared/moving/import-reports.ts";
import { badWords } from "../bad-words.ts";
import { csvRecords } from "../bulk/csv.ts";

/** Names of columns, compared in small letters and without signs: `CertID`, `cert_id` and `certId` are one. */
const COLUMNS = { reference: "reference", certid: "certId", orderid: "orderId", domain: "domain" } as const;
type Column = (typeof COLUMNS)[keyof typeof COLUMNS];

export interface MatchFile {
  rows: MatchRow[];
  oddRows: OddRow[];
}

/** @throws Error of wrong usage: the file cannot be read, is no CSV, or lacks the columns */
export async function readMatchFile(path: string): Promise<MatchFile> {
  const rows: MatchRow[] = [];
  const oddRows: OddRow[] = [];
  let columns: Map<Column, number> | undefined;
  try {
    for await (const { cells, number } of csvRecords(createReadStream(path, { highWaterMark: 65_536 }), {
      relaxQuotes: true,
    })) {
      if (!columns) {
        columns = columnsOf(cells);
        continue;
      }
      const read = rowOf(cells, number, columns);
      if ("what" in read) oddRows.push(read);
      else rows.push(read);
    }
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    if (code !== undefined && /^E[A-Z]+$/.test(code)) throw badWords(`${path} cannot be read: ${code}.`);
    throw error;
  }
  return { rows, oddRows };
}

/** All others are ignored. */
function columnsOf(header: readonly string[]): Map<Column, number> {
  const found = new Map<Column, number>();
  for (const [at, name] of header.entries()) {
    const column = COLUMNS[name.toLowerCase().replace(/[^a-z]/g, "") as keyof typeof COLUMNS];
    if (column === undefined) continue;
    if (found.has(column)) throw badWords(`The column ${column} is there twice.`);
    found.set(column, at);
  }
  if (!found.has("reference")) throw badWords("The first line must name a column reference.");
  if (found.size < 2) throw badWords("The first line must name one of the columns certId, orderId and domain.");
  return found;
}

function rowOf(cells: readonly string[], line: number, columns: ReadonlyMap<Column, number>): MatchRow | OddRow {
  const cell = (column: Column): string => textOf(cells[columns.get(column) ?? -1] ?? "");
  const [reference, certId, orderId, domain] = [cell("reference"), cell("certId"), cell("orderId"), cell("domain")];
  const odd = (what: string): OddRow => ({ line, reference: reference.slice(0, 80), what });
  if (reference === "") return odd("there is no reference in this row");
  const form = referenceForm.safeParse(reference);
  if (!form.success) return odd(`the reference ${form.error.issues[0]?.message ?? "cannot be used"}`);
  const ids = { certId: numberOf(certId), orderId: numberOf(orderId) };
  for (const [name, text] of Object.entries({ certId, orderId }))
    if (text !== "" && ids[name as keyof typeof ids] === undefined)
      return odd(`${name} ${JSON.stringify(text.slice(0, 40))} is no number of eNom's`);
  const name = domainOf(domain);
  if (name === undefined) return odd(`the domain ${JSON.stringify(domain.slice(0, 80))} is none`);
  if (certId === "" && orderId === "" && name === "") return odd("neither certId, orderId nor domain is given");
  return {
    ...{ line, reference },
    ...(ids.certId !== undefined && { certId: ids.certId }),
    ...(ids.orderId !== undefined && { orderId: ids.orderId }),
    ...(name !== "" && { domain: name }),
  };
}

/** Excel keeps a text as one with `="…"`, or with an apostrophe in front. */
function textOf(cell: string): string {
  const text = cell.trim();
  return (/^="(.*)"$/s.exec(text)?.[1] ?? text).replace(/^'/, "").trim();
}

/** A spreadsheet may have made `900123.0` or `900,123` of it. Empty cells are none, too. */
function numberOf(text: string): number | undefined {
  const digits = text.replace(/^(\d{1,3})((,\d{3})+)$/, (whole) => whole.replaceAll(",", "")).replace(/\.0+$/, "");
  return /^[1-9]\d{0,9}$/.test(digits) ? Number(digits) : undefined;
}

/** As eNom writes it: ASCII, small letters. Empty stays empty; undefined: no name. */
function domainOf(text: string): string | undefined {
  if (text === "") return "";
  const bare = text
    .toLowerCase()
    .replace(/^https?:\/\//, "")
    .replace(/\/.*$/, "")
    .replace(/\.$/, "");
  const [, star = "", name = ""] = /^(\*\.)?(.+)$/.exec(bare) ?? [];
  const ascii = domainToASCII(name);
  return ascii === "" || !/^[a-z0-9.-]+$/.test(ascii) ? undefined : `${star}${ascii}`;
}
