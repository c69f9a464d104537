// What only some fleets have: a Redis with a CA of its own or behind Sentinels, mails with DKIM, people who sign in by OpenID Connect.
import type { Collected } from "./collect.ts";
import { secretFile, settingsOf } from "./layout.ts";

/** Who reads it: all parts, or one. */
export type Reader = "every" | "gateway" | "notify";

export interface ExtraFile {
  /** The setting that gets what is in it; NAME_FILE names it. */
  setting: string;
  /** The file's name in every way to deploy. */
  name: string;
  text: string;
  reader: Reader;
}

export interface Extras {
  /** Settings that are no secrets, by who reads them. */
  settings: Record<Reader, Record<string, string>>;
  /** Certificates, which anybody may read. */
  open: ExtraFile[];
  secrets: ExtraFile[];
}

/** Only what was said; the lists are empty for a fleet without any of it. */
export function extrasOf({ answers, secrets }: Pick<Collected, "answers" | "secrets">): Extras {
  const hasProvider = answers.oidcIssuer !== undefined;
  const given = (setting: string, field: string, name: string, reader: Reader): ExtraFile[] => {
    const text = secrets[field];
    return text === undefined ? [] : [{ setting, name, text, reader }];
  };
  return {
    settings: {
      every: settingsOf({ REDIS_SENTINEL_USERNAME: answers.sentinelUser }),
      gateway: settingsOf({
        CERTFLEET_OIDC_ISSUER: answers.oidcIssuer,
        CERTFLEET_OIDC_CLIENT_ID: answers.oidcClientId,
        CERTFLEET_OIDC_ROLES: answers.oidcRoles,
        CERTFLEET_OIDC_NAME: hasProvider ? answers.oidcName : undefined,
        CERTFLEET_OIDC_SCOPE: hasProvider ? answers.oidcScope : undefined,
      }),
      notify: settingsOf({ DKIM_DOMAIN: answers.dkimDomain, DKIM_SELECTOR: answers.dkimSelector }),
    },
    open: [
      ...given("REDIS_CA", "redisCaFile", "redis-ca.pem", "every"),
      ...given("REDIS_CERT", "redisCertFile", "redis-cert.pem", "every"),
    ],
    secrets: [
      ...given("REDIS_KEY", "redisKeyFile", "redis_key", "every"),
      ...given("REDIS_SENTINEL_PASSWORD", "sentinelPasswordFile", "sentinel_password", "every"),
      ...given("DKIM_PRIVATE_KEY", "dkimKeyFile", "dkim_private_key", "notify"),
      ...given("CERTFLEET_OIDC_CLIENT_SECRET", "oidcClientSecretFile", "oidc_client_secret", "gateway"),
    ],
  };
}

/** Its settings all together, as one process on this machine would have them. */
export function allOf(
  { settings, open, secrets }: Extras,
  place: string,
  secretsPlace: string,
): Record<string, string> {
  return {
    ...settings.every,
    ...settings.gateway,
    ...settings.notify,
    ...named(open, place),
    ...named(secrets, secretsPlace),
  };
}

/** NAME_FILE for each of these files. */
export function named(files: readonly ExtraFile[], place: string): Record<string, string> {
  return Object.fromEntries(files.map(({ setting, name }) => [`${setting}_FILE`, `${place}/${name}`]));
}

export function openFiles({ open }: Extras) {
  return open.map(({ name, text }) => ({ path: name, text: `${text}\n`, mode: 0o644 as const }));
}

export function secretFiles({ secrets }: Extras, folder: string) {
  return secrets.map(({ name, text }) => secretFile(`${folder}/${name}`, text));
}
