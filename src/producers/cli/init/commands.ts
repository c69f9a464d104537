// Registers `certfleet init`. What it does is loaded when it is called, so that the help is quick.
import { type Command, Option } from "commander";
import { failure } from "../../../shared/base/result.ts";
import type { Stdin } from "../account/add-terminal.ts";
import type { DoctorCommands } from "../doctor/commands.ts";
import type { ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { type Json, resultVerb } from "../verbs.ts";
import { optionOf, questions } from "./questions.ts";
import { type Way, ways } from "./ways.ts";

interface Given extends Json {
  for?: Way;
  dir: string;
  answers?: string;
  [field: string]: unknown;
}

export function registerInitCommand(
  program: Command,
  { context, answer, stdin }: { context: ProgramContext; answer: PrintResult; stdin: Stdin },
  load: () => Promise<DoctorCommands>,
): void {
  const init = resultVerb(program, "init", {
    does: "write certfleet.yaml, settings and secrets of a new fleet, by questions, options or an answers file",
    example: "init --for compose --dir .\ninit --for systemd --dir /etc/certfleet --answers answers.yaml",
  })
    .addOption(new Option("--for <way>", "how the fleet is deployed").choices([...ways]))
    .requiredOption("--dir <folder>", "where the files go; nothing that is there is overwritten")
    .option("--answers <file>", "the answers, as YAML or JSON; nobody is asked then");
  for (const { field, label, hint, only } of questions) {
    const about = `${label}${hint ? ` (${hint})` : ""}${only ? `; ${only.join(", ")} only` : ""}`;
    init.option(`${optionOf(field)} <${/File$/.test(field) ? "path" : "text"}>`, about);
  }
  init.action(({ json = false, for: way, dir, answers, ...said }: Given) =>
    answer({ json }, async () => {
      const [{ initialize }, { findPerson, isStopped }, { examine }, commands, clock] = await Promise.all([
        import("./init.ts"),
        import("../account/add-terminal.ts"),
        import("../doctor/doctor.ts"),
        load(),
        import("../../../shared/base/clock.ts"),
      ]);
      try {
        return await initialize(
          { dir, said: said as Record<string, string>, ...(way && { for: way }), ...(answers && { answers }) },
          {
            context,
            person: findPerson(stdin, process.stderr),
            settingProblems: commands.settingProblems,
            doctor: (there) =>
              examine(there, { nodeVersion: process.versions.node, clock: clock.systemClock, ...commands }),
          },
        );
      } catch (error) {
        if (isStopped(error)) return failure("failed", "Stopped. Nothing was written.");
        throw error;
      }
    }),
  );
}
