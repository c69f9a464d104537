// How long a public TLS certificate may live and what was validated may be used again, by the day of issue: data, with
// its source. CA/Browser Forum, Baseline Requirements 2.2.6, 4.2.1 (reuse) and 6.3.2 (validity), ballot SC-081v3; EV
// Guidelines, 3.2.2.14.
import { DAY_MS } from "../base/dates.ts";

export type Level = "DV" | "OV" | "EV";

interface Row {
  /** First instant of issue, 00:00:00 UTC, at which this row holds; it ends where the next one begins. */
  from: string;
  validityDays: number;
  /** Reuse of a domain's validation. */
  domainReuseDays: number;
  /** Reuse of what was validated of the organisation. */
  organisationReuseDays: Readonly<Record<Exclude<Level, "DV">, number>>;
}

const ROWS: readonly Row[] = [
  {
    from: "2020-09-01T00:00:00Z",
    validityDays: 398,
    domainReuseDays: 398,
    organisationReuseDays: { OV: 825, EV: 398 },
  },
  {
    from: "2026-03-15T00:00:00Z",
    validityDays: 200,
    domainReuseDays: 200,
    organisationReuseDays: { OV: 398, EV: 398 },
  },
  {
    from: "2027-03-15T00:00:00Z",
    validityDays: 100,
    domainReuseDays: 100,
    organisationReuseDays: { OV: 398, EV: 398 },
  },
  { from: "2029-03-15T00:00:00Z", validityDays: 47, domainReuseDays: 10, organisationReuseDays: { OV: 398, EV: 398 } },
];

/** From this instant on no e-mail to an approver validates a domain (BR 3.2.2.4.4, .13 and .14). */
export const EMAIL_VALIDATION_ENDS = new Date("2028-03-15T00:00:00Z");

const rows = ROWS.map((row) => ({ ...row, fromMs: Date.parse(row.from) }));

/** What holds for a certificate that is issued at this instant. */
export function limitsAt(issuedAt: Date): Omit<Row, "from"> {
  return rows[indexAt(issuedAt.getTime())] as Row;
}

/** The last second that a certificate may be valid: a day is 86,400 s, and both ends of the validity count. */
export function latestNotAfter(notBefore: Date, issuedAt: Date = notBefore): Date {
  return new Date(notBefore.getTime() + limitsAt(issuedAt).validityDays * DAY_MS - 1_000);
}

/**
 * Until when a domain that was validated then needs no new validation: the last instant of issue at which it is not
 * older than that day allows. It may end sooner than it seemed on the day of validation, where a shorter limit comes
 * into force meanwhile.
 */
export function reusableUntil(validatedAt: Date): Date {
  const at = validatedAt.getTime();
  for (let i = indexAt(at); ; i++) {
    const end = at + (rows[i]?.domainReuseDays ?? 0) * DAY_MS;
    const next = rows[i + 1];
    if (!next || end < next.fromMs) return new Date(end);
    if (at + next.domainReuseDays * DAY_MS < next.fromMs) return new Date(next.fromMs - 1);
  }
}

function indexAt(ms: number): number {
  const later = rows.findIndex(({ fromMs }) => fromMs > ms);
  return Math.max(0, (later === -1 ? rows.length : later) - 1);
}
