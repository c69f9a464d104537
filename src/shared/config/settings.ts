// The settings in groups: each process reads the groups it needs and starts without those of the others.
import { z } from "zod";
import { signInSettings } from "../authority/people/sign-in-settings.ts";
import { must } from "../base/fault.ts";
import { enomWaySettings } from "../enom/way-settings.ts";
import { afarSettings } from "../gateway/afar-settings.ts";
import { doorSettings } from "../gateway/door-settings.ts";
import { processSettings } from "../process/settings.ts";
import { wordList } from "../process/word-list.ts";
import { redisAccessSettings } from "../redis/access.ts";
import { folderOrRedis, redisUrl } from "../redis/address.ts";
import { scheduleSettings } from "../standing/settings.ts";
import { beforeDaysText, policyModeText } from "../subscription/policy.ts";
import { sealingSettings } from "../webhooks/sealing.ts";
import { apiUrl } from "./enom-address.ts";

const seconds = (fallback: number) =>
  z.coerce.number().positive("must be a number of seconds above 0").default(fallback);

const hostName = z
  .string()
  .regex(/^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i, "must be a name as in DNS, such as mail.example.com");

/** Every process. */
export const commonSettings = {
  REDIS_URL: redisUrl.describe("Where Redis is; required, except by `npm start`"),
  ...redisAccessSettings,
  CERTFLEET_PREFIX: z
    .string()
    .regex(/^[^{}]*\{[^{}]+\}[^{}]*$/, "must be a name with a hash tag in braces, such as {certfleet}")
    .default("{certfleet}")
    .describe("Hash tag in front of every key; one fleet, one prefix"),
  CERTFLEET_CONFIG: z.string().optional().describe("The configuration file; else `certfleet.yaml`, if there is one"),
  /** `virtual`: the sandbox's clock, which can be turned on by years. */
  CERTFLEET_CLOCK: z
    .enum(["system", "virtual"])
    .default("system")
    .describe(
      "`virtual` in a sandbox: the clock that `npm start -- --years 5` turns on; refused unless the prefix is a sandbox's",
    ),
  LOG_LEVEL: z
    .enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"])
    .default("info")
    .describe("`trace`, `debug`, `info`, `warn`, `error`, `fatal`, `silent`"),
};

/** Which policy a certificate has when its order names none. */
export const policySettings = {
  SSL_SUBSCRIPTION_POLICY: policyModeText
    .optional()
    .describe("`auto`, `manual` or `none`, where neither order nor product says; not set: `auto`"),
  SSL_SUBSCRIPTION_BEFORE: beforeDaysText.optional().describe("Lead time in days, 1 to 200; not set: 10"),
  BILLMGR_CONF: z
    .string()
    .optional()
    .describe("A `billmgr.conf` to read both from, weaker than the configuration file and these settings"),
};

/** HTTP API, Bull Board, schedules. */
export const gatewaySettings = {
  ...processSettings,
  ...doorSettings,
  CERTFLEET_CONNECTIONS: z.coerce
    .number()
    .int()
    .min(10)
    .max(100_000)
    .default(1_000)
    .describe("How many connections a gateway holds open; above that the idlest are closed"),
  CERTFLEET_API_KEY: z
    .string()
    .min(16, "must have at least 16 characters")
    .optional()
    .describe(
      "A key for the API that may do everything, without end and quotas; at least 16 characters. Better: `certfleet key create`",
    ),
  CERTFLEET_LIMITS: z
    .enum(["on", "off"])
    .default("on")
    .describe(
      "`off`: requests of keys and console users are not limited, for measurements. What keys may order stays limited",
    ),
  BOARD_USER: z
    .string()
    .regex(/^[^:\p{Cc}]+$/u, "must have no colon and no control characters")
    .optional()
    .describe("One user who is admin, for simple set-ups, and for programs (HTTP Basic). [People](../howto/people.md)"),
  BOARD_PASSWORD: z
    .string()
    .min(8, "must have at least 8 characters")
    .optional()
    .describe("That user's password, at least 8 characters"),
  CERTFLEET_BOARD: z
    .enum(["look", "full"], "must be look or full")
    .default("look")
    .describe(
      "What may be done on Bull Board: `look` (and retry), or `full`: everything, by people with the role admin",
    ),
  ...signInSettings,
  ...scheduleSettings,
};

/** Every worker. */
export const workerSettings = {
  ...processSettings,
  CERTFLEET_LOCK_SECONDS: seconds(30).describe("After which the job of a dead worker goes to another one"),
  CERTFLEET_KEEP_JOBS_DAYS: z.coerce
    .number()
    .int()
    .min(1, "must be a number of days from 1")
    .max(3_650, "must be a number of days up to 3650")
    .default(30)
    .describe(
      "After so many days a failed job is removed from its queue, with the names and addresses in it; a completed one after 7, or as many if that is less",
    ),
};

/** The workers that talk to eNom; the login may also stand in the configuration file. */
export const enomSettings = {
  ENOM_API_URL: apiUrl
    .default("https://reseller.enom.com/interface.asp")
    .describe("Address of eNom's interface, for the account `main`"),
  ENOM_USERNAME: z.string().optional().describe("Login of the account `main`"),
  ENOM_PASSWORD: z.string().optional().describe("Its API token or password"),
  ...enomWaySettings,
  ENOM_LOG: z
    .string()
    .default("log/pmenomssl.log")
    .describe("Readable log of every exchange with eNom; `-` is standard error"),
};

/** The command line, where a person adds an account. */
export const wizardSettings = {
  ENOM_REGISTER_URL: z
    .url(must("must be an address such as https://www.enom.com/"))
    .default("https://www.enom.com/")
    .describe("Shown by `certfleet account add` to those who have no eNom account yet"),
};

/** The workers that carry an order on. */
export const orderSettings = {
  ...scheduleSettings,
  CERTFLEET_POLL_SECONDS: seconds(300).describe(
    "First pause between checks of an unissued certificate; grows up to twelve times",
  ),
  CERTFLEET_VALIDATION_DAYS: z.coerce
    .number()
    .positive()
    .default(7)
    .describe("Days the domain's owner may take before the order needs attention"),
  CERTFLEET_SETTLE_SECONDS: seconds(1_200).describe(
    "T_settle: how long an unanswered purchase may still take effect. An answer is waited for a tenth of it, and every other time of the [purchase protocol](../explanation/money.md) scales with it",
  ),
  CERTFLEET_REBUY_BUDGET: z.coerce
    .number()
    .int()
    .min(0)
    .max(1)
    .default(0)
    .describe(
      "How often the fleet itself may buy again for an order, `0` or `1`. Leave it at 0 until you know how late eNom can be. The sandbox of `npm start` uses 1",
    ),
  CERTFLEET_KEEP_ENDED_DAYS: z.coerce
    .number()
    .int()
    .min(30, "must be a number of days from 30, or not be set")
    .optional()
    .describe(
      "After so many days the customer is taken out of an order that ended and of which nothing is owed; not set: never. `certfleet customer erase` does it at once",
    ),
  CERTFLEET_JOURNAL: folderOrRedis
    .default(".data/journal")
    .describe(
      "The money journal: a folder that all of them share, or a second Redis. Give an absolute path. `npm start` uses one in its data folder",
    ),
  CERTFLEET_AIA: z
    .stringbool({ truthy: ["1", "true", "yes"], falsy: ["0", "false", "no"] })
    .default(false)
    .describe(
      "`1`: download a missing intermediate from the address in the certificate (AIA, caIssuers). Needs http to the internet; only public addresses are asked",
    ),
  CERTFLEET_PROOF_LOOKUP: z
    .enum(["auto", "on", "off"])
    .default("auto")
    .describe(
      "Whether Certfleet looks itself for the DNS record or file that an owner was asked to publish: `on`, `off`, or `auto`: unless eNom is the pretended one of a sandbox",
    ),
  CERTFLEET_PROOF_RESOLVERS: wordList(/^(\d{1,3}(\.\d{1,3}){3}|\[[0-9a-f:]+\])(:\d{1,5})?$/i, "192.0.2.1:53").describe(
    "The resolvers that it asks for a zone's servers, `address` or `address:port`, with commas; not set: the machine's",
  ),
  CERTFLEET_PROOF_ALLOW: wordList(/^[0-9a-f.:]+(\/\d{1,3})?$/i, "10.1.0.0/16").describe(
    "Addresses or networks that are not public and may be asked all the same, with commas, such as `10.1.0.0/16`",
  ),
  CERTFLEET_ALLOW_WEAK_REDIS: z
    .stringbool({ truthy: ["1", "true", "yes"], falsy: ["0", "false", "no"] })
    .default(false)
    .describe("`1`: buy although Redis may forget a purchase"),
};

/** The worker that sends mails. */
export const mailSettings = {
  SMTP_URL: z
    .string(must("must be the mail server, such as smtp://user:password@mail.example.com:587"))
    .min(1)
    .describe("`smtp://user:password@host:587` (upgrades by STARTTLS, or refuses) or `smtps://…:465`"),
  MAIL_FROM: z
    .string(must("must be the sender, such as certificates@example.com"))
    .min(3)
    .describe("The sender: an address, or `Name <address>`"),
  /** Of the whole queue, however many workers there are. */
  CERTFLEET_MAILS_PER_SECOND: z.coerce
    .number()
    .int()
    .min(1)
    .default(10)
    .describe("Mails in a second at most, by all `notify` workers together"),
  CERTFLEET_KEEP_MAILS_DAYS: z.coerce
    .number()
    .int()
    .min(30, "must be a number of days from 30: so long a mail may be asked for again, which sends it once only")
    .max(3_650, "must be a number of days up to 3650")
    .default(90)
    .describe("After so many days it is forgotten that a mail was sent, to whom, and what the mail server answered"),
  /** All three, or none. */
  DKIM_DOMAIN: hostName.optional().describe("The domain that signs the mails; all three of DKIM, or none"),
  DKIM_SELECTOR: hostName.optional().describe("The selector of its record in DNS"),
  DKIM_PRIVATE_KEY: z.string().optional().describe("Its RSA key, PEM; best as `DKIM_PRIVATE_KEY_FILE`"),
};

export { afarSettings, sealingSettings };

/** Everything that may be set, for `.env.example` and the tests that hold the documents against the code. */
export const settingNames: readonly string[] = [
  ...new Set([
    ...Object.keys({ ...commonSettings, ...policySettings, ...gatewaySettings }),
    ...Object.keys({
      ...workerSettings,
      ...enomSettings,
      ...orderSettings,
      ...mailSettings,
      ...wizardSettings,
      ...afarSettings,
      ...sealingSettings,
    }),
  ]),
];
