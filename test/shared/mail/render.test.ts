// Promise: a mail is written in the nearest language that there is, in the operator's words where they work, and nobody's data becomes code in it.
import { mkdir, symlink, utimes, writeFile } from "node:fs/promises";
import { join } from "node:path";
import fc from "fast-check";
import { expect, test } from "vitest";
import { Refused } from "../../../src/shared/base/errors.ts";
import type { Notification } from "../../../src/shared/mail/notification.ts";
import { type BrokenWords, type Letter, type RenderOptions, renderer } from "../../../src/shared/mail/render.ts";
import { type TemplateName, templates } from "../../../src/shared/mail/templates.ts";
import { everyFace, example } from "./faces.ts";
import { ownWords } from "./folder.ts";

const render = renderer();

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

test("A fleet that links goes by the link that a mail is given, before the one that it makes itself; one that attaches, by none.", async () => {
  const certificateLink = "https://my.provider.example/ssl/{reference}";
  const linking = renderer({ certificate: "link", certificateLink });
  const link = "https://panel.example.net/certificates/bill-1001?token=a&b=<c>";

  for (const template of ["certificate-issued", "certificate-reissued"] as const) {
    const linked = await linking({ template, values: example(template, { link }) });
    const linkless = await linking({ template, values: example(template) });
    const attaching = await render({ template, values: example(template, { link }) });

    expect([linked.attachments, linkless.attachments]).toEqual([[], []]);
    expect(linked.text + linked.html).not.toContain("my.provider.example");
    expect(linkless.text).toContain("https://my.provider.example/ssl/bill-1001\n");
    expect(linked.text).toContain(link);
    expect(linked.html).toContain('href="https://panel.example.net/certificates/bill-1001?token=a&amp;b=&lt;c&gt;"');
    expect(attaching.attachments).toHaveLength(1);
    expect(attaching.text + attaching.html).not.toContain("panel.example.net");
  }
  for (const link of ["javascript:alert(1)", "data:text/html,x", "file:///etc/passwd"])
    await expect(
      render({ template: "certificate-issued", values: example("certificate-issued", { link }) }),
    ).rejects.toThrow("link: must be an http or https address");
});

test("A job of an earlier release that asks for the first certificate, and says that it was reissued, gets the words of a reissue.", async () => {
  const old = await render({
    template: "certificate-issued",
    values: example("certificate-issued", { reissued: true }),
  });
  const now = await render({ template: "certificate-reissued", values: example("certificate-reissued") });

  expect(old).toEqual(now);
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
    everyFace.map(async ({ name, values }) => [name, values, await tagsOf(name, values)] as const),
  );
  const hostile = fc.oneof(
    fc.constantFrom(...HOSTILE),
    fc.string({ unit: "grapheme", minLength: 1, maxLength: 40 }).filter((text) => !/[\p{Cc}\p{Zl}\p{Zp}]/u.test(text)),
    fc.string({ unit: fc.constantFrom(...`<>"'&/={}%; ab`), minLength: 1, maxLength: 60 }),
  );

  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...harmless), hostile, async ([name, values, tags], text) => {
      expect(await tagsOf(name, poisoned(values, text))).toEqual(tags);
    }),
    { numRuns: 500 },
  );
});

/** As templates/parts/steps.html marks a command within somebody's words, a tag that depends on them. */
const COMMAND_TAG = /^<(?:code style="[^"<>]*"|\/code)>$/;

/** The skeleton of a mail: its tags with their attributes, without what stands between them, and without the marks of commands. */
async function tagsOf(template: TemplateName, values: Notification["values"]): Promise<string[]> {
  const { html } = await render({
    template,
    brand: String(values.product ?? values.account),
    values,
  });
  return (html.match(/<[^>]*>?/g) ?? []).filter((tag) => !COMMAND_TAG.test(tag));
}

const FREE =
  "product serialNumber approverEmail name type value url content account reason remedy message advice cause code next apiHost".split(
    " ",
  );

/** Codes that have a text of their own in the mail: one paragraph less, or a list of commands. */
const CHOOSES_TEXT: readonly unknown[] = ["order-failed", "purchase-unknown"];

/** Puts a text into every value that takes free text. Operator mails print references into commands: no text there. */
function poisoned(values: Notification["values"], text: string): Notification["values"] {
  const free = ("account" in values ? FREE : [...FREE, "reference"]).filter(
    (key) => key !== "code" || !CHOOSES_TEXT.includes(values.code),
  );
  return JSON.parse(JSON.stringify(values), (key, value) =>
    free.includes(key) && typeof value === "string" ? text : value,
  );
}

test("A subject stays one line, whatever its values hold: no value can add a header.", async () => {
  const breaks = ["\r\nBcc: victim@example.org", "\nx", "\r", "\u2028x", "\u0085x", "\u0000"];
  const poison = fc.tuple(fc.string(), fc.constantFrom(...breaks), fc.string()).map((each) => each.join(""));

  await fc.assert(
    fc.asyncProperty(fc.constantFrom(...everyFace), poison, async ({ name, values }, text) => {
      const written = await render({ template: name, brand: "B", values: poisoned(values, text) }).catch(
        (error: unknown) => error,
      );
      if (written instanceof Refused) return;
      expect((written as Letter).subject).toMatch(/^[^\p{Cc}\p{Zl}\p{Zp}]+$/u);
    }),
    { numRuns: 300 },
  );
});

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
    /^mail template certificate-issued: reference: .*\. domain: must be a domain name\. product: is missing\./,
  );
  await expect(write("certificate-issued", example("certificate-issued", { colour: "red" }))).rejects.toThrow(
    "mail template certificate-issued: colour: is unknown",
  );
  await expect(write("validation-required", example("validation-required", { dns: null }))).rejects.toThrow(
    "mail template validation-required: dns: is needed for dns",
  );
});

/** Writes certificate-issued as the operator's folder has it, and keeps what is said of broken files. */
function operators(options: RenderOptions) {
  const broken: BrokenWords[] = [];
  const write = renderer({ ...options, onBroken: (each) => broken.push(each) });
  const values = example("certificate-issued", { product: "A & B" });
  return {
    broken,
    write: (over: { language?: string; brand?: string } = {}) =>
      write({ template: "certificate-issued", values, ...over }),
  };
}

const DUTCH = {
  "nl/certificate-issued.subject": "Uw certificaat voor {{ domain }} is klaar",
  "nl/certificate-issued.txt": "Groeten van {{ brand }}",
  "nl/certificate-issued.html": "<p>{{ product }}</p>",
};

test("A language that has no words of its own falls back to its kin, then to the fleet's language, then to English.", async () => {
  const directory = await ownWords(DUTCH);
  const { write } = operators({ directory, brand: "Provider", language: "nl-BE" });

  const subject = async (language?: string) => (await write({ ...(language && { language }) })).subject;

  expect(await subject("es-MX")).toBe("Su certificado para shop.example.com está listo para instalar");
  expect(await subject("fi")).toBe("Uw certificaat voor shop.example.com is klaar");
  expect(await subject()).toBe("Uw certificaat voor shop.example.com is klaar");
  expect(await subject("en-GB")).toMatch(/^Your certificate/);
  expect((await renderer({ language: "fi" })({ template: "digest", values: example("digest") })).subject).toMatch(
    /need attention/,
  );
  expect(await write()).toMatchObject({ text: "Groeten van Provider\n", html: "<p>A &amp; B</p>\n" });
});

test("Of the operator's files a brand's goes before every brand's, and that before ours, each file by itself.", async () => {
  const directory = await ownWords({
    "Acme Hosting/en/certificate-issued.subject": "Acme: {{ domain }}",
    "en/certificate-issued.subject": "Everybody: {{ domain }}",
    "en/certificate-issued.txt": "Everybody's text",
    "Acme Hosting/parts/heading.html": "<h1>Acme says: {{ words }}</h1>",
  });
  const { write, broken } = operators({ directory });

  const acme = await write({ brand: "Acme Hosting" });
  const other = await write({ brand: "Other" });

  expect(acme).toMatchObject({ subject: "Acme: shop.example.com", text: "Everybody's text\n" });
  expect(acme.html).toContain("<h1>Acme says: Your certificate is ready to install</h1>");
  expect(other.subject).toBe("Everybody: shop.example.com");
  expect(other.html).not.toContain("Acme");
  expect(broken).toEqual([]);
});

test.for([
  ["that is no Liquid", "{% if domain %}never closed", /not closed/],
  ["that wants a variable that there is not", "{{ domian }}", /undefined variable: domian/],
  ["that wants a filter that there is not", "{{ domain | shout }}", /undefined filter: shout/],
  ["that comes out empty", "{% comment %}later{% endcomment %}", /empty/],
  ["that never ends", "{% for i in (1..100000000) %}{{ i }}{% endfor %}", /limit/],
  ["that includes a file from elsewhere", "{% render '/etc/passwd' %}", /ENOENT/],
] as const)(
  "A file of the operator's %s never stops a mail: ours takes its place, and the fault is told with its file.",
  async ([, words, problem]) => {
    const directory = await ownWords({
      "en/certificate-issued.txt": `first line\n${words}`.replace(/^first line\n(?=\{% comment)/, ""),
      "en/certificate-issued.subject": "Own",
    });
    const { write, broken } = operators({ directory });

    const letter = await write();

    expect(letter.subject).toBe("Own");
    expect(letter.text).toMatch(/^Hello,\n\nGood news/);
    expect(broken).toMatchObject([
      { template: "certificate-issued", language: "en", part: "txt", problem: expect.stringMatching(problem) },
    ]);
  },
);

test("Words of the operator's that ask for what an order does not have never reach a customer with a hole: ours take their place.", async () => {
  const directory = await ownWords({
    "en/validation-required.txt": "Please add {{ dns.name }} {{ dns.value }} until {{ respondBefore }}.",
  });
  const broken: BrokenWords[] = [];
  const write = renderer({ directory, onBroken: (each) => broken.push(each) });
  const byEmail = { method: "email", dns: null, approverEmail: "admin@example.com" };

  const dns = await write({ template: "validation-required", values: example("validation-required") });
  const email = await write({ template: "validation-required", values: example("validation-required", byEmail) });

  expect(dns.text).toMatch(/^Please add _dnsauth\.shop\.example\.com/);
  expect(email.text).toMatch(/^Hello,.*Open the mailbox admin@example\.com/s);
  expect(broken).toMatchObject([
    { template: "validation-required", part: "txt", problem: "undefined variable: dns.name" },
  ]);
});

test("Of a list what an entry does not have is joined as nothing.", async () => {
  const directory = await ownWords({ "en/digest.txt": "By: {{ open | map: 'by' | join: ', ' }}." });
  const values = example("digest");

  const { text } = await renderer({ directory })({ template: "digest", values });

  expect(text).toMatch(/^By: [\d-]*(, [\d-]*)+\.\n$/);
  expect(text).toMatch(/(: |, )[,.]/);
});

test("Where certificates are linked, words without the link never leave a customer with neither file nor address: ours take their place.", async () => {
  const directory = await ownWords({
    ...DUTCH,
    "en/certificate-issued.txt": "{{ domain }} is ready.",
    "en/certificate-issued.html": '<a href="{{ link }}">{{ domain }}</a>',
    "es/certificate-issued.html": "<p>{{ domain }}</p>",
  });
  const { write, broken } = operators({
    directory,
    certificate: "link",
    certificateLink: "https://my.provider.example/ssl?a=1&of={reference}",
  });

  const [english, spanish, dutch] = [await write(), await write({ language: "es" }), await write({ language: "nl" })];

  for (const { text, html, attachments } of [english, spanish, dutch]) {
    expect(attachments).toEqual([]);
    expect(text).toContain("https://my.provider.example/ssl?a=1&of=bill-1001");
    expect(html).toContain('href="https://my.provider.example/ssl?a=1&amp;of=bill-1001"');
  }
  expect(english.html).toMatch(/^<a /);
  expect(dutch.subject).toMatch(/^Your certificate/);
  expect(broken.map(({ language, part, problem }) => [language, part, problem])).toEqual([
    ["en", "txt", "it does not print {{ link }}, and the certificate is not attached"],
    ["es", "html", "it does not print {{ link }}, and the certificate is not attached"],
    ["nl", "txt", "it does not print {{ link }}, and the certificate is not attached"],
    ["en", "txt", "it does not print {{ link }}, and the certificate is not attached"],
  ]);
});

test("Where certificates are attached, words need no link.", async () => {
  const directory = await ownWords({ "en/certificate-issued.txt": "{{ domain }} is attached." });
  const { write, broken } = operators({ directory });

  expect([(await write()).text, broken]).toEqual(["shop.example.com is attached.\n", []]);
});

test("A broken layout of the operator's stops no mail either, and a language that only the operator has gives way to the next.", async () => {
  const directory = await ownWords({
    ...DUTCH,
    "nl/certificate-issued.html": "{{ oops }}",
    "parts/layout.html": "{% blok %}",
  });
  const { write, broken } = operators({ directory, language: "ru" });

  const letter = await write({ language: "nl" });

  expect(letter.subject).toBe("Сертификат для shop.example.com готов к установке");
  expect(letter.html).toContain('<html lang="ru">');
  expect(broken.map(({ language, part, line }) => [language, part, line])).toEqual([
    ["nl", "html", 1],
    ["ru", "html", 1],
  ]);
});

test("A changed file of the operator's is used for the next mail, without a restart.", async () => {
  const directory = await ownWords({ "en/certificate-issued.subject": "Before" });
  const { write } = operators({ directory });
  const before = await write();

  const file = join(directory, "en/certificate-issued.subject");
  await writeFile(file, "Behind");
  await utimes(file, new Date(0), new Date(0));

  expect([before.subject, (await write()).subject]).toEqual(["Before", "Behind"]);
});

test("Nothing outside the operator's folder is read: not by a link, not by a brand's or a language's name.", async () => {
  const outside = await ownWords({ "en/certificate-issued.subject": "Stolen", secret: "Stolen" });
  const directory = await ownWords({ "es/certificate-issued.txt": "x" });
  await symlink(join(outside, "en"), join(directory, "en"));
  await symlink(outside, join(directory, "Acme"));
  await mkdir(join(directory, "ru"));
  await symlink(join(outside, "secret"), join(directory, "ru", "certificate-issued.subject"));
  const { write } = operators({ directory });

  for (const over of [
    {},
    { brand: "Acme" },
    { brand: `../${outside.split("/").at(-1)}` },
    { brand: ".." },
    { language: "ru" },
    { language: "../en" },
  ])
    expect((await write(over)).subject).not.toContain("Stolen");
});

test("A part that text and HTML share is escaped in the HTML, whichever is written first.", async () => {
  const directory = await ownWords({
    "parts/shared.part": "{{ it }}",
    "en/certificate-expiring.txt": "{% render 'parts/shared.part', it: product %}",
    "en/certificate-expiring.html": "{% render 'parts/shared.part', it: product %}",
  });
  const values = { ...templates["certificate-expiring"].example, product: "<b>bold</b>" };

  const letter = await renderer({ directory })({ template: "certificate-expiring", values });

  expect(letter.text).toContain("<b>bold</b>");
  expect(letter.html).toContain("&lt;b&gt;bold&lt;/b&gt;");
});
