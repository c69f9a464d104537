// Registers the verbs of `certfleet certificate` that move certificates into a fleet and between fleets, and compare it with
// eNom. What asks eNom and writes to the ledger lies with the workers and is handed in.
import { type Command, InvalidArgumentError } from "commander";
import type { Result } from "../../../shared/base/result.ts";
import type {
  AdoptAnswer,
  AdoptAsked,
  DriftReport,
  ImportAnswer,
  ImportAsked,
} from "../../../shared/moving/import-reports.ts";
import type { ExportAsked, ExportReport, RestoreAnswer, RestoreAsked } from "../../../shared/moving/move-reports.ts";
import { badWords } from "../bad-words.ts";
import type { Asked, Verb } from "../money.ts";
import type { ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { type Json, listVerb, resultVerb } from "../verbs.ts";

/** What the workers do for these words. */
export interface MovingCommands {
  importFrom: Verb<ImportAsked, ImportAnswer>;
  adopt: Verb<AdoptAsked, AdoptAnswer>;
  drift: Verb<{ account: string | undefined; isWhole: boolean }, DriftReport[] | undefined>;
  exportTo: Verb<ExportAsked, ExportReport>;
  restoreFrom: Verb<RestoreAsked, RestoreAnswer>;
}

interface ExportOptions extends Json {
  out: string;
  account?: string;
  handOver?: boolean;
}

interface ImportOptions extends Json {
  match?: string;
  adopt?: string;
  yes?: boolean;
}

export function registerMoving(
  certificate: Command,
  { context, answer }: { context: ProgramContext; answer: PrintResult },
  load: () => Promise<MovingCommands>,
): void {
  const say = (work: (commands: MovingCommands, asked: Asked) => Promise<Result>): Promise<Result> =>
    Promise.all([load(), import("../money.ts")]).then(([commands, { withMoney }]) =>
      withMoney(context, (asked) => work(commands, asked)),
    );

  resultVerb(certificate, "import <account>", {
    does: "take the certificates of an eNom account in; adopt them from a day on",
    example:
      "certificate import main --match bm.csv\ncertificate import main --adopt 2026-12-15\ncertificate import main --adopt 2026-12-15 --yes",
  })
    .option("--match <file>", "CSV with a column reference, and certId, orderId or domain")
    .option(
      "--adopt <date>",
      "tell what happens when they are watched, reissued and renewed from this day on (UTC)",
      day,
    )
    .option("--yes", "with --adopt: do it")
    .action((account: string, { match, adopt: from, yes, ...options }: ImportOptions) =>
      answer(options, async () => {
        if (yes && from === undefined) throw badWords("--yes goes with --adopt: an import itself only reads.");
        if (match !== undefined && from !== undefined)
          throw badWords("--match goes with the import. Import first, then adopt.");
        const { audited } = await import("../port/audited.ts");
        if (from !== undefined) {
          const { adoptResult } = await import("./adopt-result.ts");
          return say(async ({ adopt }, asked) => {
            const work = async () =>
              adoptResult(await adopt(asked, { account, from, isConfirmed: yes ?? false }), account);
            if (!yes) return work();
            return audited(asked, { action: "certificate.adopt", subject: null, after: { account, from } }, work);
          });
        }
        const [{ importResult }, { tellProgress }, { readMatchFile }] = await Promise.all([
          import("./import-result.ts"),
          import("./progress.ts"),
          import("./match-file.ts"),
        ]);
        const file = match === undefined ? { rows: [], oddRows: [] } : await readMatchFile(match);
        const progress = tellProgress(process.stderr);
        return say((commands, asked) =>
          audited(
            asked,
            { action: "certificate.import", subject: null, after: { account, rows: file.rows.length } },
            async () => {
              try {
                return importResult(
                  await commands.importFrom(asked, { account, ...file, progress: progress.step }),
                  account,
                );
              } finally {
                progress.clear();
              }
            },
          ),
        );
      }),
    );

  listVerb(certificate, "drift [account]", {
    does: "compare the records with eNom, both ways; exit 1 where they differ",
    example: "certificate drift main\ncertificate drift main --quick -o csv > drift.csv",
  })
    .option("--quick", "by eNom's list alone: a certificate that was reissued elsewhere is not noticed")
    .action((account: string | undefined, { quick, ...shape }: Json & { quick?: boolean }) =>
      answer(shape, async () => {
        const { driftResult } = await import("./drift-result.ts");
        return say(async ({ drift }, asked) => driftResult(await drift(asked, { account, isWhole: !quick }), account));
      }),
    );

  resultVerb(certificate, "export", {
    does: "write certificates into a file for another fleet; it names customers",
    example:
      "certificate export --out certificates.ndjson\ncertificate export --account main --out main.ndjson --hand-over",
  })
    .requiredOption("--out <file>", "a new file, or - for stdout")
    .option("--account <id>", "only those of this account")
    .option("--hand-over", "from now on this fleet does nothing with them any more")
    .action(({ out, account, handOver, ...options }: ExportOptions) =>
      answer(options, async () => {
        const [{ exportResult }, { audited }] = await Promise.all([
          import("./move-result.ts"),
          import("../port/audited.ts"),
        ]);
        const isHandedOver = handOver ?? false;
        const after = { file: out, account: account ?? null, handedOver: isHandedOver ? "yes" : "no" };
        return say((commands, asked) =>
          audited(asked, { action: "certificate.export", subject: null, after }, async () =>
            exportResult(await commands.exportTo(asked, { out, account, isHandedOver })),
          ),
        );
      }),
    );

  resultVerb(certificate, "restore <file>", {
    does: "take in what another fleet exported, to be adopted later",
    example: "certificate restore certificates.ndjson",
  })
    .option(
      "--source-stopped",
      "the fleet that wrote the file does nothing with them any more, although they were not handed over",
    )
    .action((file: string, { sourceStopped, ...options }: Json & { sourceStopped?: boolean }) =>
      answer(options, async () => {
        const [{ restoreResult }, { tellProgress }, { audited }] = await Promise.all([
          import("./move-result.ts"),
          import("./progress.ts"),
          import("../port/audited.ts"),
        ]);
        const progress = tellProgress(process.stderr);
        const told = { file, isSourceStopped: sourceStopped ?? false, progress: progress.step };
        return say((commands, asked) =>
          audited(asked, { action: "certificate.restore", subject: null, after: { file } }, async () => {
            try {
              return restoreResult(await commands.restoreFrom(asked, told));
            } finally {
              progress.clear();
            }
          }),
        );
      }),
    );
}

/** @throws what commander shows as wrong usage */
function day(text: string): string {
  const date = new Date(`${text}T00:00:00Z`);
  const isDay = /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(date.getTime());
  if (isDay && date.toISOString().startsWith(text)) return text;
  throw new InvalidArgumentError("It must be a date such as 2026-12-15.");
}
