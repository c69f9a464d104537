// Compares the accounts that certfleet.yaml wants compared with eNom, once a day each, whichever process comes first. What is
// found is a state of the account (`account-drift`), which is told like any other.
import { DAY_MS, HOUR_MS } from "../../../shared/base/dates.ts";
import { findDrift, keepDrift } from "../../../shared/moving/drift-notes.ts";
import { type Repeated, repeat } from "../../../shared/process/repeat.ts";
import type { Accounts } from "../../accounts/accounts.ts";
import { findBinding } from "../../ledger/bind.ts";
import { compareAccount, type DriftNeeds } from "./drift.ts";

const LOOK_MS = 60_000;
/** For so long the account is one process's; one that died is made up for afterwards. */
const TURN_MS = HOUR_MS;

type WatchNeeds = DriftNeeds & { accounts: Pick<Accounts, "all"> };

/** A comparison that fails is tried again an hour later. */
export function startDriftWatch(needs: WatchNeeds, everyMs = LOOK_MS): Repeated {
  return repeat(
    () => compareDaily(needs),
    everyMs,
    (err) => needs.log.warn({ event: "drift.failed", err }),
  );
}

/** Answers which accounts were compared. */
export async function compareDaily(needs: WatchNeeds): Promise<string[]> {
  const { redis, keys } = needs.ledger;
  const compared: string[] = [];
  for (const account of needs.accounts.all) {
    const { id, drift, enabled } = account.entry;
    if (drift !== "daily" || !enabled || (await findBinding(needs, account.entry)) !== "bound") continue;
    const last = await findDrift({ redis, keys }, id);
    const age = needs.clock.now().getTime() - Date.parse(last?.at ?? "");
    if (last?.isWatched && age < DAY_MS) continue;
    if ((await redis.set(keys.driftTurn(id), process.pid, "PX", TURN_MS, "NX")) === null) continue;
    const report = await compareAccount(account, { isWhole: true }, needs);
    await keepDrift({ redis, keys }, report, true);
    await redis.del(keys.driftTurn(id));
    needs.log.info({ event: "drift.compared", account: id, differences: report.differences.length });
    compared.push(id);
  }
  return compared;
}
