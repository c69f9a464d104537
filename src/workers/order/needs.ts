// What the steps of an order are handed: no step opens a connection, reads a setting or a clock by itself.

import type { Clock } from "../../shared/base/clock.ts";
import type { Log } from "../../shared/base/log.ts";
import type { Money } from "../../shared/base/money.ts";
import type { Lane } from "../../shared/certificate/products.ts";
import type { CertificateStore } from "../../shared/certificate/store.ts";
import type { IntakeRules } from "../../shared/intake/rules.ts";
import type { Enqueue } from "../../shared/queue/queues.ts";
import type { PolicyFor } from "../../shared/subscription/policy.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { Trust } from "../delivery/trust.ts";
import type { Ledger } from "../ledger/context.ts";
import type { LookForProof } from "../proof/look.ts";

export interface Timings {
  /** First pause between two looks at an unissued certificate. */
  pollSeconds: number;
  /** How long the domain's owner may take before a person is told. */
  validationDays: number;
  /** How often a machine may buy again for one order, when it is sure that nothing was bought. */
  rebuyBudget: number;
  /** After so many days people are taken out of an order that ended; undefined: never. */
  keepEndedDays?: number | undefined;
}

export interface OrderNeeds {
  ledger: Ledger;
  certificates: CertificateStore;
  accounts: Accounts;
  enqueue: Enqueue;
  clock: Clock;
  timings: Timings;
  /** Why this Redis might forget a purchase, a sentence each; empty when buying is safe. */
  durabilityRisks: () => Promise<string[]>;
  /** What the operator agreed to pay at most for a year of a product; undefined where nothing is agreed. */
  priceCeiling: (service: string) => Money | undefined;
  /** The policy of an order that names none; the same in every process. */
  policyFor: PolicyFor;
  /** Stands for that policy: the index of due times is made anew when it changes. */
  policyDigest: string;
  /** How this fleet has a product reissued, and what terms it is sold for where eNom's catalogue does not say. */
  productFor: (service: string) => { reissue: Lane; terms: readonly number[] };
  /** What the operator decided about orders and CSRs that come in; without it, the rules as they are built in. */
  intake?: IntakeRules | undefined;
  /** Whether the account's minimum balance must stay, or is only warned of. */
  minimumBlocks: boolean;
  /** Looks for what an owner was asked to publish; absent, or null: not looked for. Never throws. */
  lookForProof?: LookForProof | undefined;
  /** Whether the account's newest connection check went wrong. */
  lastCheckFailed: (account: string) => Promise<boolean>;
  /** What a chain may end at and be completed from; without it what Node and this program bring. */
  trust?: () => Trust;
  log: Log;
  /** The process stops: no further step is begun. Absent: it goes on. */
  isStopping?: () => boolean;
}
