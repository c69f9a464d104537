// What eNom's books say of a subscription: its certificates, and the days of the paid term on which there was none.
import { X509Certificate } from "node:crypto";
import { plusDays } from "../../shared/base/dates.ts";
import type { Books } from "../enom/books/books.ts";

/** A certificate that was handed out. */
export interface Held {
  certId: number;
  serialNumber: string;
  issuedAt: Date;
  /** The first instant at which it is valid no more: X.509 counts the last second in. */
  endsAt: Date;
  /** The first of its slot; else a reissue. */
  isFirst: boolean;
  /** The domain's owner approved it, and not only an earlier one. */
  byOwner: boolean;
}

export interface Span {
  from: Date;
  to: Date;
}

/** Those that somebody fetched, oldest first. */
export function certificatesIn(books: Books): Held[] {
  const all = books.slots().flatMap(({ certId, issues }) =>
    issues.flatMap(({ pem, issuedAt, validatedAt = "" }, index): Held[] => {
      if (pem === undefined) return [];
      const { serialNumber, validToDate } = new X509Certificate(pem);
      return [
        {
          ...{ certId, serialNumber, issuedAt: new Date(issuedAt) },
          endsAt: new Date(validToDate.getTime() + 1_000),
          isFirst: index === 0,
          byOwner: validatedAt > (issues[index - 1]?.issuedAt ?? ""),
        },
      ];
    }),
  );
  return all.sort((a, b) => a.issuedAt.getTime() - b.issuedAt.getTime());
}

/**
 * The days, counted in 24 hours from the beginning of the term, with a moment at which no certificate that existed by
 * then was valid. The first day counts from the first certificate on: before, the customer had none that could lapse.
 */
export function uncoveredDays({ from, to }: Span, certificates: readonly Held[]): Date[] {
  const uncovered: Date[] = [];
  for (let day = from; day < to; day = plusDays(day, 1)) {
    const end = new Date(Math.min(plusDays(day, 1).getTime(), to.getTime()));
    const begins = day === from ? certificates.find(({ issuedAt }) => issuedAt < end)?.issuedAt : day;
    if (begins === undefined || coveredUntil(begins, certificates) < end) uncovered.push(day);
  }
  return uncovered;
}

/** How far one certificate after the other reaches without a gap. */
function coveredUntil(at: Date, certificates: readonly Held[]): Date {
  let reached = at;
  for (const { issuedAt, endsAt } of certificates) {
    if (issuedAt <= reached && endsAt > reached) reached = endsAt;
  }
  return reached;
}
