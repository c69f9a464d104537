// Search over all certificates: what people know one by, kept in the gateway's memory and brought up to date from the list of
// changes. Nothing of it is written anywhere; it is made when somebody opens the list for the first time.

import { setImmediate as turn } from "node:timers/promises";
import { withDeadline } from "../../../../shared/base/time/deadline.ts";
import { type Certificate, type Status, statusOf } from "../../../../shared/certificate/certificate.ts";
import type { GatewayNeeds } from "../../needs.ts";

/** Records that are read at once; between two such pages the gateway answers others. */
const AT_ONCE = 100;
/** The list of changes is asked again from a little before the last one: two gateways do not save in the same instant. */
const OVERLAP_MS = 5_000;
/** Someone who types asks several times a second: changes are looked for so often. */
const FRESH_MS = 500;

/** What is kept of a certificate: enough to find it and to put it in its place. The page reads the record itself. */
export interface Entry {
  reference: string;
  /** Everything one may search for, in lower case, a line each. */
  text: string;
  status: Status;
  attention: boolean;
  product: string;
  brand: string;
  /** The caller's own name of the customer, and the address of the mails. */
  customer: string;
  email: string;
  acceptedAt: number;
  /** 0: nothing was issued. */
  notAfter: number;
  /** Days since 1970 (UTC) on which it was issued, reissued and bought; of a long timeline the last ones. */
  issued: readonly number[];
  reissued: readonly number[];
  bought: readonly number[];
  /** Of the last change, as the index saw it; in the order in which changes were seen. */
  seen: number;
}

export interface Wanted {
  q: string;
  status: readonly Status[];
  attention: boolean;
  expiresBefore: number | undefined;
  customer: string;
  brand: string;
  product: string;
  sort: "acceptedAt" | "-acceptedAt" | "expiry" | "-expiry" | "updated" | "-updated";
}

export interface Place {
  key: number;
  reference: string;
}

export type SearchIndex = ReturnType<typeof searchIndex>;

const indexes = new WeakMap<object, SearchIndex>();

/** One a gateway: the list, its CSV and the overview read the same. */
export function indexOf(needs: GatewayNeeds): SearchIndex {
  const found = indexes.get(needs) ?? searchIndex(needs);
  indexes.set(needs, found);
  return found;
}

function searchIndex({ certificates, clock, log }: Pick<GatewayNeeds, "certificates" | "clock" | "log">) {
  const entries = new Map<string, Entry>();
  let since: number | undefined;
  let seen = 0;
  let isWhole = false;
  let running: Promise<void> | undefined;
  let freshAt = Number.NEGATIVE_INFINITY;

  /** Reads what changed; the first time that is everything. One run at a time, for all who ask meanwhile. */
  function renew(): Promise<void> {
    if (running) return running;
    if (performance.now() - freshAt < FRESH_MS) return Promise.resolve();
    running = read()
      .then(() => {
        freshAt = performance.now();
        isWhole = true;
      })
      .finally(() => {
        running = undefined;
      });
    return running;
  }

  async function read(): Promise<void> {
    const begun = clock.now().getTime();
    const query = { sort: "updated", ...(since !== undefined && { updatedSince: new Date(since) }) } as const;
    for (let cursor: string | undefined; ; ) {
      const page = await certificates.list(query, { limit: AT_ONCE, cursor }, clock.now());
      for (const each of page.certificates) keep(each);
      if (page.cursor === null) break;
      cursor = page.cursor;
      await turn();
    }
    since = begun - OVERLAP_MS;
  }

  function keep(certificate: Certificate): void {
    const entry = entryOf(certificate, clock.now(), ++seen);
    entries.set(entry.reference, entry);
  }

  return {
    /** How far it is: `known` of all are there; whole once each was read. */
    progress: () => ({ isWhole, known: entries.size }),

    /** Begins to read, and does not wait. What goes wrong is tried again by the next one who asks. */
    begin(): void {
      renew().catch((err: unknown) => log.debug({ event: "search.unread", err }));
    },

    /** Waits until all is there, where that takes a moment only. */
    async ready(ms: number): Promise<boolean> {
      if (isWhole) {
        await renew();
        return true;
      }
      const begun = renew();
      begun.catch(() => undefined);
      await withDeadline(begun, ms, () => undefined);
      return isWhole;
    },

    /** How much happened on each of the last days; today is the last one. */
    past(days: number): { issued: number; reissued: number; bought: number }[] {
      const first = dayOf(clock.now()) - days + 1;
      const all = Array.from({ length: days }, () => ({ issued: 0, reissued: 0, bought: 0 }));
      for (const entry of entries.values())
        for (const kind of ["issued", "reissued", "bought"] as const)
          for (const day of entry[kind]) {
            const at = all[day - first];
            if (at) at[kind]++;
          }
      return all;
    },

    /** The first `most` that fit, in order, behind `after`. */
    find(wanted: Wanted, most: number, after?: Place): Place[] {
      const fits = fitsOf(wanted, clock.now().getTime());
      const sign = wanted.sort.startsWith("-") ? -1 : 1;
      const before = (a: Place, b: Place): boolean => {
        if (a.key !== b.key) return sign * (a.key - b.key) < 0;
        return sign > 0 ? a.reference < b.reference : a.reference > b.reference;
      };
      const best: Place[] = [];
      for (const entry of entries.values()) {
        const place = { key: keyOf(entry, wanted.sort), reference: entry.reference };
        const last = best.length === most ? best.at(-1) : undefined;
        if (last && !before(place, last)) continue;
        if ((after && !before(after, place)) || (wanted.sort.endsWith("expiry") && entry.notAfter === 0)) continue;
        if (!fits(entry)) continue;
        insert(best, place, before);
        if (best.length > most) best.pop();
      }
      return best;
    },
  };
}

function keyOf(entry: Entry, sort: Wanted["sort"]): number {
  if (sort.endsWith("expiry")) return entry.notAfter;
  return sort.endsWith("updated") ? entry.seen : entry.acceptedAt;
}

function insert(list: Place[], place: Place, before: (a: Place, b: Place) => boolean): void {
  let [low, high] = [0, list.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    const there = list[middle];
    if (there && before(there, place)) low = middle + 1;
    else high = middle;
  }
  list.splice(low, 0, place);
}

/** Each word that was typed must stand somewhere. */
function fitsOf(wanted: Wanted, now: number): (entry: Entry) => boolean {
  const words = wanted.q.toLowerCase().split(/\s+/).filter(Boolean);
  const [customer, brand] = [wanted.customer.toLowerCase(), wanted.brand.toLowerCase()];
  const statuses = new Set<string>(wanted.status);
  return (entry) =>
    words.every((word) => entry.text.includes(word)) &&
    (statuses.size === 0 || statuses.has(statusAt(entry, now))) &&
    (!wanted.attention || entry.attention) &&
    (wanted.expiresBefore === undefined || (entry.notAfter > 0 && entry.notAfter < wanted.expiresBefore)) &&
    (customer === "" || entry.customer.toLowerCase() === customer || entry.email === customer) &&
    (brand === "" || entry.brand.toLowerCase() === brand) &&
    (wanted.product === "" || entry.product === wanted.product);
}

/** A certificate ends without anybody saving it. */
function statusAt({ status, notAfter }: Entry, now: number): Status {
  const isValid = status === "issued" || status === "reissuing";
  return isValid && notAfter > 0 && notAfter <= now ? "expired" : status;
}

const DAY_MS = 86_400_000;

function dayOf(at: Date | string): number {
  return Math.floor(new Date(at).getTime() / DAY_MS);
}

function entryOf(certificate: Certificate, now: Date, seen: number): Entry {
  const { order, record, purchases, certId } = certificate;
  const { issue, terms } = record;
  const days = (...events: readonly string[]): number[] =>
    record.timeline.filter(({ event }) => events.includes(event)).map(({ at }) => dayOf(at));
  const brand = terms.brand ?? "";
  const email = terms.customer.email.toLowerCase();
  const numbers = purchases.flatMap((each) => [`${each.certId}`, `${each.orderId ?? ""}`]);
  const known = [
    ...[order.reference, order.domain, certId === null ? "" : `${certId}`, ...numbers],
    ...[issue?.serialNumber ?? "", email, terms.customer.name ?? "", brand, order.tenant ?? ""],
  ];
  return {
    reference: order.reference,
    text: [...new Set(known)].filter(Boolean).join("\n").toLowerCase(),
    status: statusOf(certificate, now),
    attention: record.attention !== null,
    product: order.product,
    ...{ brand, email, customer: order.tenant ?? "" },
    acceptedAt: certificate.acceptedAt.getTime(),
    issued: days("certificate.issued", "certificate.taken-in"),
    reissued: days("certificate.reissued"),
    bought: purchases.map(({ at }) => dayOf(at)),
    notAfter: issue ? new Date(issue.notAfter).getTime() : 0,
    seen,
  };
}
