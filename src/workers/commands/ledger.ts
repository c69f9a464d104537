// The verbs of `certfleet ledger`, and `account purchases`: each at a desk of its own, which is cleared when the verb
// ends.
import type { LedgerStatus } from "../../shared/account/ledger-reports.ts";
import { decideFound } from "../restored/found-slots.ts";
import { type Asked, atDesk, type Desk, wantedAccounts } from "./ledger-desk.ts";
import { proveAccounts } from "./ledger-prove.ts";
import { rebuildLedger } from "./ledger-rebuild.ts";
import { tellStory } from "./ledger-show.ts";
import { listIdleSlots, listSpares } from "./ledger-spares.ts";
import { readLedgerStatus } from "./ledger-standing.ts";
import { switchAccounts } from "./ledger-switch.ts";
import { thawAccount } from "./ledger-thaw.ts";

export const prove = said(proveAccounts);
export const show = said(tellStory);
export const slots = said(listIdleSlots);
export const spares = said(listSpares);
export const status = said(readStatus);
export const rebuild = said(rebuildLedger);
export const thaw = said(thawAccount);
export const found = said(decideFound);
export const purchases = said(switchAccounts);

function said<Told, Answer>(verb: (told: Told, desk: Desk) => Promise<Answer>) {
  return (asked: Asked, told: Told): Promise<Answer> => atDesk(asked, (desk) => verb(told, desk));
}

/** Empty when no account has that id. Asks no eNom, takes no step. */
async function readStatus(account: string | undefined, desk: Desk): Promise<LedgerStatus[]> {
  return Promise.all(
    wantedAccounts(desk, account).map(async ({ entry }) => ({
      ...(await readLedgerStatus(desk, entry.id)),
      isForbidden: !entry.purchases,
    })),
  );
}
