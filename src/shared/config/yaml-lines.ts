// A YAML text as data, and the line of every place in it. What is wrong is told without quoting the text: it may hold
// secrets.
import { type Document, isAlias, isMap, isNode, isScalar, isSeq, LineCounter, parseDocument } from "yaml";
import { badSettings } from "../base/read-settings.ts";

export interface YamlText {
  data: unknown;
  /** The line, from 1, of a place; of the innermost part of it that is there, where it is missing. */
  lineOf: (path: readonly PropertyKey[]) => number;
}

/** @throws Error naming `file` and the line when the text is no YAML */
export function readYaml(text: string, file: string): YamlText {
  const lineCounter = new LineCounter();
  const document = parseDocument(text, { lineCounter });
  const [error] = document.errors;
  const lineAt = (offset: number): number => Math.max(1, lineCounter.linePos(offset).line);
  if (error) throw noYaml(`${file}:${lineAt(error.pos[0])}`, error.code.toLowerCase().replaceAll("_", " "));
  return {
    data: dataOf(document, file),
    lineOf: (path) => lineAt(offsetOf(document, path)),
  };
}

function dataOf(document: Document, file: string): unknown {
  try {
    return document.toJS() ?? {};
  } catch {
    throw noYaml(file, "aliases that lead nowhere, or too many of them");
  }
}

function noYaml(where: string, why: string): Error {
  return badSettings([`${where}: it is no valid YAML (${why})`]);
}

/** Follows the path as far as it exists: to keys, since the value of a key may begin a line later. */
function offsetOf(document: Document, path: readonly PropertyKey[]): number {
  let node: unknown = document.contents;
  let offset = isNode(node) ? (node.range?.[0] ?? 0) : 0;
  for (const step of path) {
    const inner = isAlias(node) ? node.resolve(document) : node;
    const [marked, next] = isMap(inner) ? pairAt(inner.items, step) : isSeq(inner) ? itemAt(inner.items, step) : [];
    if (!isNode(marked)) return offset;
    offset = marked.range?.[0] ?? offset;
    node = next;
  }
  return offset;
}

function pairAt(pairs: readonly { key: unknown; value: unknown }[], step: PropertyKey): unknown[] {
  const pair = pairs.find(({ key }) => isScalar(key) && String(key.value) === String(step));
  return pair ? [pair.key, pair.value] : [];
}

function itemAt(items: readonly unknown[], step: PropertyKey): unknown[] {
  return typeof step === "number" ? [items[step], items[step]] : [];
}
