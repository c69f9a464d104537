// `account list`: the eNom accounts that the fleet knows, as its workers last saw them.
import { ageSeconds, ageText } from "../../../shared/base/dates.ts";
import type { Result } from "../../../shared/base/result.ts";
import type { Fleet } from "../fleet.ts";
import { table, timeText } from "../table.ts";

export async function listAccounts({ accounts, clock }: Pick<Fleet, "accounts" | "clock">): Promise<Result> {
  const now = clock.now();
  const known = (await accounts.all()).map((each) => ({
    ...each,
    balance: each.balance && { ...each.balance, ageSeconds: ageSeconds(each.balance.at, now) },
  }));
  const rows = known.map(
    ({ id, name, apiHost, dataCenter, enabled, purchases, balance, minimumBalance, currency, lastCheck }) => [
      ...[id, name, apiHost, dataCenter ?? "–", enabled && purchases ? "buys" : enabled ? "buys nothing" : "off"],
      balance ? `${balance.available} ${currency}` : "–",
      minimumBalance ?? "–",
      balance ? `${ageText(balance.ageSeconds)} ago` : "–",
      lastCheck ? `${lastCheck.ok ? "well" : (lastCheck.cause ?? lastCheck.message)}, ${timeText(lastCheck.at)}` : "–",
    ],
  );
  const head = ["ID", "NAME", "HOST", "DATA CENTER", "MODE", "AVAILABLE", "MINIMUM", "READ", "LAST CHECK"];
  if (rows.length === 0)
    return { ending: "done", text: "", json: { accounts: [] }, note: "No worker made an account known yet." };
  return { ending: "done", text: table(head, rows), json: { accounts: known } };
}
