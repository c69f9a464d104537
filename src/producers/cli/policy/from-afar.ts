// `policy show REF` over HTTP: which policy applies to one certificate. The sources that lost are known to the fleet alone.
import type { Result } from "../../../shared/base/result.ts";
import { listedFields } from "../columns.ts";
import { isResult, type Orders } from "../port/orders.ts";
import { table, timeText } from "../table.ts";

const FIELDS =
  "reference product policy.mode policy.beforeDays policy.source policy.effectiveBeforeDays expirationDate nextAction.kind nextAction.at";

export async function policyFromAfar(reference: string, orders: Pick<Orders, "find">): Promise<Result> {
  const seen = await orders.find(reference);
  if (isResult(seen)) return seen;
  const { domain, product, policy, expirationDate, nextAction } = seen.shown;
  const facts = [
    ["Policy", `${policy.mode}, ${policy.beforeDays} days before it ends (source: ${policy.source})`],
    ["Lead time", `${policy.effectiveBeforeDays} days`],
    ["Expiration date", expirationDate ?? "–"],
    ["Next", nextAction ? `${nextAction.kind} ${timeText(nextAction.at)}` : "nothing is planned"],
  ];
  const json = { reference, product, policy, expirationDate, nextAction };
  return {
    ending: "done",
    text: `${reference}  ${domain}  ${product}\n\n${table([], facts)}`,
    json,
    listed: listedFields([json], FIELDS),
  };
}
