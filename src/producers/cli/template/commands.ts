// Registers `certfleet template`. A verb is loaded when it is called, so that the help is quick.
import type { Command } from "commander";
import type { ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { type Json, listVerb, resultVerb } from "../verbs.ts";

interface Words extends Json {
  language?: string;
  brand?: string;
}

export function registerTemplateCommands(program: Command, context: ProgramContext, answer: PrintResult): void {
  const template = program.command("template").description("the mails and their text in each language");

  listVerb(template, "list", {
    does: "list the mails: who gets each, when it is sent, and its languages",
    example: "template list",
  }).action((options: Words) =>
    answer(options, async () => (await import("./template.ts")).listTemplates(context.env)),
  );

  resultVerb(template, "preview <name>", {
    does: "show a mail as it would be sent, filled with sample values",
    example: "template preview certificate-issued --language es\ntemplate preview digest --html",
  })
    .option("--language <language>", "such as es or pt-BR")
    .option("--brand <name>", "the name that the mail is written for")
    .option("--html", "write the HTML into a file and print its path")
    .action((name: string, options: Words & { html?: boolean }) =>
      answer(options, async () => (await import("./template.ts")).previewTemplate({ name, ...options }, context.env)),
    );

  listVerb(template, "lint", {
    does: "check the text of all mails, built-in and yours, and list what is wrong with file and line",
    example: "template lint\ntemplate lint --directory ./templates",
  })
    .option("--directory <path>", "check this folder instead of templates.directory")
    .action((options: Words & { directory?: string }) =>
      answer(options, async () => (await import("./template.ts")).lintWords(options.directory, context.env)),
    );

  resultVerb(template, "send-test <name>", {
    does: "let the notify worker send a mail with sample values",
    example: "template send-test certificate-issued --to ada@example.com --language ru",
  })
    .requiredOption("--to <address>", "one e-mail address")
    .option("--language <language>", "such as es or pt-BR")
    .option("--brand <name>", "the name that the mail is written for")
    .action((name: string, { json, ...options }: Words & { to: string }) =>
      answer({ ...(json && { json }) }, async () => {
        const [{ withFleet }, { sendTest }] = await Promise.all([import("../fleet.ts"), import("./template.ts")]);
        return withFleet(context, ({ enqueue }) => sendTest({ name, ...options }, enqueue));
      }),
    );
}
