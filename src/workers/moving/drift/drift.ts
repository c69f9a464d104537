// `certificate drift`: what the records of an account and eNom say differently, both ways. It changes nothing on either side.

import type { Clock } from "../../../shared/base/clock.ts";
import { daysBetween, plusYears, utcDate } from "../../../shared/base/dates.ts";
import { Refused, Unavailable } from "../../../shared/base/errors.ts";
import type { Log } from "../../../shared/base/log.ts";
import { type Certificate, statusOf } from "../../../shared/certificate/certificate.ts";
import { findProductOfType, getProduct } from "../../../shared/certificate/products.ts";
import { isHeldByOrder, slotOwners } from "../../../shared/certificate/slot-owner.ts";
import type { CertificateStore } from "../../../shared/certificate/store.ts";
import { certificatesFrom } from "../../../shared/delivery/x509.ts";
import type { Difference, DriftKind, DriftReport } from "../../../shared/moving/import-reports.ts";
import type { Account } from "../../accounts/accounts.ts";
import { again } from "../../enom/commands/again.ts";
import { findBinding } from "../../ledger/bind.ts";
import type { LedgerContext } from "../../ledger/context.ts";
import { isRefundedSlot, listAll } from "../../purchase/listing.ts";
import { viewListing } from "../../purchase/unread.ts";
import { type Known, knownOf, namelessRows } from "../reading/listed-rows.ts";
import { patiently } from "../reading/patience.ts";
import { isIssuedStatus } from "../reading/read-certificate.ts";

export interface DriftNeeds extends LedgerContext {
  certificates: Pick<CertificateStore, "list">;
  clock: Clock;
  log: Log;
}

/** eNom's days are its own local ones, and our books date a purchase by its answer. */
const DAYS_APART = 2;
const AT_ONCE = 8;
const PAGE = 200;

/**
 * `isWhole`: each certificate that is valid is read, too, so that a reissue elsewhere is seen; else the list alone tells.
 * @throws Unavailable eNom or Redis does not respond
 */
export async function compareAccount(
  account: Pick<Account, "entry" | "enom">,
  { isWhole }: { isWhole: boolean },
  needs: DriftNeeds,
): Promise<DriftReport> {
  const { id } = account.entry;
  const now = needs.clock.now();
  const records = await recordsOf(id, needs);
  const listing = await patiently(() => listAll(account.enom));
  const known = knownOf(listing);
  const isBound = (await findBinding(needs, account.entry)) === "bound";
  const owners = isBound ? (await viewListing(listing, id, needs)).owners : new Map<number, string>();
  const bySlot = new Map(records.map((each) => [each.certId, each]));
  const say = (
    kind: DriftKind,
    row: Partial<Known>,
    certificate: Certificate | undefined,
    here: string,
    there: string,
  ) =>
    void differences.push({
      ...{ account: id, kind, certId: row.certId ?? certificate?.certId ?? null, here, there },
      ...{ reference: certificate?.order.reference ?? null, domain: row.domain || certificate?.order.domain || "" },
    });
  const differences: Difference[] = [];
  for (const { domain, what } of namelessRows(listing)) say("not-read", { domain }, undefined, "-", what);

  const toRead: { row: Known; certificate: Certificate }[] = [];
  for (const row of known) {
    const certificate = bySlot.get(row.certId);
    const owner = owners.get(row.certId);
    if (!certificate) {
      const isOther = owner === slotOwners.foreign || (owner !== undefined && isHeldByOrder(owner));
      if (!isOther && isIssuedStatus(row.statusId) && !row.isExpired)
        say("missing-here", row, undefined, "no record", `${shown(row)}, for ${row.domain || "no name"}`);
      continue;
    }
    const found = ofRow(row, certificate, now);
    for (const [kind, here, there] of found) say(kind, row, certificate, here, there);
    const isLive = certificate.record.issue !== null && Date.parse(certificate.record.issue.notAfter) > now.getTime();
    if (isWhole && isLive && isIssuedStatus(row.statusId) && !isBusy(certificate)) toRead.push({ row, certificate });
  }
  const listedIds = new Set(known.map(({ certId }) => certId));
  for (const certificate of records) {
    if (certificate.certId === null || listedIds.has(certificate.certId)) continue;
    say("missing-there", {}, certificate, statusOf(certificate, now), "not in eNom's list");
  }
  for (let i = 0; i < toRead.length; i += AT_ONCE)
    await Promise.all(
      toRead.slice(i, i + AT_ONCE).map(async ({ row, certificate }) => {
        const found = await ofDetail(row, certificate, account);
        if (found) say(found[0], row, certificate, found[1], found[2]);
      }),
    );
  return {
    ...{ account: id, at: now.toISOString(), listed: listing.listed.length + listing.unread.length },
    ...{ compared: records.length, isWhole },
    differences: differences.toSorted((a, b) => (b.certId ?? 0) - (a.certId ?? 0)),
  };
}

/** Orders with a slot of this account, and not over. */
async function recordsOf(id: string, { certificates, clock }: DriftNeeds): Promise<Certificate[]> {
  const found: Certificate[] = [];
  let cursor: string | undefined;
  do {
    const page = await certificates.list({}, { limit: PAGE, cursor }, clock.now());
    found.push(
      ...page.certificates.filter(
        ({ record, certId, state }) =>
          record.account === id && certId !== null && state !== "CANCELLED" && state !== "REFUSED",
      ),
    );
    cursor = page.cursor ?? undefined;
  } while (cursor !== undefined);
  return found;
}

type Found = [kind: DriftKind, here: string, there: string];

/** What is under way here is expected to differ. */
function isBusy({ record, state }: Certificate): boolean {
  return state !== "CONFIGURED" || record.reissue !== null || record.renewal !== null || record.wish !== null;
}

function ofRow(row: Known, certificate: Certificate, now: Date): Found[] {
  const { order, record } = certificate;
  if (isRefundedSlot(row))
    return certificate.state === "PARKED" ? [] : [["status", statusOf(certificate, now), shown(row)]];
  if (!("prodType" in row)) return [["not-read", order.product, "a row that cannot be read"]];
  const found: Found[] = [];
  if (!isBusy(certificate) && record.issue && !isIssuedStatus(row.statusId))
    found.push(["status", statusOf(certificate, now), shown(row)]);
  const names = record.issue ? (certificatesFrom([record.issue.pem])[0]?.names ?? []) : [];
  if (row.domain !== "" && row.domain !== order.domain && !names.includes(row.domain))
    found.push(["domain", order.domain, row.domain]);
  const service = findProductOfType(row.prodType)?.service;
  if (service !== undefined && service.toLowerCase() !== order.product.toLowerCase())
    found.push(["product", order.product, service]);
  const end = endOf(certificate);
  const there = row.expirationDate === null ? null : new Date(`${row.expirationDate.slice(0, 10)}T00:00:00Z`);
  if (end && there && Math.abs(daysBetween(end, there)) > DAYS_APART)
    found.push(["dates", `term ends ${utcDate(end)}`, `term ends ${utcDate(there)}`]);
  return found;
}

/** Where days of an earlier term are carried over, eNom's end is its own. */
function endOf({ order, record, slotBoughtAt, term }: Certificate): Date | null {
  if (!slotBoughtAt || (getProduct(order.product).renewal.carriesOver && term > 1)) return null;
  return plusYears(slotBoughtAt, record.plan?.years ?? order.years);
}

async function ofDetail(
  row: Known,
  { record }: Certificate,
  { enom }: Pick<Account, "enom">,
): Promise<Found | undefined> {
  const { issue } = record;
  if (!issue) return undefined;
  const here = `${issue.serialNumber}, ends ${issue.notAfter.slice(0, 10)}`;
  try {
    const { certificatePem, intermediatesPem } = await patiently(() => again(() => enom.detail(row.certId)));
    const leaves = certificatesFrom([certificatePem ?? "", ...intermediatesPem]).filter(({ x509 }) => !x509.ca);
    if (leaves.some(({ serialNumber }) => serialNumber === issue.serialNumber)) {
      const newer = leaves.find(({ from }) => from > Date.parse(issue.notBefore));
      if (!newer) return undefined;
    }
    const [newest] = leaves.toSorted((a, b) => b.from - a.from);
    if (!newest) return ["not-read", here, "no certificate that can be read"];
    return ["serial", here, `${newest.serialNumber}, ends ${new Date(newest.to).toISOString().slice(0, 10)}`];
  } catch (error) {
    const isOdd = error instanceof Refused || (error instanceof Unavailable && error.code === "enom-not-understood");
    if (!isOdd) throw error;
    return ["not-read", here, error.message];
  }
}

function shown(row: Partial<Known>): string {
  const text = "statusText" in row && row.statusText ? ` (${row.statusText})` : "";
  return `status ${row.statusId ?? "unknown"}${text}`;
}
