// The folder of a fleet under systemd: one file of settings for each unit, and the secrets that the units load.
import type { Collected } from "./collect.ts";
import { allOf, extrasOf, named, openFiles, secretFiles } from "./extras.ts";
import { fleetYaml } from "./fleet-yaml.ts";
import { type Layout, recipientsFile, secretFile, secretsOf, settingsFile, settingsOf } from "./layout.ts";
import { dropIns } from "./systemd-drop-ins.ts";
import { journalFolders } from "./ways.ts";

/** Each has a file with its own REDIS_URL, as `certfleet redis acl --connections` makes them. */
const REDIS_PARTS = ["gateway", "open", "reissue", "notify", "balance-poll", "webhook", "command-line"];
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
  const extras = extrasOf(collected);
  const placedDropIns = dropIns(extras, journalUrl !== undefined);
  const allSettings = (place: string): Record<string, string> => ({
    REDIS_URL_FILE: `${place}/redis/command-line`,
    CERTFLEET_CONFIG: `${place}/certfleet.yaml`,
    ...(journalUrl === undefined
      ? { CERTFLEET_JOURNAL: journalFolders.systemd }
      : { CERTFLEET_JOURNAL_FILE: `${place}/secrets/journal_url` }),
    ENOM_PASSWORD_FILE: `${place}/secrets/enom_password`,
    ENOM_LOG: "-",
    SMTP_URL_FILE: `${place}/secrets/smtp_url`,
    CERTFLEET_API_KEY_FILE: `${place}/secrets/api_key`,
    ...mail,
    ...gateway,
    ...allOf(extras, place, `${place}/secrets`),
  });
  const loaded = "It gets the secrets from its unit (LoadCredential=).";

  return {
    closed: ["secrets", "redis"],
    files: [
      secretFile("secrets/enom_password", enomPassword),
      secretFile("secrets/smtp_url", smtpUrl),
      { ...secretFile("secrets/api_key", apiKey), isMadeUp: true },
      ...REDIS_PARTS.map((part) => secretFile(`redis/${part}`, redisUrl)),
      ...(journalUrl === undefined ? [] : [secretFile("secrets/journal_url", journalUrl)]),
      ...secretFiles(extras, "secrets"),
      ...openFiles(extras),
      ...placedDropIns,
      ...recipientsFile("recipients.txt", answers),
      { path: "certfleet.yaml", text: fleetYaml(answers), mode: 0o644 },
      settingsFile("common.env", ["Settings of every part. docs/reference/settings.md has all."], {
        LOG_LEVEL: "info",
        ...extras.settings.every,
        ...named(extras.open, "/etc/certfleet"),
      }),
      settingsFile("gateway.env", [`Settings of the gateway. ${loaded}`], { ...gateway, ...extras.settings.gateway }),
      ...ORDERS.map((part) => settingsFile(`${part}.env`, [`Settings of ${part}. ${loaded}`], {})),
      settingsFile("notify.env", [`Settings of notify. ${loaded}`], { ...mail, ...extras.settings.notify }),
      settingsFile("balance-poll.env", [`Settings of balance-poll. ${loaded}`], {}),
      settingsFile("webhook.env", [`Settings of webhook, and secrets of webhooks in certfleet.yaml. ${loaded}`], {}),
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
      ...(placedDropIns.length === 0
        ? []
        : [
            "Give the units these secrets: cp -r /etc/certfleet/systemd/. /etc/systemd/system/ && systemctl daemon-reload",
          ]),
      "Start the fleet: systemctl enable --now certfleet.target",
      ...(answers.backupRecipients ? ["Back up every night: systemctl enable --now certfleet-backup.timer"] : []),
      "Look whether all is well: certfleet doctor && certfleet account check",
      "Give each person a login: certfleet user add NAME --role admin",
    ],
  };
}
