// Registers `certfleet schema`. It is loaded when it is called, so that the help is quick.
import { Argument, type Command } from "commander";
import type { JobName } from "../../../shared/queue/jobs.ts";
import type { PrintResult } from "../terminal.ts";
import { type Json, QUEUES, resultVerb } from "../verbs.ts";

export function registerSchemaCommands(program: Command, answer: PrintResult): void {
  resultVerb(program, "schema", {
    does: "print the JSON Schema of a job's data, or of certfleet.yaml",
    example: "schema open\nschema config",
  })
    .addArgument(new Argument("<what>", "a queue, or config for certfleet.yaml").choices([...QUEUES, "config"]))
    .action((what: JobName | "config", options: Json) =>
      answer(options, async () => {
        const { fileSchema, jobSchema } = await import("./schema.ts");
        return what === "config" ? fileSchema() : jobSchema(what);
      }),
    );
}
