// How often the fleet asks itself: for what is due, and for balances. Every process that keeps the schedules reads it.
import { z } from "zod";

const seconds = (fallback: number) =>
  z.coerce.number().positive("must be a number of seconds above 0").default(fallback);

/** Give all processes the same. Where they differ, the gateway's counts (`shared/schedules/interval.ts`). */
export const scheduleSettings = {
  CERTFLEET_BALANCE_SECONDS: seconds(43_200).describe("How often a balance is read"),
  CERTFLEET_SWEEP_SECONDS: seconds(3_600).describe("How often Certfleet looks for certificates that are due"),
};
