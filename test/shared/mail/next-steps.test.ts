// Promise: a department reads in its own language what to do, with the commands as they are, whatever happened; what nobody translated it reads in English.
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { causes } from "../../../src/shared/account/connection-check.ts";
import { attentionCodes } from "../../../src/shared/base/codes.ts";
import { nextStep, nextWithoutOwner } from "../../../src/shared/certificate/attention.ts";
import { renderer } from "../../../src/shared/mail/render.ts";
import type { TemplateName } from "../../../src/shared/mail/templates.ts";
import { findings } from "../../../src/workers/balance/connection-findings.ts";
import { example } from "./faces.ts";

const render = renderer();
const languages = ["es", "ru"] as const;
const codes = attentionCodes;
const apiHost = "reseller.enom.com:8443";
const inEnglish = [
  // An order that is over asks for nobody any more: its mail has a code, and the order no attention.
  {
    what: "order-failed",
    template: "operation-failed" as const,
    over: { code: "order-failed", next: "The order is over." },
    english: "The order is over.",
  },
  ...codes.map((code) => {
    const next = nextStep(code, "bill-1001").replaceAll("ACCOUNT", "main"); // as it is raised
    return { what: code, template: "operation-failed" as const, over: { code, next }, english: next };
  }),
  ...causes.map((cause) => {
    const advice = findings[cause].advice({ cause, host: apiHost, account: "main", detail: "x" });
    return { what: cause, template: "connection-problem" as const, over: { cause, advice, apiHost }, english: advice };
  }),
];
const everyStep = inEnglish.flatMap((step) => languages.map((language) => ({ ...step, language })));

test.for(everyStep)("The department reads in $language what to do about $what, and no English.", async (step) => {
  const { text, html } = await told(step.template, step.language, step.over);
  const inEnglish = await told(step.template, "en", step.over);

  for (const words of [text, html]) expect(flat(words)).not.toContain(step.english.split(/[.;:,(]/)[0]);
  expect(text).toMatch(step.language === "ru" ? /\p{Script=Cyrillic}{3}/u : /\b(el|la|de|en|no|nada)\b/i);
  expect(pasted(text)).toEqual(pasted(inEnglish.text));
  expect(pasted(html)).toEqual(pasted(inEnglish.html));
});

test.for(languages)(
  "In %s an overdue order whose owner did all sends the operator to eNom, not to the owner.",
  async (language) => {
    const over = { code: "validation-overdue", next: nextWithoutOwner("bill-1001") };

    const { text, html } = await told("operation-failed", language, over);

    for (const words of [text, html]) {
      expect(flat(words)).not.toContain("/approver");
      expect(flat(words)).toContain('certfleet certificate resolve bill-1001 --cancel --reason "not issued"');
    }
  },
);

test("In English the mail says the next step as the order has it, but for a parked purchase: there each outcome has its command.", async () => {
  for (const { what, template, over, english } of inEnglish) {
    const { text } = await told(template, "en", over);

    if (what !== "purchase-unknown") expect(flat(text)).toBe(flat(english));
    else
      for (const outcome of ["--adopt CERTID", "--not-bought", "--refunded", "--cancel"])
        expect(text).toMatch(
          new RegExp(`\n {4}certfleet certificate resolve bill-1001 ${outcome} --reason "[^"]+"(\n|$)`),
        );
  }
});

test("What a mail or a next step names in the runbook is there.", async () => {
  const runbook = readFileSync(join(import.meta.dirname, "../../../docs/runbook.md"), "utf8");
  const sections = [...runbook.matchAll(/^#+ (.*)$/gm)].map(([, title = ""]) =>
    title.toLowerCase().replaceAll("`", "").replaceAll(" ", "-"),
  );
  const mails = [...codes, "order-failed"].map((code) =>
    render({ template: "operation-failed", language: "en", values: example("operation-failed", { code }) }),
  );
  const read = [...(await Promise.all(mails)).map(({ text }) => text), ...inEnglish.map(({ english }) => english)];
  const named = read.flatMap((text) => [...text.matchAll(/docs\/runbook\.md#([\w-]+)/g)].map(([, name]) => name));

  expect(named.length).toBeGreaterThan(codes.length);
  for (const name of named) expect(sections).toContain(name);
});

test("The list of what is open says of each case what to do in the department's language.", async () => {
  const open = codes.map((code) => ({ ...aCase, code, next: nextStep(code, "bill-1001") }));

  for (const language of languages) {
    const { text } = await render({ template: "digest", language, values: example("digest", { open }) });
    for (const { next } of open) expect(flat(text)).not.toContain(next.split(/[.;:,(]/)[0]);
  }
});

test("A login that eNom refuses is corrected at an order as the connection check says: in the file at once, in the environment by a restart.", () => {
  const place = { cause: "login-refused", host: apiHost, account: "eu", detail: "x" } as const;
  const advice = findings["login-refused"].advice(place).replace("account eu", "account");

  expect(nextStep("enom-login-refused", "bill-1001")).toBe(advice);
  expect(advice).toMatch(/in certfleet\.yaml.* count at once\. .*ENOM_USERNAME and ENOM_PASSWORD need a restart/);
});

test.for(languages)("What has no words in %s is said in English, as it was given.", async (language) => {
  const next = "Read the changelog, then: certfleet certificate explain bill-1001";
  const certificates = [{ ...aRow, remedy: "Agree on a new method." }];

  expect((await told("operation-failed", language, { code: "of-a-newer-release", next })).text).toContain(next);
  expect((await told("connection-problem", language, { cause: "none", advice: "Read it." })).text).toContain(
    "Read it.",
  );
  const ending = await render({
    template: "email-validation-ending",
    language,
    values: example("email-validation-ending", { certificates }),
  });
  expect(ending.text).toContain("Agree on a new method.");
});

test("Which other methods a product offers is said in the department's language, too.", async () => {
  const certificates = [["dns", "file"], ["dns"], []].map((methods) => ({ ...aRow, remedy: "Do.", methods }));
  const values = example("email-validation-ending", { certificates });

  const es = flat((await render({ template: "email-validation-ending", language: "es", values })).text);
  const ru = flat((await render({ template: "email-validation-ending", language: "ru", values })).text);

  expect(es).toMatch(/por un registro DNS o un archivo;.*por un registro DNS;.*no ofrece otro método/);
  expect(ru).toMatch(/через DNS-запись или файл;.*через DNS-запись;.*Другого способа/);
});

const aCase = { reference: "bill-1001", domain: "shop.example.com", message: "x", since: "2026-04-02", by: null };
const aRow = {
  reference: "bill-1001",
  domain: "shop.example.com",
  product: "RapidSSL Certificate",
  paidUntil: "2031-04-02",
};

/** The part of a mail that says what to do, both ways to read it, in one line. */
async function told(template: TemplateName, language: string, over: Record<string, unknown>) {
  const { text, html } = await render({ template, language, values: example(template, { ...over, message: "x" }) });
  const [, textStep = ""] =
    /\n[A-ZÁÉÍÓÚА-ЯЁ ]+\n\n(.*)\n\n[^\n]*:\n\n +certfleet (?:certificate explain|account check)/su.exec(text) ?? [];
  const [, htmlStep = ""] =
    /<\/h2>(.*)<p [^>]*>[^<]*<\/p>\s*<pre[^>]*>certfleet (?:certificate explain|account check)/s.exec(html) ?? [];
  return {
    text: textStep,
    html: htmlStep
      .replace(/<[^>]*>/g, "")
      .replaceAll("&#34;", '"')
      .replaceAll("&#39;", "'"),
  };
}

/** What people paste: commands and requests. */
function pasted(words: string): string[] {
  return (
    words.match(/\b(?:certfleet|getent) [a-z](?:"[^"]*"|[^";\n])*(?<! )|\b(?:POST|PATCH) \/[^\s),.]+|--[a-z-]+/g) ?? []
  );
}

function flat(text: string): string {
  return text.replace(/\s+/g, " ").trim();
}
