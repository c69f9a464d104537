// Subscriptions as the stories about dates begin with: bought and issued at noon, and nothing has happened since.
import type { Subscription } from "../../../src/shared/subscription/due.ts";
import { latestNotAfter } from "../../../src/shared/subscription/limits.ts";
import type { Policy } from "../../../src/shared/subscription/policy.ts";
import type { RenewalRule, Term } from "../../../src/shared/subscription/term.ts";

export const NOON = new Date("2026-04-02T12:00:00Z");
export const POLICY: Policy = { mode: "auto", beforeDays: 10 };
/** The share of a certificate that is always dealt with last. */
export const CLOSE_TO_TRIGGER = 1 - 2 ** -32;

/** As eNom's two families are renewed. */
export const GEOTRUST: RenewalRule = { windowDays: 30, carriesOver: false };
export const COMODO: RenewalRule = { windowDays: 60, carriesOver: true };

export function bought(at: string | Date, years = 1): Term {
  return { at: new Date(at), years };
}

/** Lives as long as the rules of that day allow, not beyond `until`. */
export function issueOf(notBefore: Date, until?: Date): NonNullable<Subscription["issue"]> {
  const latest = latestNotAfter(notBefore);
  const notAfter = until && until < latest ? until : latest;
  return { serialNumber: `from ${notBefore.toISOString()}`, notBefore, notAfter };
}

/** Two years of a GeoTrust product, bought at once, with its first certificate, unless changed. */
export function subscription(changes: Partial<Subscription> = {}): Subscription {
  return {
    share: 0.5,
    years: 2,
    terms: [bought(NOON, 2)],
    rule: GEOTRUST,
    issue: issueOf(NOON),
    isBusy: false,
    actedOn: null,
    reminded: null,
    toldOfRenewal: 0,
    ...changes,
  };
}
