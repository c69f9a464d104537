// How an explanation ends: that nobody needs to act is said only when everything was looked at, and each of it is known
// to need nobody.

import { meets, type Trouble } from "../../../shared/account/troubles.ts";
import type { CertificateRecord } from "../../../shared/certificate/record.ts";
import { timeText } from "../table.ts";
import type { Surroundings } from "./surroundings.ts";

const NOBODY = "Nobody needs to act.";

/** What the last tries met; empty where the last one succeeded. */
export function lastTries({ trouble: met }: Pick<CertificateRecord, "trouble">): string {
  if (!met) return "";
  const tries = `The last ${met.count === 1 ? "try" : `${met.count} tries`} failed, since ${timeText(met.since)}`;
  return met.why === "" ? `${tries}.` : `${tries}: ${ended(met.why)}`;
}

/**
 * What stands in the order's way outside of it, and what waiting may not mend; else that nobody needs to act. What a
 * record of an earlier version does not say is not known to pass.
 */
export function conclude({ trouble, attention }: CertificateRecord, around: Surroundings): string[] {
  const met = obstacles(around, attention?.code);
  if (met.length > 0) return met;
  if (!trouble || trouble.passes) return [NOBODY];
  return [
    "Waiting alone may not fix that. If it stays so, the operator must act: see docs/runbook.md#an-order-is-stuck and run certfleet doctor.",
  ];
}

interface Holds {
  /** What really holds the order, each with who must act: said before what it would wait for without that. */
  first: string[];
  /** Something holds it, or its last try failed: it does not wait for eNom then. */
  isHeld: boolean;
  /** What else is wrong, or that nobody needs to act. */
  last: string[];
}

/** For an order whose next step is ours. A mail that waits holds up no order, nor an account beside which there is another. */
export function holds(record: CertificateRecord, around: Surroundings): Holds {
  const { troubles, asleep, hasWayOut } = around;
  const isIdle = (queue: string | undefined): boolean => queue === "notify";
  const isHolding = ({ code, account, about }: Trouble): boolean =>
    meets[code] !== "mails" && !isIdle(about) && !(account !== null && hasWayOut);
  const first = obstacles({
    ...{ troubles: troubles.filter(isHolding), asleep: asleep.filter((queue) => !isIdle(queue)), hasWayOut },
  });
  const others = troubles.filter((each) => !isHolding(each));
  const last =
    first.length > 0
      ? obstacles({ troubles: others, asleep: asleep.filter(isIdle), hasWayOut })
      : conclude(record, around);
  return { first, isHeld: first.length > 0 || record.trouble !== null, last };
}

/** `told`: what the order's attention says already. */
export function obstacles({ troubles, asleep, hasWayOut }: Surroundings, told?: string): string[] {
  const found = troubles
    .filter(({ code }) => code !== told)
    .map(({ account, message, next }) => {
      const whose = account === null ? "" : `Account ${account}: `;
      return `${whose}${ended(message)} The operator must act: ${ended(next)}`;
    });
  const sleeping = asleep.map(
    (queue) => `No worker of the queue ${queue} is alive: the operator must start one with certfleet worker ${queue}.`,
  );
  const isOfAccount = troubles.some(({ account, code }) => account !== null && code !== told);
  const way = isOfAccount && hasWayOut ? ["Another account may take the order."] : [];
  return [...found, ...way, ...sleeping];
}

/** Its mails that have not gone out; empty where there are none. Why they wait is among the obstacles. */
export function waitingMails({ mails = [], troubles }: Surroundings): string {
  if (mails.length === 0) return "";
  const [names, one] = [mails.join(", "), mails.length === 1];
  const isStopped = troubles.some(({ code, about }) => code === "mails-wait" || about === "notify");
  if (isStopped)
    return `${one ? "A mail" : `${mails.length} mails`} about it ${one ? "waits" : "wait"} to be sent: ${names}.`;
  return `${one ? "A mail" : `${mails.length} mails`} about it ${one ? "is" : "are"} on the way: ${names}.`;
}

export function ended(text: string): string {
  return /[.!?]$/.test(text) ? text : `${text}.`;
}
