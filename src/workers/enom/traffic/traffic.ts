// Lets requests out to one account: not while eNom does not respond, and not more a second than the account may have.
import type { Cause } from "../../../shared/account/connection-check.ts";
import { Unavailable } from "../../../shared/base/errors.ts";
import { mustHaveSlot } from "../../slots/slots.ts";
import { isAway, type Trouble } from "../wire/trouble.ts";
import type { Breaker, Standing } from "./breaker.ts";
import type { Budget } from "./budget.ts";

/** A purchase never tries whether eNom is back. A check goes past the breaker: somebody wants to know. */
export type Purpose = "work" | "purchase" | "check";

export interface Traffic {
  /**
   * Waits for a turn, some seconds at most.
   * @throws Unavailable with the time after which to come again; nothing was sent
   */
  enter(purpose: Purpose): Promise<Permit>;
}

export interface Permit {
  /** What came of the request; without trouble eNom has answered. */
  ended(trouble: Trouble | undefined): Promise<void>;
}

/** For who sends a request or two to a pretended eNom. */
export const unlimitedTraffic: Traffic = { enter: async () => ({ ended: async () => {} }) };

/** While another request tries whether eNom is back. */
const TRIED_SECONDS = 2;

/** eNom lets the account in no more. */
const LOCKED_OUT: ReadonlySet<Cause> = new Set(["login-refused", "address-not-permitted"]);

export interface TrafficOptions {
  budget: Budget;
  breaker?: Breaker;
  /**
   * Work met what a connection check would find: the breaker opened (or stays open after a trial), or eNom lets us in
   * no more. Each time anew, and never of a check itself. Nothing waits for it.
   */
  onTrouble?: (cause: Cause) => void;
}

export function trafficOf(account: string, { budget, breaker, onTrouble = () => {} }: TrafficOptions): Traffic {
  const shutOut = (waitSeconds: number): never => {
    throw new Unavailable(`eNom does not respond for account ${account}: requests are paused for a while`, {
      retryAfterSeconds: waitSeconds,
    });
  };
  const mustBeLetOut = (standing: Standing, purpose: Purpose): void => {
    if (standing.state === "open") shutOut(standing.waitMs / 1_000);
    if (standing.state === "tried" || (standing.state === "due" && purpose === "purchase")) shutOut(TRIED_SECONDS);
  };

  return {
    async enter(purpose) {
      if (!breaker || purpose === "check") {
        await budget.turn();
        return passOfCheck(breaker);
      }
      mustHaveSlot(account);
      mustBeLetOut(await breaker.readStanding(), purpose); // at once: nobody shall stand in line in vain
      await budget.turn();
      const standing = purpose === "purchase" ? await breaker.readStanding() : await breaker.enter();
      mustBeLetOut(standing, purpose);
      return purpose === "purchase" ? PASS_OF_PURCHASE : passOfWork(breaker, standing, onTrouble);
    },
  };
}

/** A lost purchase is a doubt of its own, and nothing shall stand between its answer and the ledger. */
const PASS_OF_PURCHASE: Permit = { ended: async () => {} };

/**
 * A person who asks again and again counts for one. A login that goes well says nothing of the other questions: a trial
 * does.
 */
function passOfCheck(breaker: Breaker | undefined): Permit {
  return { ended: async (trouble) => (trouble && isAway(trouble) ? undefined : breaker?.retry()) };
}

function passOfWork(breaker: Breaker, standing: Standing, onTrouble: (cause: Cause) => void): Permit {
  const isTrial = standing.state === "trial";
  const hasNews = isTrial || (standing.state === "closed" && standing.failures > 0);
  return {
    async ended(trouble) {
      if (trouble && isAway(trouble)) {
        if (await breaker.failed(trouble.cause, { isTrial })) onTrouble(trouble.cause);
        return;
      }
      if (hasNews) await breaker.answered();
      if (trouble && LOCKED_OUT.has(trouble.cause)) onTrouble(trouble.cause);
    },
  };
}
