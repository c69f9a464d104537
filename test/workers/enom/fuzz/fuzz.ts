// The fuzzer's generator: bends true answers in every way that keeps them looking like answers.

import fc from "fast-check";
import type { HttpAnswer } from "../../../../src/workers/enom/wire/post-once.ts";
import type { Original } from "./documents.ts";
import { type Element, findRoot } from "./oracle.ts";
import { CONTENT_TYPES, FRAGMENTS, NAMES, TEXTS } from "./words.ts";

export interface Bent {
  command: string;
  /** What was asked about, so that the true document answers it. */
  asked: { certId: number; orderId: number };
  answer: HttpAnswer;
  /** The judge's complaint shows the document. */
  [fc.toStringMethod]: () => string;
}

/** One change: which, and two numbers that say where and what. */
type Change = readonly [kind: number, where: number, what: number];

/** Shrinks towards fewer changes of the first documents. */
export function bentAnswers(originals: readonly Original[]): fc.Arbitrary<Bent> {
  const change = fc.tuple(fc.nat(99), fc.nat(99_999), fc.nat(99_999));
  const purchases = originals.filter(({ command }) => command === "PurchaseServices");
  return fc
    .record({
      original: fc.oneof(fc.constantFrom(...originals), fc.constantFrom(...purchases)),
      other: fc.constantFrom(...originals),
      inTree: fc.array(change, { maxLength: 4 }),
      inText: fc.oneof(fc.constant([]), fc.array(change, { maxLength: 2 })),
      wrapping: fc.oneof({ weight: 4, arbitrary: fc.constant(0) }, { weight: 1, arbitrary: fc.nat(99) }),
      contentType: fc.oneof(fc.constant(CONTENT_TYPES[0]), fc.constantFrom(...CONTENT_TYPES)),
    })
    .map(({ original, other, inTree, inText, wrapping, contentType }) => {
      const root = findRoot(original.xml);
      if (!root) throw new Error(`an original of ${original.command} that cannot be read`);
      for (const each of inTree) bendTree(root, each);
      const changes: readonly Change[] = inText;
      const text = changes.reduce((xml, each) => bendText(xml, other.xml, each), `${HEAD}${written(root)}`);
      const answer = { status: 200, contentType, body: wrapped(text, wrapping) };
      const { command, xml } = original;
      return { command, asked: askedBy(xml), answer, [fc.toStringMethod]: () => `an answer to ${command}` };
    });
}

function askedBy(xml: string): Bent["asked"] {
  const [certId, orderId] = ["CertID", "OrderID"].map((name) => new RegExp(`<${name}>(\\d+)<`, "i").exec(xml)?.[1]);
  return { certId: Number(certId), orderId: Number(orderId) };
}

const HEAD = '<?xml version="1.0" encoding="utf-8"?>\n';

function written({ name, text, children }: Element): string {
  const safe = text.trim().replace(/[&<>]/g, (sign) => `&#${sign.charCodeAt(0)};`);
  return `<${name}>${safe}${children.map(written).join("")}</${name}>`;
}

interface Place {
  element: Element;
  parent: Element;
  index: number;
}

function placesIn(parent: Element): Place[] {
  return parent.children.flatMap((element, index) => [{ element, parent, index }, ...placesIn(element)]);
}

function pick<T>(list: readonly T[], number: number): T | undefined {
  return list[number % list.length];
}

function bendTree(root: Element, [kind, where, what]: Change): void {
  const places = placesIn(root);
  const place = pick(places, where);
  const other = pick(places, what);
  if (!place || !other) return;
  const { element, parent, index } = place;
  const bends: (() => unknown)[] = [
    () => parent.children.splice(index, 1),
    () => parent.children.splice(index, 0, structuredClone(element)),
    () => other.element.children.push(structuredClone(element)),
    () => other.parent.children.splice(other.index, 0, ...parent.children.splice(index, 1)),
    () => parent.children.splice(index, 1, ...element.children),
    () => parent.children.splice(index, 1, { name: pick(NAMES, what) ?? "", text: "", children: [element] }),
    () => Object.assign(element, { name: pick(NAMES, what) }),
    () => Object.assign(element, { name: what % 2 === 0 ? element.name.toUpperCase() : element.name.toLowerCase() }),
    () => parent.children.reverse(),
    () => Object.assign(element, { text: pick(TEXTS, what) }),
    () => Object.assign(element, { text: other.element.text }),
    () => Object.assign(element, { children: [] }),
  ];
  pick(bends, kind)?.();
}

function bendText(xml: string, other: string, [kind, where, what]: Change): string {
  const at = Math.floor((xml.length * where) / 100_000);
  const tag = xml.indexOf(where % 2 === 0 ? "<" : ">", at);
  const edge = tag < 0 ? xml.length : tag + (where % 2);
  const fragment = pick(FRAGMENTS, what) ?? "";
  const bends: (() => string)[] = [
    () => xml.slice(0, at),
    () => xml.slice(0, edge),
    () => xml.slice(0, edge) + fragment + xml.slice(edge),
    () => xml.slice(0, at) + fragment + xml.slice(at),
    () => xml.slice(0, edge) + other.slice(Math.floor((other.length * what) / 100_000)),
    () => xml.slice(0, at) + xml.slice(at + (what % 40)),
    () => xml.slice(0, at) + String.fromCharCode(xml.charCodeAt(at) ^ (1 << (what % 8))) + xml.slice(at + 1),
    () => xml + fragment,
    () => fragment + xml,
    () => xml.replace(HEAD, fragment),
    () => xml.replaceAll(/>([^<>&]+)</g, "><![CDATA[$1]]><"),
    () =>
      xml.replaceAll(
        />([^<>&]+)</g,
        (_, text: string) => `>${[...text].map((each) => `&#${each.codePointAt(0)};`).join("")}<`,
      ),
    () => xml.replaceAll("</", " <!-- x --></"),
  ];
  return pick(bends, kind)?.() ?? xml;
}

function wrapped(text: string, kind: number): Uint8Array {
  const [utf8, utf16] = [Buffer.from(text), Buffer.from(text, "utf16le")];
  const bodies: (() => Uint8Array)[] = [
    () => utf8,
    () => Buffer.concat([Buffer.from("\ufeff"), utf8]),
    () => utf16,
    () => Buffer.concat([Buffer.from([0xff, 0xfe]), utf16]),
    () => Buffer.concat([Buffer.from([0xfe, 0xff]), utf16.swap16()]),
    () => Buffer.from(text, "latin1"),
    () => utf8.map((byte, index) => (index % 997 === kind ? byte ^ 0x80 : byte)),
    () => utf8.map((byte, index) => (index % 499 === kind ? byte ^ (1 << (kind % 7)) : byte)),
  ];
  return pick(bodies, kind)?.() ?? utf8;
}
