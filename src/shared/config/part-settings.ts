// Which settings each process of the fleet reads: one table for the workers, which check them, and for `npm start`,
// which shares them out.
import { sealingSettings } from "../webhooks/sealing.ts";
import {
  enomSettings,
  gatewaySettings,
  mailSettings,
  orderSettings,
  policySettings,
  workerSettings,
} from "./settings.ts";

/** What each part reads besides `commonSettings`. */
export const partSettings = {
  gateway: { ...gatewaySettings, ...policySettings, ...sealingSettings },
  open: { ...workerSettings, ...enomSettings, ...orderSettings, ...policySettings },
  reissue: { ...workerSettings, ...enomSettings, ...orderSettings, ...policySettings },
  notify: { ...workerSettings, ...mailSettings, ...policySettings },
  "balance-poll": { ...workerSettings, ...enomSettings, ...orderSettings, ...policySettings },
  webhook: { ...workerSettings, ...sealingSettings },
};
