// Says a verb of the ledger in a test's world, as the command line does.

import type { AccountProof } from "../../../src/shared/account/ledger-reports.ts";
import type { Account } from "../../../src/workers/accounts/accounts.ts";
import * as verbs from "../../../src/workers/commands/ledger.ts";
import type { Asked } from "../../../src/workers/commands/ledger-desk.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import type { World } from "../../support/world.ts";

export function asked({ redis, keys, env }: World): Asked {
  return { redis, keys, env, who: "ada" };
}

/** The proof of the account `main`. */
export async function prove(w: World, period: { from?: string; to?: string } = {}): Promise<AccountProof> {
  const [proof] = await verbs.prove(asked(w), { account: "main", ...period });
  if (!proof) throw new Error("no account main");
  return proof;
}

export function mainAccount({ accounts }: OrderNeeds): Account {
  const account = accounts.find("main");
  if (!account) throw new Error("no account main");
  return account;
}

/** Redis loses the account's ledger, and nothing else. */
export async function loseLedger({ redis, keys }: World): Promise<void> {
  const { meta, outbox, owner, held, version, unsettled, parked, abandoned, spent } = keys.ledger;
  await redis.del([meta, outbox, owner, held, version, unsettled, parked, abandoned, spent].map((key) => key("main")));
}
