// What the steps of an order are handed: no step opens a connection, reads a setting or a clock by itself.
import type { CertificateStore, RedisClient } from "../../shared/certificates.ts";
import type { Clock } from "../../shared/clock.ts";
import type { Keys } from "../../shared/keys.ts";
import type { Log } from "../../shared/log.ts";
import type { Ring } from "../../shared/queues.ts";
import type { Accounts } from "../accounts.ts";

export interface Pace {
  /** First pause between two looks at an unissued certificate. */
  pollSeconds: number;
  /** How long the domain's owner may take before a person is told. */
  validationDays: number;
  /** T_settle; the pauses around an unanswered purchase scale with it. */
  settleSeconds: number;
}

export interface OrderNeeds {
  redis: RedisClient;
  keys: Keys;
  certificates: CertificateStore;
  accounts: Accounts;
  ring: Ring;
  clock: Clock;
  pace: Pace;
  /** Why this Redis might forget a purchase, a sentence each; empty when buying is safe. */
  durabilityRisks: () => Promise<string[]>;
  log: Log;
  /** Which part acts, for people: `worker open`. */
  by: string;
}
