// What people see before and after they adopt what was taken in: how much work, money and mail it brings.
import { failure, type Result } from "../../../shared/base/result.ts";
import type { AdoptAnswer, AdoptReport } from "../../../shared/moving/import-reports.ts";

export function adoptResult(answer: AdoptAnswer, account: string): Result {
  switch (answer.state) {
    case "no-account":
      return failure("not-found", `There is no account ${account} in certfleet.yaml or the environment.`);
    case "not-read":
      return failure(
        "not-found",
        `Nothing of account ${account} was taken in. Do that first: certfleet certificate import ${account}`,
      );
    case "nothing":
      return {
        ending: "done",
        text: `All ${answer.adopted} certificates of account ${account} are adopted already.`,
        json: answer,
      };
    default:
      return { ending: "done", text: textOf(answer), json: answer };
  }
}

function textOf(report: AdoptReport): string {
  const { state, account, from, certificates, ended, before, reissues, validations, mails, purchases, warnings } =
    report;
  const head =
    state === "adopted"
      ? `${certificates} certificates of account ${account} are looked after from ${from} on (UTC).`
      : `${certificates} certificates of account ${account} would be looked after from ${from} on (UTC). Nothing was changed.`;
  return [
    head,
    ...(ended > 0 ? [`${ended} of them have ended: nothing is begun for those whose paid term is over, too.`] : []),
    ...(before > 0 ? [`${before} more are adopted already.`] : []),
    `Within 30 days from then on: ${some(reissues, "reissue")}, ${some(validations, "validation")} by owners, about ${some(mails, "mail")}.`,
    purchases.length === 0
      ? "Within a year nothing is bought for them: what is paid for lasts. More is bought for what is extended (certfleet certificate extend)."
      : "Purchases within a year:",
    ...purchases.map(
      ({ month, count, cost, currency }) => `  ${month}  ${some(count, "purchase")}, ${cost} ${currency}`,
    ),
    ...warnings.map((warning) => `Note: ${warning}`),
    ...(state === "planned" ? [`Do it: certfleet certificate import ${account} --adopt ${from} --yes`] : []),
  ].join("\n");
}

function some(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? "" : "s"}`;
}
