// What the verbs that move certificates work with: the ledger's desk, and what is needed to read a certificate.
import { createLog, type Log } from "../../../shared/base/log.ts";
import { readSettings } from "../../../shared/base/read-settings.ts";
import { fleetFileOf } from "../../../shared/config/fleet-file.ts";
import { policyFor } from "../../../shared/config/policy.ts";
import { commonSettings, orderSettings, policySettings } from "../../../shared/config/settings.ts";
import type { PolicyFor } from "../../../shared/subscription/policy.ts";
import { type Asked, atDesk, type Desk } from "../../commands/ledger-desk.ts";
import { downloadIssuers } from "../../delivery/download.ts";
import { rememberedDownload, type Trust, trustOf } from "../../delivery/trust.ts";

export interface MovingDesk extends Desk {
  log: Log;
  trust: Trust;
  policyFor: PolicyFor;
}

/** @throws Unavailable when the journal cannot be opened; Error when settings are wrong */
export function atMovingDesk<T>(asked: Asked, work: (desk: MovingDesk) => Promise<T>): Promise<T> {
  return atDesk(asked, (desk) => {
    const { env } = asked;
    const { LOG_LEVEL } = readSettings({ LOG_LEVEL: commonSettings.LOG_LEVEL }, env);
    const { CERTFLEET_AIA } = readSettings({ CERTFLEET_AIA: orderSettings.CERTFLEET_AIA }, env);
    const file = fleetFileOf(env);
    const log = createLog(LOG_LEVEL, "import");
    const failed = (url: string, err: unknown): void => log.warn({ event: "issuer.not-downloaded", url, err });
    const download = CERTFLEET_AIA ? rememberedDownload((url) => downloadIssuers(url), failed) : undefined;
    return work({
      ...desk,
      ...{ log, trust: { ...trustOf(file), download }, policyFor: policyFor(readSettings(policySettings, env), file) },
    });
  });
}
