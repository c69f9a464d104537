// Reads and writes the XML of BILLmanager: small documents of elements, attributes and text.
"use strict";

/** @typedef {{ name: string, attributes: Record<string, string>, children: Element[], text: string }} Element */

/** @type {Record<string, string>} */
const NAMED = { lt: "<", gt: ">", amp: "&", quot: '"', apos: "'" };

const TOKEN =
  /<!\[CDATA\[([\s\S]*?)\]\]>|<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!DOCTYPE[^>]*>|<(\/?)([\w.:-]+)((?:\s+[\w.:-]+\s*=\s*(?:"[^"]*"|'[^']*'))*)\s*(\/?)>|([^<]+)|(<)/gy;
const ATTRIBUTE = /([\w.:-]+)\s*=\s*(?:"([^"]*)"|'([^']*)')/g;

/**
 * The root element. Entities other than the five of XML and numbers stay as they are: nothing is ever loaded.
 * @param {string} text
 * @returns {Element}
 * @throws {Error} when it is no XML, with the place
 */
function parseXml(text) {
  /** @type {Element} */
  const outside = { name: "", attributes: {}, children: [], text: "" };
  const open = [outside];
  TOKEN.lastIndex = 0;
  const source = text.replace(/^\uFEFF/, "");
  while (TOKEN.lastIndex < source.length) {
    const at = TOKEN.lastIndex;
    const found = TOKEN.exec(source);
    const parent = open.at(-1) ?? outside;
    if (!found || found[7]) throw new Error(`the XML cannot be read at character ${at + 1}`);
    const [, cdata, slash, name, attributes = "", empty, plain] = found;
    if (cdata !== undefined) parent.text += cdata;
    else if (plain !== undefined) parent.text += decode(plain);
    else if (name !== undefined && slash) {
      if (open.length < 2 || parent.name !== name) throw new Error(`the XML ends <${parent.name}> with </${name}>`);
      open.pop();
    } else if (name !== undefined) {
      const element = { name, attributes: attributesOf(attributes), children: [], text: "" };
      parent.children.push(element);
      if (!empty) open.push(element);
    }
  }
  const [root] = outside.children;
  if (!root || open.length > 1) throw new Error("the XML is not complete");
  return root;
}

/** @param {string} text @returns {Record<string, string>} */
function attributesOf(text) {
  return Object.fromEntries(
    [...text.matchAll(ATTRIBUTE)].map(([, name = "", double, single]) => [name, decode(double ?? single ?? "")]),
  );
}

/** @param {string} text */
function decode(text) {
  return text.replace(/&(?:#x([0-9a-f]{1,6})|#(\d{1,7})|(\w+));/gi, (whole, hex, decimal, name) => {
    if (name !== undefined) return NAMED[name] ?? whole;
    const point = hex === undefined ? Number(decimal) : Number.parseInt(hex, 16);
    return point > 0 && point <= 0x10ffff ? String.fromCodePoint(point) : whole;
  });
}

/**
 * For text and attributes. Characters that XML does not have become a question mark.
 * @param {unknown} value
 */
function escapeXml(value) {
  return String(value)
    .replaceAll("&", "&amp;")
    .replaceAll("<", "&lt;")
    .replaceAll(">", "&gt;")
    .replaceAll('"', "&quot;")
    .replace(/[^\P{Cc}\t\n\r]|[\ufffe\uffff]|\p{Cs}/gu, "?");
}

/** @param {Element | undefined} element @param {string} name @returns {Element | undefined} the first child of the name */
function childOf(element, name) {
  return element?.children.find((each) => each.name === name);
}

/** @param {Element | undefined} element @param {string} name @returns {string} its text without blanks around it */
function textOf(element, name) {
  return childOf(element, name)?.text.trim() ?? "";
}

/**
 * Puts elements before the end of the document's root, and changes nothing else: forms are printed back as they came.
 * @param {string} document empty: a document of its own
 * @param {string} elements
 */
function withElements(document, elements) {
  const end = document.lastIndexOf("</");
  if (end >= 0) return `${document.slice(0, end)}${elements}${document.slice(end)}`;
  const [whole, name, attributes = ""] = /<([\w.:-]+)((?:\s+[^<>]*?)?)\s*\/>\s*$/.exec(document) ?? [];
  if (whole === undefined) return `<doc>${elements}</doc>\n`;
  return `${document.slice(0, -whole.length)}<${name}${attributes}>${elements}</${name}>\n`;
}

module.exports = { childOf, escapeXml, parseXml, textOf, withElements };
