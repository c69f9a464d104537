// `ledger found`: what a restore left without an order, and the word of a person about it.
import type { Command } from "commander";
import type { FoundAnswer, FoundAsked, FoundReport } from "../../../shared/account/restored-reports.ts";
import { badSettings } from "../../../shared/base/read-settings.ts";
import { failure, type Result } from "../../../shared/base/result.ts";
import type { Asked, Verb } from "../money.ts";
import { type Json, resultVerb, sentence, wholeNumber } from "../verbs.ts";

interface FoundOptions extends Json {
  give?: number;
  to?: string;
  foreign?: number;
  reason?: string;
}

interface Commands {
  found: Verb<FoundAsked, FoundAnswer>;
}

export function registerFound(
  ledger: Command,
  say: (options: Json, work: (commands: Commands, asked: Asked) => Promise<Result>) => Promise<void>,
): void {
  resultVerb(ledger, "found", {
    does: "after a restore: list purchases since the backup that belong to no order, and say whose they are",
    example:
      'ledger found\nledger found --give 900123 --to bill-1001 --reason "same domain, asked the customer"\n' +
      'ledger found --foreign 900124 --reason "the order was cancelled"',
  })
    .option("--give <CertID>", "it was bought for the order of --to", wholeNumber)
    .option("--to <reference>", "the order that gets it")
    .option("--foreign <CertID>", "no order here waits for it", wholeNumber)
    .option("--reason <text>", "why; kept in the ledger", sentence(500))
    .action((options: FoundOptions) =>
      say(options, async (commands, asked) => {
        const wanted = askedOf(options);
        if (!wanted.give && wanted.foreign === undefined) return foundResult(await commands.found(asked, wanted));
        const { audited } = await import("../port/audited.ts");
        const { give, foreign, reason = "" } = wanted;
        const after = { reason, certId: give?.certId ?? foreign ?? 0, to: give?.to ?? null };
        return audited(asked, { action: "ledger.found", subject: give?.to ?? null, after }, async () =>
          foundResult(await commands.found(asked, wanted)),
        );
      }),
    );
}

function askedOf({ give, to, foreign, reason }: FoundOptions): FoundAsked {
  const faults = [
    ...((give === undefined) === (to === undefined) ? [] : ["--give and --to belong together"]),
    ...(give !== undefined && foreign !== undefined ? ["--give and --foreign exclude each other"] : []),
    ...((give ?? foreign) !== undefined && reason === undefined ? ["--reason is missing"] : []),
  ];
  if (faults.length > 0) throw badSettings(faults);
  return { foreign, reason, ...(give !== undefined && to !== undefined && { give: { certId: give, to } }) };
}

function foundResult(answer: FoundAnswer): Result {
  switch (answer.state) {
    case "listed":
      return { ending: "done", text: listText(answer.slots), json: answer };
    case "given":
      return {
        ending: "done",
        text: `CertID ${answer.certId} is order ${answer.reference}'s. ${leftText(answer.left)}`,
        json: answer,
      };
    case "dropped":
      return {
        ending: "done",
        text: `CertID ${answer.certId} is kept for no order. ${leftText(answer.left)}`,
        json: answer,
      };
    case "not-found":
      return failure("not-found", `CertID ${answer.certId} is none of those that certfleet ledger found lists.`);
    case "no-order":
      return failure(
        "not-found",
        `No order ${answer.reference} is known here. Let the billing system send it again first.`,
      );
    case "refused": {
      const { certId, reference, why } = answer;
      return failure("conflict", `CertID ${certId} was not given to order ${reference}: ${why}.`, {
        certId,
        reference,
      });
    }
  }
}

function leftText(left: number): string {
  return left === 0 ? "Nothing is left: all products are bought again." : `${left} are left: certfleet ledger found`;
}

function refundedText(candidates: readonly string[]): string {
  const which = candidates.length > 0 ? `order ${candidates.join(" or ")}` : "its order";
  return `eNom has given the money back. Cancel ${which} if it was cancelled then; --foreign has it bought anew`;
}

function listText(slots: readonly FoundReport[]): string {
  if (slots.length === 0) return "Nothing that was bought since a backup is without an order.";
  const lines = slots.map(({ account, certId, domain, service, years, boughtOn, holder, isRefunded, candidates }) => {
    const whose = isRefunded
      ? refundedText(candidates)
      : holder !== null
        ? `the ledger has it for order ${holder}. If that order was cancelled since the backup, cancel it again. If it has another CSR now, it is its own: --foreign`
        : candidates.length > 0
          ? `perhaps of ${candidates.join(", ")}`
          : "no order of that name is known";
    return `CertID ${certId}  ${domain || "(no name yet)"}  ${service}, ${years} y, bought ${boughtOn ?? "on an unknown day"} on account ${account}: ${whose}`;
  });
  return [
    ...lines,
    "An order that is sent again with the same CSR takes its own by itself.",
    "Else: certfleet ledger found --give CERTID --to REF, or --foreign CERTID, and --reason",
  ].join("\n");
}
