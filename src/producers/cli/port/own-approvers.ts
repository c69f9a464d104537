// Who can approve a domain, by the rules of the configuration on this machine: neither Redis nor a gateway is asked.
import { systemClock } from "../../../shared/base/clock.ts";
import type { Result } from "../../../shared/base/result.ts";
import { findProduct, unknownProduct } from "../../../shared/certificate/products.ts";
import { fleetFileOf } from "../../../shared/config/fleet-file.ts";
import { approverList } from "../../../shared/intake/approver-list.ts";
import { intakeRules } from "../../../shared/intake/rules.ts";
import { wrong } from "../input.ts";
import type { Approvers } from "./orders.ts";

/** @throws Error that lists what is wrong in the configuration file */
export function ownApprovers(domain: string, service: string | undefined, env: NodeJS.ProcessEnv): Approvers | Result {
  const product = service === undefined ? undefined : findProduct(service);
  const list = approverList(domain, product, { rules: intakeRules(fleetFileOf(env)), at: systemClock.now() });
  const faults = [
    ...("faults" in list ? list.faults : []),
    ...(service !== undefined && !product ? [unknownProduct(service)] : []),
  ];
  return "faults" in list || faults.length > 0 ? wrong(faults) : list;
}
