// Shows how the samples get on: a live table in a terminal, a plain line a change elsewhere.
import { stripVTControlCharacters, styleText } from "node:util";
import Table from "cli-table3";
import logUpdate from "log-update";
import { findProduct } from "../shared/certificate/products.ts";

/** What is shown of one order. */
export interface Row {
  reference: string;
  product: string;
  step: string;
  certId: number | null;
  expirationDate: string | null;
  paidUntil: string | null;
  mails: number;
  attention: string | null;
}

export interface Progress {
  show(rows: readonly Row[]): void;
  /** Leaves the last picture where it is. */
  end(): void;
}

const HEAD = ["Reference", "Product", "Step", "CertID", "Expiration date", "Paid until", "Mails"];

export function showProgress(out: NodeJS.WriteStream): Progress {
  return out.isTTY ? liveTable() : plainLines(out);
}

function liveTable(): Progress {
  return { show: (rows) => logUpdate(table(rows)), end: () => logUpdate.done() };
}

function table(rows: readonly Row[]): string {
  const chars = { mid: "", "left-mid": "", "mid-mid": "", "right-mid": "" };
  const drawn = new Table({ head: HEAD, chars, style: { head: ["bold"], border: ["gray"] } });
  for (const row of rows) drawn.push(cells(row));
  const stuck = rows
    .filter((row) => row.attention)
    .map((row) => styleText("yellow", `${row.reference}: ${row.attention}`));
  return [drawn.toString(), ...stuck].join("\n");
}

function cells({ reference, product, step, certId, expirationDate, paidUntil, mails }: Row): string[] {
  const shown = step === "issued" ? styleText("green", step) : step;
  return [
    reference,
    findProduct(product)?.name ?? product,
    shown,
    `${certId ?? "–"}`,
    expirationDate ?? "–",
    paidUntil ?? "–",
    `${mails}`,
  ];
}

function plainLines(out: NodeJS.WriteStream): Progress {
  const last = new Map<string, string>();
  return {
    show(rows) {
      for (const row of rows) {
        const line = cells(row)
          .map((cell, i) => `${HEAD[i]} ${stripVTControlCharacters(cell)}`)
          .slice(1)
          .join(" · ");
        if (last.get(row.reference) === line) continue;
        last.set(row.reference, line);
        out.write(`${row.reference}: ${line}${row.attention ? ` · needs attention: ${row.attention}` : ""}\n`);
      }
    },
    end: () => undefined,
  };
}
