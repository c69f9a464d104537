// Which settings each process of the fleet reads: one table for the workers, which check them, and for `npm start`,
// which shares them out.
import { doorSettings } from "../gateway/door-settings.ts";
import { sealingSettings } from "../webhooks/sealing.ts";
import {
  enomSettings,
  gatewaySettings,
  mailSettings,
  orderSettings,
  policySettings,
  workerSettings,
} from "./settings.ts";

/** Mails and webhooks lead to the console where it is reached from outside. */
const linkSettings = { CERTFLEET_PUBLIC_URL: doorSettings.CERTFLEET_PUBLIC_URL };

/** What each part reads besides `commonSettings`. */
export const partSettings = {
  gateway: { ...gatewaySettings, ...policySettings, ...sealingSettings },
  open: { ...workerSettings, ...enomSettings, ...orderSettings, ...policySettings },
  reissue: { ...workerSettings, ...enomSettings, ...orderSettings, ...policySettings },
  notify: { ...workerSettings, ...mailSettings, ...policySettings, ...linkSettings },
  "balance-poll": { ...workerSettings, ...enomSettings, ...orderSettings, ...policySettings },
  webhook: { ...workerSettings, ...sealingSettings, ...linkSettings },
};
