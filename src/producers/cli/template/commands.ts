// Registers `certfleet template`. A verb is loaded when it is called, so that the help is quick.
import type { Command } from "commander";
import type { ProgramContext } from "../own-redis.ts";
import type { Answer } from "../terminal.ts";
import { type Json, resultVerb } from "../verbs.ts";

interface Words extends Json {
  language?: string;
  brand?: string;
}

export function registerTemplateCommands(program: Command, place: ProgramContext, answer: Answer): void {
  const template = program.command("template").description("the mails: their words, in each language");

  resultVerb(template, "list", {
    does: "the mails, whom each is for, when it is sent, in which languages there are words",
    example: "template list",
  }).action((options: Words) => answer(options, async () => (await import("./template.ts")).listTemplates(place.env)));

  resultVerb(template, "preview <name>", {
    does: "a mail as it would be sent, filled with its sample",
    example: "template preview certificate-issued --language es\ntemplate preview digest --html",
  })
    .option("--language <language>", "such as es or pt-BR")
    .option("--brand <name>", "who the mail speaks for")
    .option("--html", "write the HTML into a file and print its path")
    .action((name: string, options: Words & { html?: boolean }) =>
      answer(options, async () => (await import("./template.ts")).previewTemplate({ name, ...options }, place.env)),
    );

  resultVerb(template, "lint", {
    does: "look at all words, ours and the operator's, and list what is wrong with file and line",
    example: "template lint\ntemplate lint --directory ./templates",
  })
    .option("--directory <path>", "instead of templates.directory of the configuration file")
    .action((options: Words & { directory?: string }) =>
      answer(options, async () => (await import("./template.ts")).lintWords(options.directory, place.env)),
    );

  resultVerb(template, "send-test <name>", {
    does: "have a mail sent with its sample, by the notify worker",
    example: "template send-test certificate-issued --to ada@example.com --language ru",
  })
    .requiredOption("--to <address>", "one e-mail address")
    .option("--language <language>", "such as es or pt-BR")
    .option("--brand <name>", "who the mail speaks for")
    .action((name: string, { json, ...options }: Words & { to: string }) =>
      answer({ ...(json && { json }) }, async () => {
        const [{ withFleet }, { sendTest }] = await Promise.all([import("../fleet.ts"), import("./template.ts")]);
        return withFleet(place, ({ enqueue }) => sendTest({ name, ...options }, enqueue));
      }),
    );
}
