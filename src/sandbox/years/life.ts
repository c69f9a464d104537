// One order lived through to its paid end, and the account of it: what was bought, issued and mailed, and whether a day
// was missed.
import { daysBetween, HOUR_MS, plusYears, utcDate } from "../../shared/base/dates.ts";
import { getCatalogueProduct } from "../enom/books/catalogue.ts";
import type { SandboxEnom, SandboxEnomOptions } from "../enom/server.ts";
import type { MailCatcher } from "../mail/catcher.ts";
import { chronicleOf } from "./chronicle.ts";
import { type Held, type Span, uncoveredDays } from "./coverage.ts";
import { type Driven, liveUntil } from "./driver.ts";
import { expectedOf } from "./expected.ts";
import type { Screen } from "./screen.ts";

/** When the customer's example begins. */
export const BEGIN = new Date("2026-04-02T12:00:00Z");

/** Owners approve after six hours, and a CA that needs no owner takes five minutes. */
const OWNER_MS = 6 * HOUR_MS;
export const SLOW_ENOM: SandboxEnomOptions = {
  timings: { processingMs: OWNER_MS, ownerMs: OWNER_MS, reissueMs: OWNER_MS, issueMs: HOUR_MS / 12 },
  variants: { reusesValidation: true },
};

/** What the fleet is set to besides: the shared clock, and eNom asked after half an hour first. */
export const SLOW_FLEET = { CERTFLEET_CLOCK: "virtual", CERTFLEET_POLL_SECONDS: "1800" };

export interface World extends Driven {
  enom: SandboxEnom;
  mail: MailCatcher;
}

export interface Subscription {
  years: number;
  /** Days before an end on which the policy acts. */
  beforeDays: number;
}

export interface Lived {
  term: Span;
  certificates: readonly Held[];
  purchases: number;
  /** What the calendar alone asks for. */
  expected: { certificates: number; purchases: number };
  /** Count of each template. */
  mails: ReadonlyMap<string, number>;
  days: number;
  uncovered: readonly Date[];
  /** Why jobs failed for good, a sentence each. */
  failures: readonly string[];
}

/** Of the one order that was just placed. @throws Error the fleet or the books are stuck before the paid end */
export async function liveThrough(
  world: World,
  { years, beforeDays }: Subscription,
  screen: Pick<Screen, "tell" | "stand">,
): Promise<Lived> {
  const { clock, enom } = world;
  const chronicle = chronicleOf({ ...world, books: enom.books });
  const findTerm = (): Span | undefined => {
    const [first] = enom.books.purchases();
    return first && { from: new Date(first.at), to: plusYears(new Date(first.at), years) };
  };
  await liveUntil(
    () => findTerm()?.to,
    world,
    async () => {
      for (const news of await chronicle.news()) screen.tell(news);
      screen.stand(`${utcDate(clock.now())} · certificates: ${chronicle.certificates().length}`);
    },
  );

  const term = findTerm();
  const [slot] = enom.books.slots();
  if (!term || !slot) throw new Error("nothing was bought");
  const certificates = chronicle.certificates();
  const { years: sold } = getCatalogueProduct(slot.prodType);
  return {
    ...{ term, certificates },
    purchases: enom.books.purchases().length,
    expected: expectedOf({ from: term.from, years, sold, beforeDays }),
    mails: chronicle.mails(),
    days: daysBetween(term.from, term.to),
    uncovered: uncoveredDays(term, certificates),
    failures: await failuresIn(world),
  };
}

async function failuresIn({ queues }: Driven): Promise<string[]> {
  const failed = await Promise.all(Object.values(queues.all).map((queue) => queue.getFailed()));
  return failed.flat().map(({ queueName, failedReason }) => `${queueName}: ${failedReason}`);
}
