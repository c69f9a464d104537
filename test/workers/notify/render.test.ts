// Promise: our words say everything the customer needs, in every mail program, and nobody else's words become code in them.
import { globSync, readFileSync } from "node:fs";
import { mkdir, mkdtemp, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { basename, dirname, join } from "node:path";
import fc from "fast-check";
import { Liquid } from "liquidjs";
import { expect, onTestFinished, test } from "vitest";
import { Refused } from "../../../src/shared/errors.ts";
import type { Notification } from "../../../src/shared/notification.ts";
import { renderer } from "../../../src/workers/notify/render.ts";
import { type Template, templates } from "../../../src/workers/notify/templates.ts";
import { example, faces, templateOf } from "./faces.ts";

const folder = join(import.meta.dirname, "../../../src/workers/notify/templates");
const all: [string, Template][] = Object.entries(templates);
const render = renderer();

test.each(all)(
  "%s prints or attaches every value that its schema asks for, and asks for no other",
  async (name, template) => {
    const engine = new Liquid({ root: folder });
    const asked = new Set<string>();
    const watched = new Proxy(template.values.parse(template.example), {
      get: (values, property) => Reflect.get(values, asked.add(String(property)) && property),
    });

    const words = globSync(`${name}/*.liquid`, { cwd: folder });
    for (const file of words) for (const it of await engine.globalVariables(engine.parseFileSync(file))) asked.add(it);
    template.attach?.(watched);

    for (const ours of ["brand", "language", "subject"]) asked.delete(ours);
    expect([...asked].sort()).toEqual(Object.keys(template.values.shape).sort());
  },
);

test.each(all)("%s has a subject, a text and an HTML in each of its languages, English among them", (name) => {
  const files = globSync(`${name}/*.liquid`, { cwd: folder }).map((file) => basename(file));

  const languages = new Set(files.map((file) => file.split(".")[0]));
  expect(languages).toContain("en");
  const complete = [...languages].flatMap((it) => ["subject", "text", "html"].map((part) => `${it}.${part}.liquid`));
  expect(files.sort()).toEqual(complete.sort());
});

test.each(Object.entries(faces))("the mail %s reads as we agreed", async (face, values) => {
  const letter = await render({ template: templateOf(face), values });

  const golden = join(import.meta.dirname, "../../fixtures/mails", face);
  await expect(`${letter.subject}\n\n${letter.text}`).toMatchFileSnapshot(`${golden}.txt`);
  await expect(letter.html).toMatchFileSnapshot(`${golden}.html`);
});

test.each(Object.entries(faces))("the mail %s loads nothing, runs nothing and links nowhere", async (face, values) => {
  const { html } = await render({ template: templateOf(face), values });

  expect(html).not.toMatch(/<(a|img|script|link|iframe|form|object|base|svg)\b|\b(href|src|on\w+)\s*=|url\(/i);
});

test("the certificate is attached as a file that carries the domain's name and can be saved anywhere", async () => {
  const one = await render({ template: "certificate-issued", values: example("certificate-issued") });
  const many = await render({
    template: "certificate-issued",
    values: example("certificate-issued", { domain: "*.example.com" }),
  });

  const content = templates["certificate-issued"].example.chainPem;
  expect(one.attachments).toEqual([
    { filename: "shop.example.com.pem", contentType: "application/x-pem-file", content },
  ]);
  expect(many.attachments).toMatchObject([{ filename: "wildcard.example.com.pem" }]);
});

const HOSTILE = [
  `<script>alert(1)</script>`,
  `"><img src=x onerror=alert(1)>`,
  `' style='position:fixed`,
  `</td></tr></table><a href="https://evil.example">pay here</a>`,
  `{{ 7 | times: 7 }}`,
  `{% include "/etc/passwd" %}`,
  `{{ constructor.constructor }}`,
  `<%= 7*7 %>`,
  "#{7*7}",
  `javascript:alert(1)`,
  `&lt;b&gt;`,
  `<!--`,
  `]]>`,
];

test("whatever people put into the values, no tag and no attribute of theirs gets into a mail", async () => {
  const harmless = await Promise.all(
    Object.entries(faces).map(async ([face, values]) => [face, values, await tagsOf(face, values)] as const),
  );
  const hostile = fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).filter((text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)),
    fc.string({ unit: fc.constantFrom(...`<>"'&/={}%; ab`), minLength: 1, maxLength: 60 }),
  );

  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...harmless), hostile, async ([face, values, tags], text) => {
      expect(await tagsOf(face, poisoned(values, text))).toEqual(tags);
    }),
    { numRuns: 500 },
  );
});

/** The skeleton of a mail: its tags with their attributes, without what stands between them. */
async function tagsOf(face: string, values: Notification["values"]): Promise<string[]> {
  const { html } = await render({
    template: templateOf(face),
    brand: String(values.product ?? values.account),
    values,
  });
  return html.match(/<[^>]*>?/g) ?? [];
}

const FREE = "product serialNumber approverEmail name type value url content account reason remedy".split(" ");

/** Puts a text into every value that takes free text. The mails of a department print references into commands: no text there. */
function poisoned(values: Notification["values"], text: string): Notification["values"] {
  const free = "account" in values ? FREE : [...FREE, "reference"];
  return JSON.parse(JSON.stringify(values), (key, value) =>
    free.includes(key) && typeof value === "string" ? text : value,
  );
}

test("template code in a value is printed, not run", async () => {
  const { text, html } = await render({
    template: "certificate-issued",
    values: example("certificate-issued", { product: "{{ 7 | times: 7 }}" }),
  });

  for (const words of [text, html]) expect(words).toContain("{{ 7 | times: 7 }}");
});

test("a mail that cannot be written names its template and what is wrong, all at once", async () => {
  const write = (template: string, values: Notification["values"]) => render({ template, values });

  await expect(write("no-such-mail", {})).rejects.toThrow("there is no mail template no-such-mail");
  await expect(write("constructor", {})).rejects.toThrow(Refused);
  await expect(write("certificate-issued", { domain: "a\r\nBcc: b" })).rejects.toThrow(
    /^mail template certificate-issued: reference: .*; domain: must be a domain name; product: /,
  );
  await expect(write("certificate-issued", example("certificate-issued", { colour: "red" }))).rejects.toThrow(
    /"colour"/,
  );
  await expect(write("validation-required", example("validation-required", { dns: null }))).rejects.toThrow(
    "mail template validation-required: dns: is needed for dns",
  );
});

test("the operator's own words and languages go before ours, and English stands in where a language has no words", async () => {
  const own = await ownTemplates({
    "certificate-issued/nl.subject.liquid": "Uw certificaat voor {{ domain }} is klaar",
    "certificate-issued/nl.text.liquid": "Groeten van {{ brand }}",
    "certificate-issued/nl.html.liquid": "<p>{{ product }}</p>",
    "validation-required/en.subject.liquid": "{{ oops }}",
  });
  const write = renderer({ directory: own, brand: "Provider", language: "nl" });
  const values = example("certificate-issued", { product: "A & B" });

  const dutch = await write({ template: "certificate-issued", language: "nl-BE", values });
  const english = await write({ template: "certificate-issued", language: "en", values });
  const unknown = await write({ template: "certificate-issued", language: "fi", values });

  expect(dutch).toMatchObject({
    subject: "Uw certificaat voor shop.example.com is klaar",
    text: "Groeten van Provider\n",
  });
  expect(dutch.html).toBe("<p>A &amp; B</p>\n");
  expect(english.subject).toMatch(/^Your certificate/);
  expect(unknown.subject).toBe(dutch.subject);
  await expect(write({ template: "validation-required", values: example("validation-required") })).rejects.toThrow(
    /validation-required\/en: undefined variable: oops/,
  );
});

test("every folder of words belongs to a template of the table", () => {
  const folders = new Set(globSync("*/*.liquid", { cwd: folder }).map((file) => dirname(file)));

  expect([...folders].sort()).toEqual(Object.keys(templates).sort());
  expect(readFileSync(join(folder, "layout.html.liquid"), "utf8")).toContain("{{ brand }}");
});

async function ownTemplates(files: Record<string, string>): Promise<string> {
  const directory = await mkdtemp(join(tmpdir(), "templates-"));
  onTestFinished(() => rm(directory, { recursive: true }));
  for (const [name, words] of Object.entries(files)) {
    await mkdir(join(directory, dirname(name)), { recursive: true });
    await writeFile(join(directory, name), words);
  }
  return directory;
}

test("a part that text and HTML share is escaped in the HTML, whichever is written first", async () => {
  const directory = await ownTemplates({
    "part.liquid": "{{ it }}",
    "certificate-expiring/en.subject.liquid": "Ends",
    "certificate-expiring/en.text.liquid": "{% render 'part.liquid', it: product %}",
    "certificate-expiring/en.html.liquid": "{% render 'part.liquid', it: product %}",
  });
  const values = { ...templates["certificate-expiring"].example, product: "<b>bold</b>" };

  const letter = await renderer({ directory })({ template: "certificate-expiring", values });

  expect(letter.text).toContain("<b>bold</b>");
  expect(letter.html).toContain("&lt;b&gt;bold&lt;/b&gt;");
});
