// Promise: what is wrong with the words of a mail is said, with its file and line, before any customer could meet it.
import { symlink } from "node:fs/promises";
import { join } from "node:path";
import { expect, test } from "vitest";
import { lintTemplates } from "../../../../src/producers/cli/template/lint.ts";
import { ownWords } from "../../../shared/mail/folder.ts";

/** The faults of a folder with one file, or several, as `file:line: problem`, paths inside the folder. */
async function faultsOf(files: Record<string, string>, linkTo?: string): Promise<string[]> {
  const directory = await ownWords(files);
  const { faults } = await lintTemplates(directory, linkTo);
  return faults.map(({ file, line, problem }) => `${file.slice(directory.length + 1)}:${line ?? "-"}: ${problem}`);
}

test("Nothing is wrong with our own words.", async () => {
  const { checked, faults } = await lintTemplates(undefined);

  expect(faults).toEqual([]);
  expect(checked).toBeGreaterThan(15 * 3 * 3);
});

test("Words of the operator's that are right are taken as they are.", async () => {
  expect(
    await faultsOf({
      "README.md": "How we write",
      "en/certificate-issued.txt": "Hello,\n\n{{ domain }} is ready. {{ brand }}",
      "Acme/es/digest.subject": "{{ open.size }}: {{ open.first.domain }}",
      "Acme/parts/heading.html": '<h1><a href="https://acme.example/">Acme</a> {{ words }}</h1>',
    }),
  ).toEqual([]);
});

test.for([
  ["a variable that there is not", "en/digest.txt", "a\n{{ acount }}", "en/digest.txt:2: digest has no value acount"],
  [
    "one that only some mails would meet",
    "en/validation-required.txt",
    '{% if method == "file" %}\n\n{{ file.adress }}{% endif %}',
    "en/validation-required.txt:3: validation-required has no value file.adress",
  ],
  [
    "a value of a list's entries that there is not",
    "en/digest.txt",
    "{% for each in open %}{{ each.domian }}{% endfor %}",
    "en/digest.txt:1: undefined variable: each.domian",
  ],
  [
    "a tag that is not closed",
    "ru/digest.html",
    "a\nb\n{% if more > 0 %}",
    "ru/digest.html:3: tag {% if more > 0 %} not closed",
  ],
  ["a tag that there is not", "ru/digest.html", "{% php %}", 'ru/digest.html:1: tag "php" not found'],
  ["a filter that there is not", "ru/digest.txt", "{{ account | shout }}", "ru/digest.txt:1: undefined filter: shout"],
  [
    "a picture from elsewhere",
    "en/digest.html",
    '\n<img src="https://cdn.example/x.png">',
    'en/digest.html:2: loads something from another site: src="https://',
  ],
  [
    "a style sheet's picture",
    "parts/layout.html",
    "<p style=\"background:url('//cdn.example/x')\">",
    "parts/layout.html:1: loads something from another site: url('//",
  ],
  ["a script", "Acme/en/digest.html", "<script>1</script>", "Acme/en/digest.html:1: is not allowed in a mail: <script"],
  ["words that come out empty", "en/digest.subject", " \n", "en/digest.subject:-: is empty when filled in"],
  [
    "a language's name that is none",
    "english/x/digest.txt",
    "x",
    "english/x/digest.txt:-: is used by no mail: files are called <language>/<name>.subject|txt|html",
  ],
] as const)("Lint names %s.", async ([, file, words, fault]) => {
  const own: Record<string, string> = { [file]: words };
  const faults = await faultsOf(own);

  expect(faults.slice(0, 1)).toEqual([fault]);
});

test.for([
  [
    "of an order that is validated by e-mail",
    "en/validation-required.txt",
    "{{ domain }}:\nadd {{ dns.name }} until {{ respondBefore }}",
    "en/validation-required.txt:2: undefined variable: dns.name, as validation-required.email",
  ],
  [
    "without a file",
    "en/validation-required.txt",
    "{{ domain }}: put {{ file.content | strip }} at {{ file['url'] }}",
    "en/validation-required.txt:1: undefined variable: file.content",
  ],
  [
    "without a deadline, in a list",
    "en/digest.txt",
    "{% for each in open %}{{ each.by.size }}{% endfor %}",
    "en/digest.txt:1: undefined variable: each.by.size",
  ],
  [
    "that says nothing in a case",
    "en/operation-failed.subject",
    "{% if certId %}{{ domain }}{% endif %}",
    "en/operation-failed.subject:-: is empty when filled in, as operation-failed.before-purchase",
  ],
] as const)("Lint names words that would come out with a hole in a mail %s.", async ([, file, words, fault]) => {
  expect(await faultsOf({ [file]: words })).toEqual([fault]);
});

test("Lint names what prints an object where its reader needs words.", async () => {
  const own = { "en/digest.txt": "{{ open | first }}" };

  expect(await faultsOf(own)).toEqual(["en/digest.txt:-: prints [object …]"]);
});

test.for(["ovh", "eu", "Acme"])(
  "A brand may be called %s: its folder holds languages, a language's holds files.",
  async (brand) => {
    const own = {
      [`${brand}/en/digest.subject`]: "{{ brand }}: {{ domian }}",
      [`${brand}/parts/heading.html`]: "<h1>{{ words }}</h1>",
      "en/digest.subject": "{{ brand }}",
    };

    expect(await faultsOf(own)).toEqual([`${brand}/en/digest.subject:1: digest has no value domian`]);
  },
);

test("What is guarded, or has a default, is no hole.", async () => {
  const own = {
    "en/validation-required.txt":
      "{{ domain }}{% if dns %}: add {{ dns.name }}{% endif %}{% if file == null %}, no file{% endif %}{{ approverEmail | default: '-' }}",
    "en/certificate-expiring.txt":
      "{{ domain }}{% if paidUntil > expirationDate %}: paid until {{ paidUntil }}{% endif %}",
    "en/digest.txt": "{% for each in open %}{{ each.domain }}{% unless each.by %} any day{% endunless %}{% endfor %}",
  };

  expect(await faultsOf(own)).toEqual([]);
});

test("Where certificates are linked, lint names words that print no link: their reader would get no certificate at all.", async () => {
  const own = {
    "en/certificate-issued.txt": "{{ domain }} is attached",
    "en/certificate-reissued.txt": "{{ domain }} is at {{ link }}",
    "en/certificate-reissued.subject": "{{ domain }} again",
  };

  expect(await faultsOf(own)).toEqual([]);
  expect(await faultsOf(own, "https://my.provider.example/ssl/{reference}")).toEqual([
    "en/certificate-issued.txt:-: prints no {{ link }}: templates.certificate is link, so the customer would not get the certificate",
  ]);
});

test("Lint names a fault that only a mail with a link would meet.", async () => {
  const own = {
    "en/certificate-issued.txt":
      "{% if link %}{% assign way = link | split: '/' %}{{ way.host }}{% endif %}{{ domain }}",
  };

  expect(await faultsOf(own, "https://my.provider.example/ssl/{reference}")).toEqual([
    "en/certificate-issued.txt:1: undefined variable: way.host",
  ]);
});

test("Lint names a mail that there is not, and lists those that there are.", async () => {
  const [fault] = await faultsOf({ "en/certificate-isued.txt": "x" });

  expect(fault).toMatch(
    /^en\/certificate-isued\.txt:-: there is no mail certificate-isued; the mails are .*certificate-issued, /,
  );
});

test("A language of the operator's own needs all three parts of a mail: lint names each that is missing, the text among them.", async () => {
  expect(await faultsOf({ "nl/digest.subject": "Open", "nl/digest.html": "<p>Open</p>" })).toEqual([
    "nl/digest.txt:-: is missing: without it this mail is not sent in nl",
  ]);
});

test("A link that leads out of the folder is named, since it is never read.", async () => {
  const directory = await ownWords({ "en/digest.txt": "x" });
  await symlink("/etc/hostname", join(directory, "en", "digest.subject"));

  const { faults } = await lintTemplates(directory);

  expect(faults).toEqual([
    {
      file: join(directory, "en/digest.subject"),
      line: undefined,
      problem: "is a link that leads out of the folder; it is not read",
    },
  ]);
});
