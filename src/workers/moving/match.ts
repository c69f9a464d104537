// Which certificate of an account each row of a match file means, decided from eNom's list before anything is read or
// written. A row that may mean two certificates, and a certificate that two rows mean, are used for none.
import type { MatchRow, OddRow } from "../../shared/moving/import-reports.ts";
import type { Nameable } from "./reading/listed-rows.ts";

export interface Matched {
  /** By CertID. */
  references: ReadonlyMap<number, { reference: string; line: number }>;
  oddRows: OddRow[];
}

export function matchRows(rows: readonly MatchRow[], listed: readonly Nameable[]): Matched {
  const oddRows: OddRow[] = [];
  const say = ({ line, reference }: MatchRow, what: string): void => void oddRows.push({ line, reference, what });
  const meant: { row: MatchRow; certId: number }[] = [];
  for (const row of rows) {
    const found = certificateOf(row, listed);
    if (typeof found === "string") say(row, found);
    else meant.push({ row, certId: found });
  }
  const byReference = Map.groupBy(meant, ({ row }) => row.reference);
  const byCertId = Map.groupBy(meant, ({ certId }) => certId);
  const references = new Map<number, { reference: string; line: number }>();
  for (const each of meant) {
    const { row, certId } = each;
    const ofReference = byReference.get(row.reference) ?? [];
    const other = ofReference.find((one) => one.certId !== certId);
    const rival = (byCertId.get(certId) ?? []).find((one) => one.row.reference !== row.reference);
    const [first] = ofReference;
    if (other)
      say(
        row,
        `line ${other.row.line} gives this reference to CertID ${other.certId}, this one to CertID ${certId}: neither is used`,
      );
    else if (rival)
      say(row, `line ${rival.row.line} gives CertID ${certId} the reference ${rival.row.reference}: neither is used`);
    else if (first && first !== each) say(row, `says the same as line ${first.row.line}: used once`);
    else references.set(certId, { reference: row.reference, line: row.line });
  }
  return { references, oddRows: oddRows.sort((a, b) => a.line - b.line) };
}

/** The CertID that the row means by the most exact of what it says, or why it means none. */
function certificateOf(row: MatchRow, listed: readonly Nameable[]): number | string {
  const { certId, orderId, domain } = row;
  if (certId !== undefined) {
    const found = listed.find((each) => each.certId === certId);
    if (!found) return `eNom lists no CertID ${certId} on this account`;
    return contradiction(row, found) ?? certId;
  }
  if (orderId !== undefined) {
    const ofOrder = listed.filter((each) => each.orderId === orderId);
    const [found, ...more] = ofOrder;
    if (!found) return `eNom lists no certificate of order ${orderId} on this account`;
    if (more.length > 0) return `order ${orderId} has several certificates (${numbers(ofOrder)}): say which by certId`;
    return contradiction(row, found) ?? found.certId;
  }
  return ofDomain(domain ?? "", listed);
}

/** A row says more than it needs, and the rest is not so: it may name the wrong one. */
function contradiction({ orderId, domain }: MatchRow, found: Nameable): string | undefined {
  const { certId } = found;
  if (orderId !== undefined && found.orderId !== null && found.orderId !== orderId)
    return `CertID ${certId} is of order ${found.orderId}, and the row says order ${orderId}: not used`;
  if (domain !== undefined && domain !== "" && found.domain !== "" && bare(found.domain) !== bare(domain))
    return `CertID ${certId} is for ${found.domain}, and the row says ${domain}: not used`;
  return undefined;
}

/**
 * The one that serves the domain now: of several with the same product the newest, which renews the others. Two products
 * side by side may be two services of the shop.
 */
function ofDomain(domain: string, listed: readonly Nameable[]): number | string {
  const named = listed.filter((each) => each.domain === domain);
  const issued = named.filter(({ isIssued }) => isIssued);
  if (named.length === 0) return `eNom lists no certificate for ${domain} on this account`;
  if (issued.length === 0) return `no certificate for ${domain} was issued (${numbers(named)})`;
  const live = issued.filter(({ isExpired }) => !isExpired);
  const of = live.length > 0 ? live : issued;
  if (live.length > 1 && new Set(live.map(({ prodType }) => prodType)).size > 1)
    return `several certificates of different products serve ${domain} (${numbers(live)}): say which by certId`;
  return Math.max(...of.map(({ certId }) => certId));
}

function bare(domain: string): string {
  return domain.toLowerCase().replace(/^(\*|www)\./, "");
}

function numbers(these: readonly Nameable[]): string {
  const shown = these.slice(0, 5).map(({ certId }) => `CertID ${certId}`);
  return these.length > 5 ? `${shown.join(", ")} and ${these.length - 5} more` : shown.join(", ");
}
