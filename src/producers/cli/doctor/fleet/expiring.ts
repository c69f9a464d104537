// Certificates that end soon and that nothing is planned for: neither the policy nor a person has begun anything.
import { DAY_MS } from "../../../../shared/base/dates.ts";
import { readSettings } from "../../../../shared/base/read-settings.ts";
import type { Finding } from "../../../../shared/base/result.ts";
import { type Certificate, policyOf, subscriptionOf } from "../../../../shared/certificate/certificate.ts";
import { isAdopted } from "../../../../shared/certificate/imported/origin.ts";
import { nextDue } from "../../../../shared/certificate/projection.ts";
import { certificateStore } from "../../../../shared/certificate/store.ts";
import { fleetFileOf } from "../../../../shared/config/fleet-file.ts";
import { policyFor } from "../../../../shared/config/policy.ts";
import { policySettings } from "../../../../shared/config/settings.ts";
import { lastEnd } from "../../../../shared/subscription/due.ts";
import type { PolicyFor } from "../../../../shared/subscription/policy.ts";
import type { Connection } from "../../connection.ts";

const WITHIN_DAYS = 10;
/** Bounded, however many end at once; that there are more is said. */
const MOST_READ = 2_000;
const MOST_NAMED = 5;

/** @throws Error of settings, where the policy cannot be read here */
export async function examineExpiring(
  { redis, keys }: Pick<Connection, "redis" | "keys">,
  { env, now }: { env: NodeJS.ProcessEnv; now: Date },
): Promise<Finding[]> {
  const name = "Certificates";
  const policies = policyFor(readSettings(policySettings, env), fleetFileOf(env));
  const store = certificateStore(redis, keys, policies);
  const [from, to] = [now.getTime(), now.getTime() + WITHIN_DAYS * DAY_MS];
  const soon = await redis.zrange(keys.byExpiry, `${from}`, `${to}`, "BYSCORE", "LIMIT", 0, MOST_READ);
  const found = await Promise.all(soon.map((reference) => store.find(reference)));
  const unplanned = found.filter((each) => each !== undefined && !isPlanned(each, policies, now));
  const seen = soon.length === MOST_READ ? `the first ${MOST_READ}` : `${soon.length}`;
  if (soon.length === 0) return [{ name, state: "ok", detail: `none ends within ${WITHIN_DAYS} days` }];
  if (unplanned.length === 0)
    return [{ name, state: "ok", detail: `${seen} end within ${WITHIN_DAYS} days, and each has a plan` }];
  const names = unplanned.slice(0, MOST_NAMED).map((each) => each?.order.reference);
  const more = unplanned.length > MOST_NAMED ? ` and ${unplanned.length - MOST_NAMED} more` : "";
  const detail = `${unplanned.length} of ${seen} that end within ${WITHIN_DAYS} days have no plan: ${names.join(", ")}${more}`;
  const remedy =
    "Their policy leaves it to people (manual, none). Ask for a new one: certfleet certificate reissue REF";
  return [{ name, state: "warn", detail, remedy }];
}

/**
 * Something is under way, a person is asked already, it is over, or the policy acts by itself: it brings a new one, or tells
 * the customer in time that the paid term ends. With `manual` and `none` nobody acts until somebody asks.
 */
function isPlanned(certificate: Certificate, policies: PolicyFor, now: Date): boolean {
  const { record, state } = certificate;
  if (!isAdopted(record, now)) return true; // whoever had it before looks after it
  if (state === "CANCELLED" || record.attention || record.reissue || record.renewal || record.wish) return true;
  if (policyOf(certificate, policies).mode !== "auto") return false;
  return nextDue(certificate, policies, now) !== null || lastEnd(subscriptionOf(certificate), now) !== null;
}
