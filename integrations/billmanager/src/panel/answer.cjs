// Reads what mgrctl answers: XML as it is asked for, or JSON in either of BILLmanager's forms.
"use strict";

const { childOf, parseXml } = require("../xml.cjs");

/** Parts of a form that are no values. */
const NO_VALUES = new Set(["metadata", "messages", "slist", "list", "tparams", "error", "doc", "model", "elem"]);

/**
 * `values`: the fields of a form; `rows`: those of each row of a list; `error`: null where it went well.
 * @typedef {{ values: Record<string, string>, rows: Record<string, string>[], error: { type: string, message: string } | null }} Answer
 */

/**
 * @param {string} text
 * @returns {Answer}
 * @throws {Error} when it is neither
 */
function readAnswer(text) {
  const trimmed = text.replace(/^\uFEFF/, "").trim();
  if (trimmed === "") return { values: {}, rows: [], error: null };
  if (trimmed.startsWith("{") || trimmed.startsWith("[")) return ofJson(JSON.parse(trimmed));
  return ofXml(parseXml(trimmed));
}

/** @typedef {import("../xml.cjs").Element} Element */

/** @param {Element} root @returns {Answer} */
function ofXml(root) {
  const error = childOf(root, "error") ?? (root.name === "error" ? root : undefined);
  const rows = root.children.filter(({ name }) => name === "elem").map((row) => leavesOf(row));
  return {
    values: leavesOf(root),
    rows,
    error: error ? { type: error.attributes.type ?? "", message: saidBy(error) } : null,
  };
}

/** Elements that hold nothing but text, at any depth; those nearest to the root go first. @param {Element} root */
function leavesOf(root) {
  /** @type {Record<string, string>} */
  const values = {};
  for (let level = [root]; level.length > 0; ) {
    const inner = level.flatMap(({ children }) => children.filter(({ name }) => !NO_VALUES.has(name)));
    for (const { name, attributes, children, text } of inner) {
      const key = name === "param" ? (attributes.name ?? name) : name;
      if (children.length === 0 && !(key in values)) values[key] = text.trim();
    }
    level = inner.filter(({ children }) => children.length > 0);
  }
  return values;
}

/** @param {Element} error */
function saidBy(error) {
  const said = ["msg", "detail"].map((name) => childOf(error, name)?.text.trim()).find((words) => words);
  const params = error.children.filter(({ name }) => name === "param").map(({ text }) => text.trim());
  const { type = "", object = "", value = "" } = error.attributes;
  return said ?? [type, object, value, ...params, error.text.trim()].filter((each) => each !== "").join(" ");
}

/** @param {any} json @returns {Answer} */
function ofJson(json) {
  const outer = json?.doc ?? json;
  const root = outer?.model ?? outer;
  const error = json?.error ?? outer?.error ?? root?.error;
  const lists = [root?.elem, root?.content, root?.list, outer?.elem, Array.isArray(root) ? root : undefined];
  const list = lists.find((each) => each !== undefined && each !== null) ?? [];
  const rows = (Array.isArray(list) ? list : [list]).filter(isPlain).map(valuesOf);
  return { values: isPlain(root) ? valuesOf(root) : {}, rows, error: error ? errorOf(error) : null };
}

/** @param {Record<string, any>} object */
function valuesOf(object) {
  /** @type {Record<string, string>} */
  const values = {};
  for (const [name, held] of Object.entries(object)) {
    const value = isPlain(held) && "$" in held ? held.$ : held;
    if (["string", "number", "boolean"].includes(typeof value)) values[name] = String(value).trim();
  }
  return values;
}

/** @param {any} error */
function errorOf(error) {
  if (typeof error === "string") return { type: error, message: error };
  const plain = valuesOf(error);
  const type = plain.type ?? plain.$type ?? "";
  const rest = [type, plain.object ?? plain.$object, plain.value ?? plain.$value].filter((each) => each);
  return { type, message: plain.msg ?? plain.detail ?? rest.join(" ") };
}

/** @param {unknown} value @returns {value is Record<string, any>} */
function isPlain(value) {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

module.exports = { readAnswer };
