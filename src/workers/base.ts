// What every kind of worker is handed when it is built.
import type { Clock } from "../shared/base/clock.ts";
import type { Lifecycle } from "../shared/base/lifecycle.ts";
import type { Log } from "../shared/base/log.ts";
import type { LiveFleetFile } from "../shared/config/fleet-file-watch.ts";
import { type PolicySettings, policyFor } from "../shared/config/policy.ts";
import type { OwnProcess } from "../shared/process/own-process.ts";
import type { Queues } from "../shared/queue/queues.ts";
import type { RedisClient } from "../shared/redis/client.ts";
import type { Keys } from "../shared/redis/keys.ts";
import type { PolicyFor } from "../shared/subscription/policy.ts";
import type { Accounts } from "./accounts/accounts.ts";

/** What every kind is handed. */
export interface Base {
  env: NodeJS.ProcessEnv;
  redis: RedisClient;
  keys: Keys;
  queues: Queues;
  /** certfleet.yaml, which may change while the process runs. */
  live: LiveFleetFile;
  clock: Clock;
  log: Log;
  life: Lifecycle;
  /** How often accounts and schedules that Redis lost are looked for, where that is not as usual. */
  keepEveryMs?: number | undefined;
  /** The process that this is a part of. */
  own: OwnProcess;
  /** Opened when the first kind asks, once for all kinds of the process. */
  accounts: () => Promise<Accounts>;
}

/** The policy by the version in force. @throws Error as `policyFor` */
export function livePolicy(settings: PolicySettings, live: LiveFleetFile): PolicyFor {
  const current = live.derive((file) => policyFor(settings, file));
  return (service) => current()(service);
}
