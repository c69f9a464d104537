// `ledger thaw`: a person has found out why an account was frozen. It buys again only when the count agrees (rule 13).

import type { ThawAnswer, ThawAsked } from "../../shared/account/ledger-reports.ts";
import { findFleetRestored, leftToCompare, noteCompared, noteWaived } from "../../shared/backup/restored-fleet.ts";
import { isFree, slotOwners } from "../../shared/certificate/slot-owner.ts";
import { faultsOfLedger } from "../audit/invariants.ts";
import { enterSlot, thaw } from "../ledger/maintenance.ts";
import { findRestored } from "../ledger/restored/mark.ts";
import { viewLedger } from "../ledger/view.ts";
import { countSlots } from "../purchase/count-check.ts";
import { classOf, listAll } from "../purchase/listing.ts";
import { describeRows, mayBeOurs, viewListing } from "../purchase/unread.ts";
import { bindWithout, placeUnknown, type Since, secondsToSettle } from "../restored/compare.ts";
import { wakeFrozen } from "../restored/wake.ts";
import { type Desk, mustBeItsLogin, wantedAccounts } from "./ledger-desk.ts";
import { readLedgerStatus } from "./ledger-standing.ts";

/** @throws Refused the account belongs to another login; Unavailable eNom does not respond: nothing is thawed unseen */
export async function thawAccount(
  { account: id, reason, foreign, withoutComparing }: ThawAsked,
  desk: Desk,
): Promise<ThawAnswer> {
  const [account] = wantedAccounts(desk, id);
  if (!account) return thawUnconfigured(id, { reason, withoutComparing }, desk);
  if (withoutComparing) return { state: "must-be-compared" };
  await mustBeItsLogin(desk, account);
  const since = await findSince(desk, id);
  const { state, reason: was } = await readLedgerStatus(desk, id);
  if (state === "behind" || state === "lost") return { state: "behind" };
  if (state === "other-journal") return { state };
  if (was === null && !since) return { state: "not-frozen" };
  if (since === "loading") return { state: "still-frozen", why: LOADING, foreign: [], unexplained: [] };
  const seconds = since ? await secondsToSettle(desk, id, since) : 0;
  if (seconds > 0) return { state: "too-early", seconds };

  const listing = await listAll(account.enom);
  if (since) await bindWithout(desk, account, listing, since);
  const { listed, unread } = listing;
  const certIds = listed.map(({ certId }) => certId);
  const { owners } = await viewLedger(desk, id, certIds);
  const isOurs = (certId: number): boolean => !isFree(owners.get(certId)); // an unused slot may have been misused
  const wrong = foreign.filter((certId) => isOurs(certId) || !certIds.includes(certId));
  if (wrong.length > 0) return { state: "not-foreign", certIds: wrong };
  for (const each of listed.filter(({ certId }) => foreign.includes(certId)))
    await enterSlot(
      desk,
      { account: id, certId: each.certId, slotClass: classOf(each), boughtAt: 0 },
      slotOwners.foreign,
    );
  const placed = since ? await placeUnknown(desk, account, { listing, since }) : undefined;

  const { excess, unexplained } = countSlots(listed, await viewLedger(desk, id, certIds));
  const { mode } = account.entry;
  const unclear = describeRows(mayBeOurs(unread, { mode, view: await viewListing(listing, id, desk) }));
  const why = [
    ...(await faultsOfLedger(desk, id)),
    ...(excess && mode === "dedicated" ? [excess] : []),
    ...(unclear ? [unclear] : []),
  ];
  if (why.length > 0) return { state: "still-frozen", why: why.join(" "), foreign: [...foreign], unexplained };
  await thaw(desk, id, `${reason} (${desk.who})`);
  if (!placed) return { state: "thawed", was: was ?? "", foreign: [...foreign] };
  const left = await noteCompared(desk.ledger, id, { configured: configuredIn(desk), clock: desk.clock });
  if (left.length === 0) await wakeFrozen(desk);
  return { state: "compared", was: was ?? "", foreign: [...foreign], ...placed, left };
}

const LOADING = "the restore has not ended: nothing can be compared before everything is there.";

/** Behind a restore, since when; undefined where the account was never restored, or was compared. */
async function findSince({ ledger }: Desk, account: string): Promise<Since | "loading" | undefined> {
  const [mark, fleet] = await Promise.all([findRestored(ledger, account), findFleetRestored(ledger)]);
  if (fleet?.isLoading) return "loading";
  if (mark) return mark;
  if (!fleet || fleet.compared.has(account)) return undefined;
  return { at: fleet.at, dwell: 0, backupAt: fleet.backupAt }; // first used since the backup, or never
}

/**
 * Of an account that the backup has and certfleet.yaml has no more, nobody can ask eNom. What was bought on it since is in no list
 * that is read, so all accounts wait for it, or for a person's reason.
 */
async function thawUnconfigured(
  id: string,
  { reason, withoutComparing }: Pick<ThawAsked, "reason" | "withoutComparing">,
  desk: Desk,
): Promise<ThawAnswer> {
  const fleet = await findFleetRestored(desk.ledger);
  const configured = configuredIn(desk);
  if (!fleet || !leftToCompare(fleet, configured).includes(id)) return { state: "no-account" };
  if (fleet.isLoading) return { state: "still-frozen", why: LOADING, foreign: [], unexplained: [] };
  if (!withoutComparing) return { state: "not-configured", backupAt: fleet.backupAt };
  const words = `${reason} (${desk.who})`;
  const left = await noteWaived(desk.ledger, id, { reason: words, configured, clock: desk.clock });
  if (left.length === 0) await wakeFrozen(desk);
  return { state: "waived", left };
}

function configuredIn(desk: Desk): string[] {
  return wantedAccounts(desk, undefined).map(({ entry }) => entry.id);
}
