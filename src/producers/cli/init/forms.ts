// The form of each answer of `certfleet init`: the schemas of the program itself, wherever it has one.
import { z } from "zod";
import { signInSettings } from "../../../shared/authority/people/sign-in-settings.ts";
import { accountFields } from "../../../shared/config/fleet-file-schema.ts";
import { mailSettings } from "../../../shared/config/settings.ts";
import { doorSettings } from "../../../shared/gateway/door-settings.ts";
import { folderOrRedis, readRedisAddress, redisUrl } from "../../../shared/redis/address.ts";
import type { Question } from "./questions.ts";
import { ways } from "./ways.ts";

const account = accountFields.shape;
const purchasing = account.purchasing.unwrap().shape;
const line = z.string().regex(/^[^\n\r$`\\]+$/, "must be one line without $, ` and \\");

/** `smtp://` or `smtps://` without a login: that has fields of its own, so that nobody has to encode it. */
const mailServer = z
  .string()
  .regex(/^smtps?:\/\/[^@/?#\s]+\/?(\?[^@#\s]*)?$/, "must be smtp://host:587 or smtps://host:465, without a login");

/** An address is shown on the screen and stands in the answers file: a password has a field of its own. */
const noPassword = (text: string): boolean => readRedisAddress(text)?.hasPassword !== true;
const NO_PASSWORD = "must hold no password: that goes into a file of its own";
const redis = z.string().pipe(redisUrl).refine(noPassword, NO_PASSWORD);
/** A relative folder would be another one for each process. */
const journal = z
  .string()
  .refine(
    (text) => text.startsWith("/") || readRedisAddress(text) !== undefined,
    "must be a folder from / on, or the address of a second Redis",
  )
  .pipe(folderOrRedis)
  .refine(noPassword, NO_PASSWORD);

const image = z
  .string()
  .regex(
    /^[\w.:/-]+(:[\w.-]+|@sha256:[0-9a-f]{64})$/,
    "must be an image with its tag, such as registry.example/certfleet:1",
  );
const namespace = z.string().regex(/^[a-z0-9]([a-z0-9-]{0,61}[a-z0-9])?$/, "must be a name as Kubernetes allows it");

const forms: Readonly<Record<string, z.ZodType>> = {
  enomUsername: account.username.and(line),
  enomPasswordFile: line,
  enomApiUrl: account.apiUrl,
  account: account.id,
  department: account.department.unwrap(),
  minimumBalance: account.minimumBalance.unwrap().refine((text) => !text.startsWith("-"), "must not be below 0"),
  currency: account.currency,
  perHour: purchasing.perHour,
  perDay: purchasing.perDay,
  mailServer,
  mailUser: line,
  mailPasswordFile: line,
  mailFrom: mailSettings.MAIL_FROM.and(line),
  redis,
  redisUser: line,
  redisPasswordFile: line,
  journal,
  journalPasswordFile: line,
  redisCaFile: line,
  redisCertFile: line,
  redisKeyFile: line,
  sentinelUser: line,
  sentinelPasswordFile: line,
  dkimDomain: mailSettings.DKIM_DOMAIN.unwrap(),
  dkimSelector: mailSettings.DKIM_SELECTOR.unwrap(),
  dkimKeyFile: line,
  oidcIssuer: signInSettings.CERTFLEET_OIDC_ISSUER.unwrap().and(line),
  oidcClientId: line,
  oidcClientSecretFile: line,
  oidcRoles: line.pipe(signInSettings.CERTFLEET_OIDC_ROLES.unwrap()),
  oidcName: line,
  oidcScope: line,
  backupRecipients: z
    .string()
    .regex(/^age1[a-z0-9]+(\s*,\s*age1[a-z0-9]+)*$/, "must be public keys of age (age1…), with commas"),
  publicUrl: doorSettings.CERTFLEET_PUBLIC_URL.unwrap(),
  trustedProxies: doorSettings.CERTFLEET_TRUSTED_PROXIES.unwrap(),
  image,
  namespace,
};

/** The form of the answers file. */
export const answersFile = z.strictObject({
  for: z.enum(ways).optional(),
  ...Object.fromEntries(Object.keys(forms).map((field) => [field, z.string().optional()])),
});

/** What is wrong with an answer, in a few words; undefined when it will do. */
export function faultOf({ field, needed }: Question, text: string): string | undefined {
  if (text === "") return needed ? "must not be empty" : undefined;
  return forms[field]?.safeParse(text).error?.issues[0]?.message;
}
