// `ledger rebuild` and `ledger thaw`, the part that people see: what was done, or why not.
import type { RebuildAnswer, ThawAnswer } from "../../../shared/account/ledger-reports.ts";
import { failure, type Result } from "../../../shared/base/result.ts";

const OTHER_JOURNAL =
  "CERTFLEET_JOURNAL is not the journal of this ledger. Set it to the one that all purchase workers share.";

export function rebuildResult(answer: RebuildAnswer, account: string): Result {
  switch (answer.state) {
    case "rebuilt": {
      const { steps, epoch, missing, ordersToSendAgain: again } = answer;
      const lines = [
        `Account ${account}: ${steps} steps were restored from the journal. The ledger is in epoch ${epoch} and in use again.`,
        ...(missing > 0 ? [`The journal lacks ${missing} steps in between. Nobody acted on them.`] : []),
        ...(again.length > 0
          ? [
              `Redis lost these orders, but the ledger knows their purchases. Send them again, unchanged: ${again.join(", ")}`,
            ]
          : []),
        "Now: certfleet ledger prove",
      ];
      return { ending: "done", text: lines.join("\n"), json: { account, ...answer } };
    }
    case "whole":
      return failure(
        "conflict",
        `Redis has every step of account ${account} that the journal has. There is nothing to rebuild. ` +
          `To thaw a frozen account: certfleet ledger thaw ${account} --reason "…"`,
      );
    case "no-journal":
      return failure(
        "not-found",
        `The journal has no step of account ${account}, so nothing can be rebuilt. Check the account's id and CERTFLEET_JOURNAL.`,
      );
    case "other-journal":
      return failure("conflict", OTHER_JOURNAL);
  }
}

export function thawResult(answer: ThawAnswer, account: string): Result {
  switch (answer.state) {
    case "thawed": {
      const { was, foreign } = answer;
      const marked = foreign.length > 0 ? ` Foreign from now on: ${foreign.join(", ")}.` : "";
      return {
        ending: "done",
        text: `Account ${account} buys again.${marked}`,
        json: { account, ...answer },
        note: `It was frozen: ${was}`,
      };
    }
    case "compared":
      return comparedResult(answer, account);
    case "too-early":
      return failure(
        "later",
        `Account ${account} cannot be compared for ${answer.seconds} s more: a purchase that was sent just before the loss may not be in eNom's list yet. ` +
          "The time passes only while a worker of the queue open runs (CERTFLEET_SETTLE_SECONDS).",
        { seconds: answer.seconds },
      );
    case "not-configured":
      return failure(
        "conflict",
        `Account ${account} is in the backup of ${answer.backupAt} and not in the configuration, so eNom cannot be asked what was bought on it since. ` +
          "Nothing is bought on any account before that is known. Put it back into certfleet.yaml with its login and thaw it again. " +
          `Where that cannot be, and its orders were looked up at eNom by hand: certfleet ledger thaw ${account} --without-comparing --reason "…"`,
      );
    case "waived": {
      const text = [
        `Account ${account} is not compared: your reason is kept. Its ledger stays frozen until the account is configured again and compared.`,
        restOf(answer.left),
      ];
      return { ending: "done", text: text.join("\n"), json: { account, ...answer } };
    }
    case "must-be-compared":
      return failure(
        "conflict",
        `Account ${account} is configured here, so it is compared with eNom: leave out --without-comparing.`,
      );
    case "no-account":
      return failure("not-found", `No account ${account} is configured here.`);
    case "not-frozen":
      return failure("conflict", `Account ${account} is not frozen.`);
    case "behind":
      return failure(
        "conflict",
        `Redis lost steps of account ${account} that the journal has. A thaw cannot fix that. Read the runbook, then: certfleet ledger rebuild ${account} --reason "…"`,
      );
    case "other-journal":
      return failure("conflict", OTHER_JOURNAL);
    case "not-foreign":
      return failure(
        "conflict",
        `Not listed by eNom, or already known to the ledger: ${answer.certIds.join(", ")}. Nothing was changed.`,
        { certIds: answer.certIds },
      );
    case "still-frozen": {
      const { why, foreign, unexplained } = answer;
      const marked = foreign.length > 0 ? ` Foreign from now on: ${foreign.join(", ")}.` : "";
      const text = `Account ${account} stays frozen: ${why}${marked}${remedyFor(account, unexplained)}`;
      return failure("conflict", text, { why, foreign, unexplained });
    }
  }
}

function comparedResult(answer: ThawAnswer & { state: "compared" }, account: string): Result {
  const { was, foreign, found, refunded, unused, left } = answer;
  const lines = [
    `Account ${account} was compared with eNom.`,
    ...(foreign.length > 0 ? [`Foreign from now on: ${foreign.join(", ")}.`] : []),
    ...(unused.length > 0
      ? [
          `Bought since the backup and never used: CertID ${unused.join(", ")}. The next orders of the product take them.`,
        ]
      : []),
    ...(found.length > 0
      ? [
          `Bought since the backup: CertID ${found.join(", ")}. The order with the same CSR takes its own by itself, also one that is sent again later.`,
          "While one of them belongs to nobody, no other order of that product is bought. See which: certfleet ledger found",
        ]
      : []),
    ...(refunded.length > 0
      ? [
          `Bought since the backup, and the money is back: CertID ${refunded.join(", ")}. The order of the same CSR or name is not bought anew before it is cancelled, or a person says that it is wanted: certfleet ledger found`,
        ]
      : []),
    restOf(left),
  ];
  const note = was === "" ? {} : { note: `It was frozen: ${was}` };
  return { ending: "done", text: lines.join("\n"), json: { account, ...answer }, ...note };
}

function restOf(left: readonly string[]): string {
  if (left.length === 0) return "The fleet buys again. Now: certfleet ledger prove";
  const commands = left.map((id) => `certfleet ledger thaw ${id} --reason "…"`).join("; ");
  return `Nothing is bought before these accounts are compared, too: ${commands}`;
}

/** The command, ready to paste, where certificates are left that nobody here bought. */
function remedyFor(account: string, unexplained: readonly number[]): string {
  if (unexplained.length === 0) return " What each reason means: docs/runbook.md#the-ledger-is-frozen";
  const options = unexplained.map((certId) => `--foreign ${certId}`).join(" ");
  return `\nName those that somebody else bought: certfleet ledger thaw ${account} ${options} --reason "bought by hand"\nHave eNom's support refund what nobody wants, and thaw again.`;
}
