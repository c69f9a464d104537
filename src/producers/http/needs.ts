// What the gateway is handed, and the kind of Fastify instance that its routes are written for.

import type {
  FastifyBaseLogger,
  FastifyInstance,
  RawReplyDefaultExpression,
  RawRequestDefaultExpression,
  RawServerDefault,
} from "fastify";
import type { ZodTypeProvider } from "fastify-type-provider-zod";
import type { AccountRecords } from "../../shared/account/records.ts";
import type { Hide } from "../../shared/authority/audit/hide.ts";
import type { AuditTrail } from "../../shared/authority/audit/trail.ts";
import type { ApiKey } from "../../shared/authority/keys/key.ts";
import type { SignInRules } from "../../shared/authority/people/sign-in-rules.ts";
import type { Clock } from "../../shared/base/clock.ts";
import type { Log } from "../../shared/base/log.ts";
import type { CertificateStore } from "../../shared/certificate/store.ts";
import type { PublicUrl } from "../../shared/gateway/public-url.ts";
import type { TrustedProxies } from "../../shared/gateway/trusted-proxies.ts";
import type { IntakeRules } from "../../shared/intake/rules.ts";
import type { RenderOptions } from "../../shared/mail/render.ts";
import type { Queues } from "../../shared/queue/queues.ts";
import type { RedisClient } from "../../shared/redis/client.ts";
import type { Keys } from "../../shared/redis/keys.ts";
import type { PolicyFor } from "../../shared/subscription/policy.ts";
import type { Sealer } from "../../shared/webhooks/sealing.ts";
import type { ConnectionLimits, StreamTimes } from "./connections/limits.ts";

export interface GatewayNeeds {
  /** A connection that fails fast, so that callers hear of an absent Redis at once. */
  redis: RedisClient;
  keys: Keys;
  certificates: CertificateStore;
  accounts: AccountRecords;
  queues: Queues;
  policyFor: PolicyFor;
  /** What the operator decided about orders and CSRs that come in; without it, the rules as they are built in. */
  intake?: IntakeRules | undefined;
  clock: Clock;
  /** What cannot be written here is not done. */
  audit: AuditTrail;
  /** What stands for personal data there. */
  hide: Hide;
  log: Log;
  /** Keys of file and environment; those that were made stand in Redis. With none at all only this machine may call, and only where no money is spent. */
  apiKeys: readonly ApiKey[];
  /** `off`: nobody's requests are counted. What a key may order is, all the same. */
  limits?: "on" | "off" | undefined;
  /** Login of a console user. Without any the pages are closed; in a sandbox this machine sees them. */
  board: { user: string; password: string } | null;
  /** Of its connections, where they are not the usual ones. */
  connections?: Partial<ConnectionLimits> | undefined;
  /** How long a stream of events lasts, where that is not the usual time. */
  streams?: Partial<StreamTimes> | undefined;
  /** What may be done on the board; without it, looking and retrying. */
  boardMode?: "look" | "full";
  /** How long sessions of console users last, and who else says who they are; without it, the defaults. */
  signIn?: SignInRules | undefined;
  /** The operator's text for mails, as `/templates` shows it; without it, the built-in text. */
  templates?: RenderOptions | undefined;
  /** Shown on the pages for people, so that nobody takes one fleet for the other: "sandbox" or "live". */
  env: string;
  /** Seals the secrets of webhooks that it makes; without it, they lie in Redis as they are. */
  sealer?: Sealer | undefined;
  /** Where it is reached from outside; without it, where it listens. */
  publicUrl?: PublicUrl | undefined;
  /** Whose words about others are believed; without it, nobody's. */
  trustedProxies?: TrustedProxies | undefined;
}

/** Routes that take their types from zod schemas. */
export type App = FastifyInstance<
  RawServerDefault,
  RawRequestDefaultExpression,
  RawReplyDefaultExpression,
  FastifyBaseLogger,
  ZodTypeProvider
>;
