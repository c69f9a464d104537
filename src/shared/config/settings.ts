// The settings in groups: each process reads the groups it needs and starts without those of the others.
import { z } from "zod";
import { beforeDaysText, policyMode } from "../subscription/policy.ts";
import { apiUrl } from "./enom-address.ts";

const seconds = (fallback: number) => z.coerce.number().positive("a number of seconds above 0").default(fallback);

const hostName = z.string().regex(/^[a-z0-9-]{1,63}(\.[a-z0-9-]{1,63})*$/i, "a name as in DNS");

/** Every process. */
export const commonSettings = {
  REDIS_URL: z.string("the address of Redis, for example redis://127.0.0.1:6379").min(1),
  CERTFLEET_PREFIX: z
    .string()
    .regex(/^[^{}]*\{[^{}]+\}[^{}]*$/, "a name with a hash tag in braces, such as {certfleet}")
    .default("{certfleet}"),
  CERTFLEET_CONFIG: z.string().optional(),
  /** `virtual`: the sandbox's clock, which can be turned on by years. */
  CERTFLEET_CLOCK: z.enum(["system", "virtual"]).default("system"),
  LOG_LEVEL: z.enum(["trace", "debug", "info", "warn", "error", "fatal", "silent"]).default("info"),
};

/** Which policy a certificate has when its order names none. */
export const policySettings = {
  SSL_SUBSCRIPTION_POLICY: policyMode.optional(),
  SSL_SUBSCRIPTION_BEFORE: beforeDaysText.optional(),
  BILLMGR_CONF: z.string().optional(),
};

/** HTTP API, Bull Board, schedules. */
export const gatewaySettings = {
  HOST: z.string().default("127.0.0.1"),
  PORT: z.coerce.number().int().min(0).max(65_535).default(3000),
  CERTFLEET_API_KEY: z.string().min(16, "at least 16 characters").optional(),
  BOARD_USER: z.string().optional(),
  BOARD_PASSWORD: z.string().min(8, "at least 8 characters").optional(),
  CERTFLEET_BALANCE_SECONDS: seconds(43_200),
  CERTFLEET_SWEEP_SECONDS: seconds(3_600),
};

/** Every worker. */
export const workerSettings = {
  CERTFLEET_LOCK_SECONDS: seconds(30),
};

/** The workers that talk to eNom; the login may also stand in the configuration file. */
export const enomSettings = {
  ENOM_API_URL: apiUrl.default("https://reseller.enom.com/interface.asp"),
  ENOM_USERNAME: z.string().optional(),
  ENOM_PASSWORD: z.string().optional(),
  ENOM_LOG: z.string().default("log/pmenomssl.log"),
};

/** The command line, where a person adds an account. */
export const wizardSettings = {
  ENOM_REGISTER_URL: z.url("an address such as https://www.enom.com/").default("https://www.enom.com/"),
};

/** The workers that carry an order on. */
export const orderSettings = {
  CERTFLEET_POLL_SECONDS: seconds(300),
  CERTFLEET_VALIDATION_DAYS: z.coerce.number().positive().default(7),
  CERTFLEET_SETTLE_SECONDS: seconds(1_200),
  CERTFLEET_REBUY_BUDGET: z.coerce.number().int().min(0).max(1).default(0),
  CERTFLEET_JOURNAL: z.string().min(1).default(".data/journal"),
  CERTFLEET_ALLOW_WEAK_REDIS: z
    .stringbool({ truthy: ["1", "true", "yes"], falsy: ["0", "false", "no"] })
    .default(false),
};

/** The worker that sends mails. */
export const mailSettings = {
  SMTP_URL: z.string("the mail server, for example smtp://user:password@mail.example.com:587").min(1),
  MAIL_FROM: z.string("the sender, for example certificates@example.com").min(3),
  /** Of the whole queue, however many workers there are. */
  CERTFLEET_MAILS_PER_SECOND: z.coerce.number().int().min(1).default(10),
  /** All three, or none. */
  DKIM_DOMAIN: hostName.optional(),
  DKIM_SELECTOR: hostName.optional(),
  DKIM_PRIVATE_KEY: z.string().optional(),
};

/** Everything that may be set, for `.env.example` and the tests that hold the documents against the code. */
export const settingNames: readonly string[] = [
  ...Object.keys({ ...commonSettings, ...policySettings, ...gatewaySettings }),
  ...Object.keys({ ...workerSettings, ...enomSettings, ...orderSettings, ...mailSettings, ...wizardSettings }),
];
