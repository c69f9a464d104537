// `certfleet template`: the operator sees the mails, in each language, before a customer does.
import { appendFile, mkdir, mkdtemp, readFile, rm, writeFile } from "node:fs/promises";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { expect, onTestFinished, test } from "vitest";
import { withRedis } from "../../../../src/producers/cli/connection.ts";
import {
  lintWords,
  listTemplates,
  previewTemplate,
  sendTest,
} from "../../../../src/producers/cli/template/template.ts";
import { openQueues } from "../../../../src/shared/queue/queues.ts";
import { certfleet, inFleet, ownContext } from "../support.ts";

/** The environment of an operator whose folder holds this one file. */
async function operator(file: string, words: string) {
  const folder = await mkdtemp(join(tmpdir(), "certfleet-words-"));
  onTestFinished(() => rm(folder, { recursive: true }));
  const directory = join(folder, "words");
  await mkdir(join(directory, "en"), { recursive: true });
  await writeFile(join(directory, file), words);
  const configuration = join(folder, "certfleet.yaml");
  await writeFile(configuration, `templates:\n  directory: ${directory}\n  brand: Example Hosting\n`);
  return { directory, env: { CERTFLEET_CONFIG: configuration } };
}

test("The list names each mail, whom it is for, when it is sent, and its languages.", async () => {
  const { env } = await operator("en/digest.subject", "x");
  const { text } = listTemplates(env);

  expect(text).toMatch(/certificate-issued +customer +en es ru +the first certificate of an order is there/);
  expect(text.split("\n")).toHaveLength(20);
});

test("A preview shows a mail with its sample, in the operator's words and for the operator's brand.", async () => {
  const { env } = await operator("en/certificate-issued.subject", "Our words for {{ domain }}");

  const english = await previewTemplate({ name: "certificate-issued" }, env);
  const spanish = await previewTemplate({ name: "certificate-issued", language: "es", brand: "Acme" }, env);

  expect(english.text).toMatch(
    /^Subject: Our words for shop\.example\.com\nAttached: shop\.example\.com\.pem\n\nHello,/,
  );
  expect(english.text).toContain("\nExample Hosting\n");
  expect(spanish.text).toMatch(/^Subject: Su certificado .*\n-- \nAcme\n/s);
});

test("Where certificates are linked, the preview shows the address of the customer area, and lint looks for it.", async () => {
  const { env } = await operator("en/certificate-issued.txt", "Fetch {{ domain }} in the customer area. {{ brand }}");
  await appendFile(
    env.CERTFLEET_CONFIG,
    "  certificate: link\n  certificateLink: https://my.provider.example/ssl/{reference}\n",
  );

  const preview = await previewTemplate({ name: "certificate-reissued" }, env);
  const lint = await lintWords(undefined, env);

  expect(preview.json).toMatchObject({ attachments: [] });
  expect(preview.text).toContain("\n    https://my.provider.example/ssl/bill-1001\n");
  expect(lint).toMatchObject({
    ending: "failed",
    text: expect.stringContaining("certificate-issued.txt: prints no") as string,
  });
});

test("A preview as HTML is a file whose path is all that is printed, and words that cannot be used are named beside it.", async () => {
  const { env, directory } = await operator("en/digest.html", "\n{{ oops }}");

  const { text, note } = await previewTemplate({ name: "digest", html: true }, env);
  onTestFinished(() => rm(join(text, ".."), { recursive: true }));

  expect(await readFile(text, "utf8")).toContain("What is still open");
  expect(note).toBe(`Not used: ${directory}/en/digest.html:2: undefined variable: oops`);
});

test("Words that nobody can say are wrong usage: a mail that there is not, a language that is none.", async () => {
  expect(await previewTemplate({ name: "constructor" }, {})).toMatchObject({ ending: "not-found" });
  expect(await previewTemplate({ name: "digest", language: "../etc" }, {})).toMatchObject({ ending: "usage" });
  expect(await previewTemplate({ name: "digest", brand: "a\nb" }, {})).toMatchObject({ ending: "usage" });
  expect(await lintWords("/no/such/folder", {})).toMatchObject({ ending: "usage" });
});

test("Lint ends with 1 and a list where words are wrong, and with 0 where none are.", async () => {
  const { env } = await operator("en/digest.txt", "{{ oops }}");

  const wrong = await certfleet(["template", "lint"], { env });
  const right = await certfleet(["template", "lint"], { env: {} });

  expect([wrong.code, right.code]).toEqual([1, 0]);
  expect(wrong.stdout).toMatch(/\/words\/en\/digest\.txt:1: digest has no value oops\n$/);
  expect(wrong.stderr).toContain("1 fault.");
  expect(right.stdout).toMatch(/^\d+ files checked, in the built-in templates: no fault found\.\n$/);
});

test("A test mail is queued once each time it is asked for, to one address, with the sample.", async () => {
  const context = ownContext();

  const sent = await inFleet(context, ({ enqueue }) =>
    sendTest({ name: "digest", to: "ada@example.com", language: "ru" }, enqueue),
  );
  const again = await inFleet(context, ({ enqueue }) => sendTest({ name: "digest", to: "ada@example.com" }, enqueue));
  const two = await inFleet(context, ({ enqueue }) =>
    sendTest({ name: "digest", to: "a@example.com,b@example.com" }, enqueue),
  );

  expect([sent.ending, again.ending, two.ending]).toEqual(["done", "done", "usage"]);
  const jobs = await withRedis(context, async ({ redis, keys }) => {
    const queues = openQueues(redis, keys.prefix, () => {});
    return queues.all.notify.getJobs(["waiting"]).finally(() => queues.close());
  });
  expect(jobs.map(({ data }) => [data.template, data.to.address, data.key.slice(0, 5)])).toEqual([
    ["digest", "ada@example.com", "test:"],
    ["digest", "ada@example.com", "test:"],
  ]);
});
