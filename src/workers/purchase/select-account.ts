// Which account an order is bought on: by sort, the first that can sell it now. From the first byte sent it stays there.
import { type AttentionCode, goesOnByItself } from "../../shared/certificate/attention.ts";
import type { Certificate } from "../../shared/certificate/certificate.ts";
import type { Account } from "../accounts/accounts.ts";
import { findAttempts } from "../ledger/attempt.ts";
import type { OrderNeeds } from "../order/needs.ts";

/** Why an order cannot be bought on an account now. */
export interface Obstacle {
  code: AttentionCode;
  message: string;
  /** Where the account could not be asked. */
  retryAfterSeconds?: number | undefined;
}

/** An account that is passed over, and why: shown when none is left. */
export interface Passed extends Obstacle {
  account: string;
}

export interface Candidates {
  /** To be tried, in order. */
  sound: readonly Account[];
  /** They fit as well, and are not asked while their last check counts as failed. */
  troubled: readonly Account[];
}

/** One alone where something was sent before, or a term was bought: there is no other then. */
export async function candidatesFor(certificate: Certificate, needs: OrderNeeds): Promise<Candidates> {
  const { order, record, attempt, term } = certificate;
  if (record.account !== null && (term > 1 || (await wasSent(order.reference, attempt, needs)))) {
    const bound = needs.accounts.find(record.account);
    return { sound: bound?.entry.enabled ? [bound] : [], troubled: [] };
  }
  const fitting = needs.accounts.fitting(order);
  if (fitting.length < 2) return { sound: fitting, troubled: [] };
  const checks = await Promise.all(fitting.map(({ entry }) => needs.lastCheckFailed(entry.id)));
  const sound = fitting.filter((_account, i) => !checks[i]);
  if (sound.length === 0) return { sound: fitting, troubled: [] }; // eNom itself says what is wrong
  return { sound, troubled: fitting.filter((_account, i) => checks[i]) };
}

/**
 * What an order waits for when every account was passed over, and where: money before all, since it comes by itself; then what it goes on
 * after by itself. The message tells of each account.
 */
export function nobodyLeft(
  passed: readonly Passed[],
  certificate: Certificate,
): { code: AttentionCode; message: string; account?: string } {
  const [first] = passed;
  if (!first) return { code: "no-account", message: noAccount(certificate) };
  const poor = passed.find((each) => each.code === "no-account-with-funds");
  const { code, account } = poor ?? passed.find((each) => goesOnByItself(each.code)) ?? first;
  const message = [...new Set(passed.map((each) => each.message))].join(" ");
  return { code, message, account };
}

/** A purchase that passed its gate may have reached eNom, however it ended. */
async function wasSent(reference: string, newest: number, needs: OrderNeeds): Promise<boolean> {
  return (await findAttempts(needs, reference, newest)).some(({ gateAt }) => gateAt !== undefined);
}

function noAccount({ order, record }: Certificate): string {
  const named = order.account ?? record.account;
  if (named) return `No enabled account ${named} is configured here.`;
  return `No enabled account fits this order${order.dataCenter ? ` in data center ${order.dataCenter}` : ""}.`;
}
