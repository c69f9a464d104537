// Registers `certfleet audit`. What compares the trail with the journal lies with the workers and is handed in.
import { type Command, Option } from "commander";
import type { AuditEntry } from "../../../shared/authority/audit/entry.ts";
import type { Verification } from "../../../shared/authority/audit/read.ts";
import type { Verb } from "../money.ts";
import type { ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { fromAfar, type Json, listVerb, resultVerb, time, wholeNumber } from "../verbs.ts";
import type { ListOptions } from "./audit.ts";

/** As in src/shared/authority/audit/entry.ts, which loads too much for a help text. */
const OUTCOMES: AuditEntry["outcome"][] = ["done", "refused", "failed", "unknown"];

export interface AuditCommands {
  /** Null where the journal cannot be read from here, with the reason. */
  verify: Verb<undefined, { trail: Verification; journal: { lines: number; faults: string[] } | { unread: string } }>;
}

export function registerAuditCommands(
  program: Command,
  { context, answer }: { context: ProgramContext; answer: PrintResult },
  load: () => Promise<AuditCommands>,
): void {
  const audit = program.command("audit").description("show, check and export who did what");

  fromAfar(
    listVerb(audit, "list", {
      does: "list who ordered, asked, decided, signed in or was refused, newest first",
      example: "audit list --who key:shop\naudit list --subject bill-1001",
    }),
  )
    .option("--who <id>", "only this key, person or system user, such as key:shop")
    .option("--action <name>", "only this action, such as certificate.order, or one noun")
    .option("--subject <name>", "only what was done on this: a reference, an account, a key")
    .addOption(new Option("--outcome <outcome>", "only actions that ended so").choices(OUTCOMES))
    .option("--since <time>", "only what happened since then", time)
    .option("--limit <count>", "entries per page", wholeNumber, 50)
    .option("--cursor <cursor>", "the cursor that the previous page printed")
    .action(({ json = false, output = "table", ...options }: ListOptions & Json) =>
      answer({ json, output }, async () => {
        const { listTrail } = await import("./audit.ts");
        return listTrail(options, context);
      }),
    );

  resultVerb(audit, "verify", {
    does: "check that no line of the trail was changed or is missing, here and in the journal",
    example: "audit verify",
  }).action((options: Json) =>
    answer(options, async () => {
      const [{ verify }, { withMoney }, { verifyResult }] = await Promise.all([
        load(),
        import("../money.ts"),
        import("./audit.ts"),
      ]);
      return withMoney(context, async (asked) => verifyResult(await verify(asked, undefined)));
    }),
  );

  resultVerb(audit, "export", {
    does: "print every line as it is kept, oldest first, one JSON object a line",
    example: "audit export > audit.jsonl",
  }).action((options: Json) =>
    answer(options, async () => {
      const { exportTrail } = await import("./audit.ts");
      return exportTrail(context, process.stdout);
    }),
  );
}
