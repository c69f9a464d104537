// All certificates of an account as eNom lists them, no filter, whole (rule 10): what a page misses would look as if it was never bought.
import { Unavailable } from "../../shared/errors.ts";
import { again } from "../enom/again.ts";
import type { CertificatePage, Enom } from "../enom/commands.ts";

export type Listed = CertificatePage["certificates"][number];

const PAGE = 250;
/** A list that changes while it is read is read again so often before the queue is asked to wait. */
const TRIES = 4;

/**
 * Newest first, pages overlapping by one, until the distinct ids are as many as eNom counts.
 * @throws Unavailable when they never are, or eNom cannot be asked
 */
export async function listAll(enom: Pick<Enom, "listCertificates">): Promise<Listed[]> {
  for (let tries = 1; ; tries++) {
    const { found, total } = await readPages(enom);
    if (found.size === total) return [...found.values()];
    if (tries === TRIES) throw new Unavailable("eNom's list of certificates does not add up; it is read again later");
  }
}

async function readPages(enom: Pick<Enom, "listCertificates">): Promise<{ found: Map<number, Listed>; total: number }> {
  const found = new Map<number, Listed>();
  for (let start = 1; ; ) {
    const { certificates, total } = await again(() => enom.listCertificates({ start, size: PAGE }));
    for (const each of certificates) found.set(each.certId, each);
    const end = start - 1 + certificates.length;
    if (certificates.length === 0 || end >= total) return { found, total };
    start = Math.max(start + 1, end);
  }
}
