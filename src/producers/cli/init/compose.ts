// The folder of a fleet under Docker Compose: what docker-compose.yml mounts and reads.
import type { Collected } from "./collect.ts";
import { allOf, extrasOf, secretFiles } from "./extras.ts";
import { fleetYaml } from "./fleet-yaml.ts";
import { type Layout, recipientsFile, secretFile, secretsOf, settingsFile, settingsOf } from "./layout.ts";
import { COMPOSE_REDIS, journalFolders } from "./ways.ts";

/** The user of the image. */
const IMAGE_USER = 1000;

/** What docker-compose.yml calls the file of a secret that only some fleets have. */
const PLACES: Readonly<Record<string, string>> = {
  dkim_private_key: "DKIM_KEY_PLACE",
  oidc_client_secret: "OIDC_SECRET_PLACE",
};

export interface ComposeRoom {
  folder: string;
  /** docker-compose.yml lies in that folder, and finds all by itself. */
  isBeside: boolean;
  apiKey: string;
  boardPassword: string;
  /** Who runs `init`: files of root are given to the image's user. */
  uid: number | undefined;
}

export function composeLayout(
  collected: Collected,
  { folder, isBeside, apiKey, boardPassword, uid }: ComposeRoom,
): Layout {
  const { answers } = collected;
  const { enomPassword, smtpUrl } = secretsOf(collected);
  const extras = extrasOf(collected);
  const { gateway, notify } = extras.settings;
  const settings = settingsOf({
    MAIL_FROM: answers.mailFrom,
    CERTFLEET_PUBLIC_URL: answers.publicUrl,
    CERTFLEET_TRUSTED_PROXIES: answers.trustedProxies,
    ...gateway,
    ...notify,
  });
  const places = isBeside ? {} : { CONFIG_DIR: `${folder}/config`, SECRETS_DIR: `${folder}/.data/secrets` };
  const mounted = extras.secrets.flatMap(({ setting, name }) => [
    [`${setting}_FILE`, `/run/secrets/${name}`],
    [PLACES[name] ?? "", `${isBeside ? "./" : `${folder}/`}.data/secrets/${name}`],
  ]);
  const compose = isBeside ? "docker compose" : `docker compose --env-file ${folder}/.env`;
  const comment = [
    "Settings that docker-compose.yml passes on. docs/reference/settings.md has all; secrets are files.",
    ...(isBeside ? [] : ["CONFIG_DIR and SECRETS_DIR are for docker-compose.yml: where the rest lies."]),
  ];

  return {
    owner: IMAGE_USER,
    closed: [".data/secrets"],
    files: [
      secretFile(".data/secrets/enom_password", enomPassword),
      secretFile(".data/secrets/smtp_url", smtpUrl),
      { ...secretFile(".data/secrets/api_key", apiKey), isMadeUp: true },
      { ...secretFile(".data/secrets/board_password", boardPassword), isMadeUp: true },
      ...secretFiles(extras, ".data/secrets"),
      ...recipientsFile("config/recipients.txt", answers),
      { path: "config/certfleet.yaml", text: fleetYaml(answers), mode: 0o644 },
      settingsFile(".env", comment, { ...places, ...settings, ...Object.fromEntries(mounted) }),
    ],
    settings: {
      REDIS_URL: COMPOSE_REDIS,
      CERTFLEET_CONFIG: "./config/certfleet.yaml",
      CERTFLEET_JOURNAL: journalFolders.compose,
      ENOM_PASSWORD_FILE: "./.data/secrets/enom_password",
      ENOM_LOG: "-",
      SMTP_URL_FILE: "./.data/secrets/smtp_url",
      CERTFLEET_API_KEY_FILE: "./.data/secrets/api_key",
      BOARD_USER: "operator",
      BOARD_PASSWORD_FILE: "./.data/secrets/board_password",
      ...settings,
      ...allOf(extras, ".", "./.data/secrets"),
    },
    next: [
      ...(uid === 0 || uid === IMAGE_USER
        ? []
        : [`Let the image's user read the secrets: sudo chown -R ${IMAGE_USER} ${folder}/.data/secrets`]),
      `Start the fleet: ${compose} up --detach --build`,
      ...(answers.backupRecipients ? ["Back up every night, by cron: docs/howto/docker-compose.md#backups"] : []),
      `Look whether all is well: ${compose} exec notify node bin/certfleet doctor`,
      `Check the eNom login: ${compose} exec open node bin/certfleet account check`,
      `Give each person a login: ${compose} exec gateway node bin/certfleet user add NAME --role admin`,
    ],
  };
}
