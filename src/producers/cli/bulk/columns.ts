// The columns that a CSV of orders may have: the fields of an order by their dotted paths, read from its schema.
import { z } from "zod";
import { orderBody } from "../../../shared/certificate/order.ts";
import { nearestOf } from "./nearest.ts";

/** `list`: several values in one cell, or one a column (`acknowledge.0`). */
export type ColumnKind = "text" | "number" | "boolean" | "list";

interface Shape {
  type?: string;
  properties?: Record<string, Shape>;
  anyOf?: Shape[];
  oneOf?: Shape[];
  allOf?: Shape[];
}

let known: ReadonlyMap<string, ColumnKind> | undefined;

export function orderColumns(): ReadonlyMap<string, ColumnKind> {
  known ??= new Map(
    fieldsOf(z.toJSONSchema(orderBody, { io: "input", unrepresentable: "any", reused: "inline" }) as Shape, ""),
  );
  return known;
}

function fieldsOf(shape: Shape, path: string): [string, ColumnKind][] {
  const forms = [...(shape.anyOf ?? []), ...(shape.oneOf ?? []), ...(shape.allOf ?? [])];
  const inner = Object.entries(shape.properties ?? {}).flatMap(([name, each]) =>
    fieldsOf(each, path === "" ? name : `${path}.${name}`),
  );
  const found = [...forms.flatMap((form) => fieldsOf(form, path)), ...inner];
  if (path === "" || (shape.properties !== undefined && forms.length === 0)) return found;
  return forms.length > 0 ? found : [[path, kindOf(shape.type)]];
}

function kindOf(type: string | undefined): ColumnKind {
  if (type === "integer" || type === "number") return "number";
  return type === "boolean" ? "boolean" : type === "array" ? "list" : "text";
}

/** What is wrong with the header, or how each column is read. */
export function readHeader(
  names: readonly string[],
): { columns: { path: string[]; kind: ColumnKind }[] } | { faults: string[] } {
  const fields = orderColumns();
  const seen = new Set<string>();
  const faults: string[] = [];
  const columns = names.map((given, at) => {
    const name = given.trim();
    const path = name.split(".");
    const isEntry = /^\d{1,3}$/.test(path.at(-1) ?? "") && fields.get(path.slice(0, -1).join(".")) === "list";
    const kind = isEntry ? "text" : fields.get(name);
    if (name === "") faults.push(`Column ${at + 1} has no name. Give it one, or remove it.`);
    else if (seen.has(name)) faults.push(`The column ${shown(name)} is there twice.`);
    else if (kind === undefined)
      faults.push(`The column ${shown(name)} is no field of an order. ${nearest(name, fields)}`);
    seen.add(name);
    return { path, kind: kind ?? "text" };
  });
  return faults.length > 0 ? { faults } : { columns };
}

function shown(name: string): string {
  return JSON.stringify(name.length > 60 ? `${name.slice(0, 60)}…` : name);
}

function nearest(name: string, fields: ReadonlyMap<string, ColumnKind>): string {
  const rest = "All are in docs/reference/order.md.";
  const best = nearestOf(name, [...fields.keys()]);
  return best === undefined ? rest : `The nearest is ${best}. ${rest}`;
}
