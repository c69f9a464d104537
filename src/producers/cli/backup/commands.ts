// Registers `certfleet backup`, `restore` and `drill`. What reads and writes the data lies with the workers and is handed in.
import type { Command } from "commander";
import type { Actor } from "../../../shared/authority/actor.ts";
import type { BackupAsked, BackupMade, DrillReport, RestoreAsked, Restored } from "../../../shared/backup/reports.ts";
import type { Verb } from "../money.ts";
import type { ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { type Json, resultVerb, wholeNumber } from "../verbs.ts";

/** What the workers do for these words. */
export interface BackupCommands {
  backUp: Verb<BackupAsked, BackupMade>;
  restoreBackup: (by: { env: NodeJS.ProcessEnv; actor: Actor; who: string }, told: RestoreAsked) => Promise<Restored>;
}

interface BackupOptions extends Json {
  out: string;
  recipient: string[];
  recipientsFile?: string;
  plain?: boolean;
}

interface RestoreOptions extends Json {
  into?: string;
  journal?: string;
  identity?: string;
  journalSurvived?: boolean;
}

/** Runs a drill in a fleet of its own. */
export type Drill = (options: { orders: number; say: (line: string) => void }) => Promise<DrillReport>;

export function registerBackupCommands(
  program: Command,
  { context, answer, version }: { context: ProgramContext; answer: PrintResult; version: string },
  { load, drill }: { load: () => Promise<BackupCommands>; drill: Drill },
): void {
  const tell = (progress: string): void => void process.stderr.write(`${progress}\n`);

  resultVerb(program, "backup", {
    does: "write Redis' data of the fleet and its journal into one encrypted file, while the fleet works",
    example:
      "backup --out /backup/certfleet-2026-11-30.age --recipients-file /etc/certfleet/recipients.txt\n" +
      "backup --out - --recipients-file recipients.txt | ssh vault 'cat > certfleet.age'",
  })
    .requiredOption("--out <file>", "a new file, or - for stdout")
    .option("--recipient <age1...>", "who may read it: a public key of age; can be repeated", more, [])
    .option("--recipients-file <file>", "public keys of age, one a line")
    .option("--plain", "do not encrypt: whoever reads it reads names and addresses of customers")
    .action((options: BackupOptions) =>
      answer(options, async () => {
        const [{ backupResult, mustBeOneWay }, { recipientsOf }, { withMoney }, { audited }] = await Promise.all([
          import("./results.ts"),
          import("./keys.ts"),
          import("../money.ts"),
          import("../port/audited.ts"),
        ]);
        const recipients = recipientsOf(options);
        mustBeOneWay(recipients, options.plain ?? false);
        const { out } = options;
        return withMoney(context, async (asked) => {
          const { backUp } = await load();
          const after = { file: out, encrypted: recipients.length > 0 ? "yes" : "no" };
          return audited(asked, { action: "fleet.backup", subject: null, after }, async () =>
            backupResult(await backUp(asked, { out, recipients, version, tell })),
          );
        });
      }),
    );

  resultVerb(program, "restore <file>", {
    does: "put a backup into an empty Redis and journal; buys nothing before eNom was compared",
    example: "restore certfleet.age --into redis://10.0.0.5:6379 --journal /journal --identity key.txt",
  })
    .option("--into <REDIS_URL>", "the empty Redis; REDIS_URL of the environment where it is left out")
    .option("--journal <place>", "an empty folder or second Redis; CERTFLEET_JOURNAL where it is left out")
    .option("--identity <file>", "the secret key of age that opens it")
    .option("--journal-survived", "the journal that the fleet worked with is in --journal: it is used as it is")
    .action((file: string, options: RestoreOptions) =>
      answer(options, async () => {
        const [{ restoreResult }, { identitiesOf, placesOf }, { actorOf, whoSpeaks }] = await Promise.all([
          import("./results.ts"),
          import("./keys.ts"),
          import("../own-redis.ts"),
        ]);
        const { env } = context;
        const places = placesOf(options, env);
        const identities = identitiesOf(options.identity);
        const { restoreBackup } = await load();
        const by = { env, actor: actorOf(context), who: whoSpeaks(context) };
        const isJournalThere = options.journalSurvived ?? false;
        return restoreResult(await restoreBackup(by, { file, ...places, identities, isJournalThere, tell }));
      }),
    );

  resultVerb(program, "drill", {
    does: "practise in a fleet of its own: back up, buy on, lose everything, restore, compare, and count",
    example: "drill --orders 20",
  })
    .option("--orders <count>", "so many before the backup, and as many behind it", wholeNumber, 3)
    .action((options: Json & { orders: number }) =>
      answer(options, async () => {
        const { drillResult } = await import("./results.ts");
        return drillResult(await drill({ orders: options.orders, say: tell }));
      }),
    );
}

function more(text: string, before: string[]): string[] {
  return [...before, text];
}
