// Promise: our words say everything that their reader needs, in each language, in every mail program, on every screen.
import { globSync, readFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { expect, test } from "vitest";
import { engineOver } from "../../../src/shared/mail/engine.ts";
import { fileOf, OUR_FOLDER, ourLanguages, parts } from "../../../src/shared/mail/folders.ts";
import { Notification } from "../../../src/shared/mail/notification.ts";
import { renderer } from "../../../src/shared/mail/render.ts";
import { LONG_DOMAIN } from "../../../src/shared/mail/template.ts";
import { type TemplateName, templateNames, templates } from "../../../src/shared/mail/templates.ts";
import { everyFace, example } from "./faces.ts";

/** What we agreed upon, as `<language>/<face>.<part>`. */
const AGREED = join(import.meta.dirname, "../../fixtures/mails");
const render = renderer();
const everyMail = templateNames.flatMap((name) => ourLanguages.map((language) => ({ name, language })));
const everyReading = everyFace.flatMap((face) => ourLanguages.map((language) => ({ ...face, language })));

test.for(everyMail)(
  "$name prints or attaches in $language every value that it asks for, and no other",
  async ({ name, language }) => {
    const { values, example, attach } = templates[name];
    const engine = engineOver([OUR_FOLDER], { settled: true });
    const asked = new Set<string>();
    const watched = new Proxy(values.parse(example), {
      get: (all, property) => Reflect.get(all, asked.add(String(property)) && property),
    });

    for (const part of parts)
      for (const { path } of await engine.asksFor(fileOf(name, language, part), part)) asked.add(path[0] ?? "");
    attach?.(watched);

    for (const ours of ["brand", "language", "subject"]) asked.delete(ours);
    // It chooses the template, see filled.ts.
    if (name === "certificate-issued") asked.add("reissued");
    expect([...asked].sort()).toEqual(Object.keys(values.shape).sort());
  },
);

test("Every file of words belongs to a mail, and every mail has all its files in all our languages.", () => {
  const files = globSync("*/*", { cwd: OUR_FOLDER }).filter((file) => dirname(file) !== "parts");

  const owed = everyMail.flatMap(({ name, language }) => parts.map((part) => fileOf(name, language, part)));
  expect(files.sort()).toEqual(owed.sort());
});

test.for(everyMail)(
  "$name is written in $language with its sample: a subject, a text, HTML",
  async ({ name, language }) => {
    const letter = await render({ template: name, language, values: example(name) });

    expect(letter.subject).toMatch(/^\S.{10,120}$/);
    expect(letter.text).toMatch(/\n-- \nCertfleet\n/);
    expect(letter.html).toContain(`<html lang="${language}">`);
    expect(letter.text + letter.html).not.toMatch(/\{[{%]|undefined|\[object/);
  },
);

test.for(everyMail)("$name says the same facts in $language as in English", async ({ name, language }) => {
  const facts = async (spoken: string) => {
    const { subject, text, html } = await render({ template: name, language: spoken, values: example(name) });
    const found = (words: string) =>
      [
        ...new Set(words.match(/\d{4}-\d\d-\d\d|\d+\.\d\d|bill-\d+|certfleet [a-z]+ [a-z]+|[a-z.]*example\.\w+/g)),
      ].sort();
    return [found(subject), found(text), found(html)];
  };

  expect(await facts(language)).toEqual(await facts("en"));
});

test.for(everyReading)("The mail $face reads in $language as we agreed.", async ({ face, name, language, values }) => {
  const letter = await render({ template: name, language, values });

  const golden = join(AGREED, language, face);
  await expect(`${letter.subject}\n\n${letter.text}`).toMatchFileSnapshot(`${golden}.txt`);
  // What a person reviews is read once: the HTML of the other languages is built as the English one.
  if (language === "en") await expect(letter.html).toMatchFileSnapshot(`${golden}.html`);
});

test.for(everyReading.filter(({ language }) => language !== "en"))(
  "The HTML of $face is built in $language as in English, and leaves no place empty.",
  async ({ name, language, values }) => {
    const [here, english] = await Promise.all(
      [language, "en"].map((spoken) => render({ template: name, language: spoken, values })),
    );

    expect(elementsOf(here?.html ?? "")).toEqual(elementsOf(english?.html ?? ""));
    // Nothing is left out or empty: as many pieces of text, each in its place.
    expect(filledPlaces(here?.html ?? "")).toEqual(filledPlaces(english?.html ?? ""));
  },
);

test.for(everyReading)(
  "$face loads nothing and runs nothing in $language, and links only where its values point",
  async ({ name, language, values }) => {
    const { html } = await render({ template: name, language, values });

    expect(html).not.toMatch(
      /<(img|script|link|iframe|form|object|base|svg)\b|\b(src|srcset|on\w+)\s*=|url\(|@import/i,
    );
    for (const [, address] of html.matchAll(/\bhref\s*=\s*"([^"]*)"/g)) expect(address).toBe(values.link);
  },
);

test.for(everyReading)(
  "The text of $face fits into 72 columns in $language, but for a value or a command that is longer.",
  async ({ name, language, values }) => {
    const { text } = await render({ template: name, language, values });

    const tooLong = text
      .split("\n")
      .filter((line) => line.length > 72 && !line.includes(LONG_DOMAIN) && !COMMAND.test(line));
    expect(tooLong).toEqual([]);
  },
);

test.for(everyFace)("The mail $face can be asked for in a job.", ({ face, name, values }) => {
  const asked = Notification.safeParse({
    key: face,
    template: name,
    to: { address: "a@example.com" },
    values,
  });

  expect(asked.error).toBeUndefined();
});

test("Each agreed reading belongs to a face that still exists.", () => {
  const kept = globSync("*/*", { cwd: AGREED });

  const known = new Set(everyReading.map(({ face, language }) => join(language, face)));
  expect(kept.filter((file) => !known.has(file.replace(/\.(txt|html)$/, "")))).toEqual([]);
});

test("Mails in Spanish and Russian are in Spanish and Russian, not in English that was left over.", async () => {
  const english = (name: TemplateName) => readFileSync(join(OUR_FOLDER, fileOf(name, "en", "txt")), "utf8").split("\n");
  for (const name of templateNames)
    for (const language of ["es", "ru"]) {
      const words = readFileSync(join(OUR_FOLDER, fileOf(name, language, "txt")), "utf8").split("\n");
      const shared = words.filter((line) =>
        /[a-z]{3,} [a-z]{2,} [a-z]{2,}/i.test(line.replace(/\{[{%].*?[%}]\}/g, "")),
      );
      expect(shared.filter((line) => english(name).includes(line) && !FOR_ENOM.test(line))).toEqual([]);
    }
});

/** Every tag with its attributes, in order; the language of the mail is the one thing that may differ. */
function elementsOf(html: string): string[] {
  return (html.match(/<[^>]+>/g) ?? []).map((tag) => tag.replace(/ lang="[^"]*"/, ""));
}

/** Between which tags there is text. */
function filledPlaces(html: string): number[] {
  return html.split(/<[^>]+>/).flatMap((piece, i) => (piece.trim() === "" ? [] : [i]));
}

/** Alone in its line, to be pasted. */
const COMMAND = /^ *(certfleet|getent) [a-z].*$/;

/** A ticket is read at eNom, whatever our department speaks; commands are commands. */
const FOR_ENOM =
  /please reissue this|name, the contacts and|Please do it as soon|must be validated again|Please reissue certificate|certfleet [a-z]+ |BEGIN|END/i;
