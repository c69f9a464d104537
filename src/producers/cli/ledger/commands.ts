// Registers `certfleet ledger`. What its verbs do with money lies with the workers and is handed in.

import { type Command, InvalidArgumentError } from "commander";
import type {
  AccountProof,
  IdleSlots,
  LedgerStatus,
  MoneyStory,
  RebuildAnswer,
  ThawAnswer,
  ThawAsked,
  UnusedSlots,
} from "../../../shared/account/ledger-reports.ts";
import type { FoundAnswer, FoundAsked } from "../../../shared/account/restored-reports.ts";
import type { Result } from "../../../shared/base/result.ts";
import type { Asked, Verb } from "../money.ts";
import type { ProgramContext } from "../own-redis.ts";
import type { PrintResult } from "../terminal.ts";
import { type Json, listVerb, resultVerb, sentence, time, watchable, wholeNumber } from "../verbs.ts";
import { registerFound } from "./found.ts";

interface Reasoned extends Json {
  reason: string;
}

/** What the workers do for these words. */
export interface LedgerCommands {
  prove: Verb<{ account?: string | undefined; from?: string | undefined; to?: string | undefined }, AccountProof[]>;
  show: Verb<string, MoneyStory | undefined>;
  slots: Verb<string | undefined, IdleSlots | undefined>;
  spares: Verb<string | undefined, UnusedSlots | undefined>;
  status: Verb<string | undefined, LedgerStatus[]>;
  rebuild: Verb<{ account: string; reason: string }, RebuildAnswer>;
  thaw: Verb<ThawAsked, ThawAnswer>;
  found: Verb<FoundAsked, FoundAnswer>;
}

export function registerLedgerCommands(
  program: Command,
  { context, answer }: { context: ProgramContext; answer: PrintResult },
  load: () => Promise<LedgerCommands>,
): void {
  const ledger = program.command("ledger").description("check, show and repair the record of what was bought");
  const say = (options: Json, work: (commands: LedgerCommands, asked: Asked) => Promise<Result>): Promise<void> =>
    answer(options, async () => {
      const [commands, { withMoney }] = await Promise.all([load(), import("../money.ts")]);
      return withMoney(context, (asked) => work(commands, asked));
    });

  listVerb(ledger, "prove", {
    does: "compare every purchase at eNom with the orders; must end with 0 unmatched",
    example: "ledger prove\nledger prove --from 2026-10-01 --to 2026-10-31 --account main",
  })
    .option("--from <date>", "from this day on, in eNom's time zone", day)
    .option("--to <date>", "up to and including this day", day)
    .option("--account <id>", "only this account")
    .action((options: Json & { from?: string; to?: string; account?: string }) =>
      say(options, async (commands, asked) => {
        const { proofResult } = await import("./proof.ts");
        const { from, to, account: id } = options;
        return proofResult(await commands.prove(asked, { from, to, account: id }), { from, to, account: id });
      }),
    );

  listVerb(ledger, "show <reference>", {
    does: "show what was bought for an order: attempts, slots, decisions",
    example: "ledger show bill-1001",
  }).action((reference: string, options: Json) =>
    say(options, async (commands, asked) => {
      const { storyResult } = await import("./story.ts");
      return storyResult(await commands.show(asked, reference), reference);
    }),
  );

  listVerb(ledger, "slots [account]", {
    does: "list paid slots that serve nobody: price, last day of the refund, what to do",
    example: "ledger slots main",
  }).action((id: string | undefined, options: Json) =>
    say(options, async (commands, asked) => {
      const { slotsResult } = await import("./idle-slots.ts");
      return slotsResult(await commands.slots(asked, id), id);
    }),
  );

  listVerb(ledger, "spares [account]", {
    does: "list unused slots, and until when eNom refunds them",
    example: "ledger spares main",
  }).action((id: string | undefined, options: Json) =>
    say(options, async (commands, asked) => {
      const { sparesResult } = await import("./unused-slots.ts");
      return sparesResult(await commands.spares(asked, id), id);
    }),
  );

  watchable(
    listVerb(ledger, "status [account]", {
      does: "show whether the ledger is complete, and which purchases are in flight",
      example: "ledger status\nledger status --watch 10",
    }),
  ).action((id: string | undefined, options: Json) =>
    say(options, async (commands, asked) => {
      const { statusResult } = await import("./standing.ts");
      return statusResult(await commands.status(asked, id), id);
    }),
  );

  resultVerb(ledger, "rebuild <account>", {
    does: "restore a ledger that Redis lost, from its journal",
    example: 'ledger rebuild main --reason "restored the backup of Monday"',
  })
    .requiredOption("--reason <text>", "why; kept in the ledger", sentence(500))
    .action((id: string, options: Reasoned) =>
      say(options, async (commands, asked) => {
        const [{ rebuildResult }, { audited }] = await Promise.all([
          import("./changes.ts"),
          import("../port/audited.ts"),
        ]);
        const { reason } = options;
        return audited(asked, { action: "ledger.rebuild", subject: id, after: { reason } }, async () =>
          rebuildResult(await commands.rebuild(asked, { account: id, reason }), id),
        );
      }),
    );

  resultVerb(ledger, "thaw <account>", {
    does: "let a frozen account buy again, if the count of certificates agrees",
    example: 'ledger thaw main --foreign 900123 --reason "bought by hand, by Ada, for the old shop"',
  })
    .requiredOption("--reason <text>", "what was found; kept in the ledger", sentence(500))
    .option("--foreign <CertID>", "a certificate that somebody else bought; can be repeated", each, [])
    .option(
      "--without-comparing",
      "after a restore: the account is in certfleet.yaml no more, and the reason is enough",
    )
    .action((id: string, options: Reasoned & { foreign: number[]; withoutComparing?: boolean }) =>
      say(options, async (commands, asked) => {
        const [{ thawResult }, { audited }] = await Promise.all([import("./changes.ts"), import("../port/audited.ts")]);
        const { reason, foreign, withoutComparing } = options;
        const after = { reason, foreign, ...(withoutComparing && { withoutComparing }) };
        return audited(asked, { action: "ledger.thaw", subject: id, after }, async () =>
          thawResult(await commands.thaw(asked, { account: id, reason, foreign, withoutComparing }), id),
        );
      }),
    );

  registerFound(ledger, say);
}

/** `YYYY-MM-DD`, a day that the calendar has. */
function day(text: string): string {
  if (/^\d{4}-\d{2}-\d{2}$/.test(text) && time(text).toISOString().startsWith(text)) return text;
  throw new InvalidArgumentError("It must be a date such as 2026-10-19.");
}

function each(text: string, before: number[]): number[] {
  return [...before, wholeNumber(text)];
}
