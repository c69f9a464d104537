// Reads an observed account, and says what was done there since the last reading: new slots, other statuses, reissues.

import { z } from "zod";
import type { ShadowStore } from "../../shared/account/shadow/observed.ts";
import type { Act } from "../../shared/account/shadow/reports.ts";
import { findCertificate } from "../../shared/delivery/x509.ts";
import type { Account } from "../accounts/accounts.ts";
import { type Listed, listAll } from "../purchase/listing.ts";

/** Issued; 12 and 13 are issued too (for eNom's own hosting). */
const ISSUED = new Set([4, 12, 13]);
/** One by one, at the account's budget: those that were not read for longest. The others come with the next report. */
const MOST_DETAILS = 250;

/** What was seen of one certificate, by its CertID. `serial`: null until its detail was read, or while it has none. */
const seen = z.object({
  domain: z.string(),
  statusId: z.int(),
  serial: z.string().nullable(),
  readAt: z.string().nullable(),
});
type Seen = z.infer<typeof seen>;
export type Reading = Map<number, Seen>;

export async function keptReading({ redis, keys }: ShadowStore, account: string): Promise<Reading> {
  const fields = await redis.hgetall(keys.shadow(account));
  return new Map(Object.entries(fields).map(([certId, text]) => [Number(certId), seen.parse(JSON.parse(text))]));
}

export interface ReadNow {
  reading: Reading;
  acts: Act[];
  details: number;
}

/** Changes nothing, here or at eNom. @throws Unavailable, Refused as eNom's answers are */
export async function readAccount({ enom }: Pick<Account, "enom">, before: Reading, now: Date): Promise<ReadNow> {
  const { listed } = await listAll(enom);
  const isFirst = before.size === 0;
  const at = now.toISOString();
  const reading: Reading = new Map();
  const acts: Act[] = [];
  const tell = (kind: Act["kind"], { certId, domain }: { certId: number; domain: string }, detail: string): void => {
    if (!isFirst) acts.push({ kind, domain, reference: null, certId, at, detail });
  };
  for (const each of listed) {
    const old = before.get(each.certId);
    reading.set(each.certId, { ...row(each), serial: old?.serial ?? null, readAt: old?.readAt ?? null });
    if (!old) tell("purchase", each, "a new certificate in eNom's list");
    else if (old.statusId !== each.statusId)
      tell(
        ISSUED.has(each.statusId) && !ISSUED.has(old.statusId) ? "issued" : "status",
        each,
        `status ${old.statusId} became ${each.statusId}`,
      );
  }
  for (const [certId, { domain }] of before)
    if (!reading.has(certId)) tell("gone", { certId, domain }, "eNom lists it no more");
  const issued = [...reading].filter(([, { statusId }]) => ISSUED.has(statusId));
  const oldest = issued.sort(([, a], [, b]) => (a.readAt ?? "").localeCompare(b.readAt ?? "")).slice(0, MOST_DETAILS);
  for (const [certId, known] of oldest) {
    const { certificatePem } = await enom.detail(certId);
    const serial = (certificatePem && findCertificate(certificatePem)?.serialNumber) || null;
    if (known.serial !== null && serial !== null && serial !== known.serial)
      tell("reissue", { certId, domain: known.domain }, `serial ${known.serial} became ${serial}`);
    reading.set(certId, { ...known, serial: serial ?? known.serial, readAt: at });
  }
  return { reading, acts, details: oldest.length };
}

function row({ domain, statusId }: Listed): Pick<Seen, "domain" | "statusId"> {
  return { domain, statusId };
}
