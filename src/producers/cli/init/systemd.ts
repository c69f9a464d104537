// The folder of a fleet under systemd: one file of settings for each unit, and the secrets that the units load.
import type { Collected } from "./collect.ts";
import { fleetYaml } from "./fleet-yaml.ts";
import { type Layout, secretFile, secretsOf, settingsFile, settingsOf } from "./layout.ts";
import { journalFolders } from "./ways.ts";

/** Each has a file with its own REDIS_URL, as `certfleet redis acl --connections` makes them. */
const REDIS_PARTS = ["gateway", "open", "reissue", "notify", "balance-poll", "command-line"];
const ORDERS = ["open", "reissue"];

/** @param folder where it will lie: the units look into /etc/certfleet */
export function systemdLayout(collected: Collected, { folder, apiKey }: { folder: string; apiKey: string }): Layout {
  const { answers } = collected;
  const { enomPassword, smtpUrl, redisUrl, journalUrl } = secretsOf(collected);
  const gateway = settingsOf({
    CERTFLEET_PUBLIC_URL: answers.publicUrl,
    CERTFLEET_TRUSTED_PROXIES: answers.trustedProxies,
  });
  const mail = settingsOf({ MAIL_FROM: answers.mailFrom });
  const journal = journalUrl === undefined ? {} : { CERTFLEET_JOURNAL: journalUrl };
  const allSettings = (place: string): Record<string, string> => ({
    REDIS_URL_FILE: `${place}/redis/command-line`,
    CERTFLEET_CONFIG: `${place}/certfleet.yaml`,
    CERTFLEET_JOURNAL: journalUrl ?? journalFolders.systemd,
    ENOM_PASSWORD_FILE: `${place}/secrets/enom_password`,
    ENOM_LOG: "-",
    SMTP_URL_FILE: `${place}/secrets/smtp_url`,
    CERTFLEET_API_KEY_FILE: `${place}/secrets/api_key`,
    ...mail,
    ...gateway,
  });
  const loaded = "It gets the secrets from its unit (LoadCredential=).";

  return {
    closed: ["secrets", "redis"],
    files: [
      secretFile("secrets/enom_password", enomPassword),
      secretFile("secrets/smtp_url", smtpUrl),
      { ...secretFile("secrets/api_key", apiKey), isMadeUp: true },
      ...REDIS_PARTS.map((part) => secretFile(`redis/${part}`, redisUrl)),
      { path: "certfleet.yaml", text: fleetYaml(answers), mode: 0o644 },
      settingsFile("common.env", ["Settings of every part. docs/reference/settings.md has all."], {
        LOG_LEVEL: "info",
      }),
      settingsFile("gateway.env", [`Settings of the gateway. ${loaded}`], gateway),
      ...ORDERS.map((part) => settingsFile(`${part}.env`, [`Settings of ${part}. ${loaded}`], journal)),
      settingsFile("notify.env", [`Settings of notify. ${loaded}`], mail),
      settingsFile("balance-poll.env", [`Settings of balance-poll. ${loaded}`], {}),
      settingsFile(
        ".env",
        [
          "All settings of the fleet, for a shell of root:  set -a; . ./.env; set +a",
          "systemd does not read this file: its units have a file each, beside this one.",
        ],
        allSettings(folder),
      ),
    ],
    settings: allSettings("."),
    next: [
      ...(folder === "/etc/certfleet"
        ? []
        : [`Move ${folder} to /etc/certfleet, where the units look, and change the paths in .env.`]),
      "Install the units, if they are not yet: docs/howto/systemd.md",
      "Start the fleet: systemctl enable --now certfleet.target",
      "Look whether all is well: certfleet doctor && certfleet account check",
      "Give each person a login: certfleet user add NAME --role admin",
    ],
  };
}
