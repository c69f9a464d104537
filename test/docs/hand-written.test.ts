// The reference pages that are written by hand name every call, field and product that the code has, and no other.
import { readFileSync } from "node:fs";
import { join, resolve } from "node:path";
import { expect, test } from "vitest";
import { certificateBody } from "../../src/producers/http/certificate-body.ts";
import { attention } from "../../src/shared/certificate/attention.ts";
import { orderBody } from "../../src/shared/certificate/order.ts";
import { builtInProducts } from "../../src/shared/certificate/products.ts";
import { warningCodes } from "../../src/shared/intake/rules.ts";
import { contact } from "../../src/shared/panel/contact.ts";
import { world } from "../producers/http/world.ts";

const root = resolve(import.meta.dirname, "../..");
const page = (name: string): string => readFileSync(join(root, "docs/reference", name), "utf8");

/** The words in code marks of the first column of every table row under a heading, up to the next heading. */
function firstColumn(text: string, heading: string): string[] {
  const [, after = ""] = text.split(`\n${heading}\n`);
  const [section = ""] = after.split(/\n##+ /);
  return rows(section).flatMap(([first = ""]) => codeWords(first));
}

function rows(text: string): string[][] {
  const lines = text.split("\n").filter((line) => line.startsWith("|") && !line.startsWith("|---"));
  return lines.map((line) =>
    line
      .slice(1, -1)
      .split("|")
      .map((cell) => cell.trim()),
  );
}

function codeWords(text: string): string[] {
  return [...text.matchAll(/`([^`]+)`/g)].map(([, word = ""]) => word);
}

test("http-api.md lists every call of the OpenAPI document, and no call that does not exist", async () => {
  const { call } = await world();
  const { body } = await call("GET", "/openapi.json");
  const calls = Object.entries<object>(body.paths).flatMap(([path, methods]) =>
    Object.keys(methods).map((method) => `${method.toUpperCase()} ${path}`),
  );

  const [, section = ""] = page("http-api.md").split("\n## Calls\n");
  const [table = ""] = section.split("\n## ");
  const listed = codeWords(table).filter((word) => /^(GET|POST|PUT|PATCH|DELETE) \//.test(word));
  const watched = codeWords(table).flatMap((word) => (word.startsWith("/") && word !== "/v1" ? [`GET ${word}`] : []));

  expect([...new Set([...listed, ...watched])].sort()).toEqual(calls.sort());
});

test("http-api.md describes every field of a certificate and of its attention", () => {
  const fields = Object.keys(certificateBody.shape);
  // These say the same as in the order, or what their name says; the example above the table shows them.
  const plain = ["reference", "domain", "product", "years", "brand", "acceptedAt"];

  expect(firstColumn(page("http-api.md"), "## The certificate").sort()).toEqual(
    fields.filter((field) => !plain.includes(field)).sort(),
  );
  expect(firstColumn(page("http-api.md"), "### `attention`").sort()).toEqual(
    [...Object.keys(attention.shape), "daysLeft"].sort(),
  );
});

test("http-api.md explains every warning of an order, where an order is placed", () => {
  expect(firstColumn(page("http-api.md"), "## Placing an order").sort()).toEqual([...warningCodes].sort());
});

test("order.md names every call that changes an order, and denies none", () => {
  const [, after = ""] = page("order.md").split("\n## What may change later\n");
  const [section = ""] = after.split("\n## ");
  const calls = codeWords(page("http-api.md"))
    .filter((word) => /^(PATCH|PUT|POST) \/v1\/certificates\/\{reference\}/.test(word))
    .filter((word) => !/(cancel|attention\/resolve|look)$/.test(word));

  for (const call of calls) expect(codeWords(section)).toContain(call);
});

test("order.md describes every field of an order and of a contact", () => {
  expect(firstColumn(page("order.md"), "## Fields").sort()).toEqual(Object.keys(orderBody.shape).sort());

  const [, after = ""] = page("order.md").split("\n## Contacts\n");
  const [section = ""] = after.split("\n## ");
  for (const field of Object.keys(contact.shape)) expect(codeWords(section)).toContain(field);
});

test("products.md is the product table", () => {
  const listed = rows(page("products.md")).filter(([service = ""]) => service.startsWith("`Certificate-"));

  expect(listed).toEqual(
    builtInProducts.map(({ service, name, level, wildcard, methods, reissue }) => [
      `\`${service}\``,
      name,
      wildcard ? `${level}, wildcard` : level,
      methods.join(", "),
      `\`${reissue}\``,
    ]),
  );
});
