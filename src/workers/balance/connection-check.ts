// The connection check of an account: can eNom be worked with, and if not, what was found and what to do about it.

import type { ConnectionCheck } from "../../shared/account/connection-check.ts";
import type { Clock } from "../../shared/base/clock.ts";
import type { Account } from "../accounts/accounts.ts";
import { findings } from "./connection-findings.ts";

/** What an account that works is told, by a check as by a balance that could be read. */
export const WELL = "eNom accepts the login and the address.";

/** Asks CheckLogin: it costs nothing and changes nothing. Never throws. (eNom API, CheckLogin) */
export async function checkConnection(
  { entry, enom }: Pick<Account, "entry" | "enom">,
  clock: Clock,
): Promise<ConnectionCheck> {
  const started = performance.now();
  const trouble = await enom.checkLogin();
  const taken = { at: clock.now().toISOString(), ms: Math.round(performance.now() - started) };
  if (!trouble) return { ...taken, ok: true, cause: null, message: WELL, advice: null, seenAddress: null };
  const { cause, seenAddress = null } = trouble;
  const found = findings[cause];
  const place = { host: new URL(entry.apiUrl).host, account: entry.id, ...trouble };
  return {
    ...taken,
    ...{ ok: false, cause, seenAddress },
    message: `Cannot connect to the processing module: ${found.says(place)}`,
    advice: found.advice(place),
  };
}

/** Whether it may go well the next time although nobody does anything. */
export function passesByItself({ cause }: Pick<ConnectionCheck, "cause">): boolean {
  return cause !== null && findings[cause].passes;
}
