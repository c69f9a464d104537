// Opens this process's eNom accounts: a client each, one interaction log for all.
import type { Clock } from "../shared/clock.ts";
import { readSettings } from "../shared/config.ts";
import type { FleetFile } from "../shared/fleet-file.ts";
import type { Log } from "../shared/log.ts";
import { enomSettings } from "../shared/settings.ts";
import { readAccounts } from "./account-settings.ts";
import { type Account, type Accounts, account, openAccounts } from "./accounts.ts";
import { enomClient } from "./enom/client.ts";
import { enomCommands } from "./enom/commands.ts";
import { openInteractionLog } from "./enom/interaction-log.ts";

export interface OpenedAccounts {
  accounts: Accounts;
  close: () => Promise<void>;
}

export interface WiringNeeds {
  file: FleetFile;
  clock: Clock;
  log: Log;
  /** How long a write's answer is waited for; a purchase's doubt begins after it. */
  writeMs?: number;
}

/** @throws Error listing what is missing in the settings, or an API URL that secrets may not be sent to. */
export function openEnomAccounts(env: NodeJS.ProcessEnv, { file, clock, log, writeMs }: WiringNeeds): OpenedAccounts {
  const all = readAccounts(env, file);
  const interactions = openInteractionLog(readSettings(enomSettings, env).ENOM_LOG, clock, (err) =>
    log.warn({ event: "enom-log.failed", err }),
  );
  const limits = writeMs === undefined ? {} : { writeMs };
  const clients = all.map(({ id, apiUrl, username, password }) =>
    enomClient({ account: id, apiUrl, username, password }, { record: interactions.record, limits }),
  );
  const opened: Account[] = all.flatMap((entry, i) => {
    const client = clients[i];
    return client ? [account(entry, enomCommands(client))] : [];
  });
  return {
    accounts: openAccounts(opened, file),
    async close() {
      await Promise.all(clients.map((client) => client.close()));
      await interactions.close();
    },
  };
}
