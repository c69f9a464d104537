// `doctor`: checks everything that Certfleet needs, and names a remedy for what is wrong.
import type { Clock } from "../../../shared/base/clock.ts";
import { badSettings } from "../../../shared/base/read-settings.ts";
import type { Finding, Result } from "../../../shared/base/result.ts";
import { fleetFileOf } from "../../../shared/config/fleet-file.ts";
import { findFleetId } from "../../../shared/gateway/fleet-id.ts";
import { START } from "../../../shared/process/program.ts";
import { RedisUnusable } from "../../../shared/redis/connection/words.ts";
import { type Connection, withRedis } from "../connection.ts";
import { findOwnFleet, type ProgramContext, withOwnFleetIfAny } from "../own-redis.ts";
import { answerOf } from "./answer.ts";
import { examineExpiring } from "./fleet/expiring.ts";
import { examineBackup, examineRestore, examineSchedules, examineSweeps } from "./fleet/standing.ts";
import { examineAttention, examineWork } from "./fleet/work.ts";
import { examineWrites } from "./fleet/writes.ts";
import { examineGateway, gatewayUrl } from "./gateway.ts";
import { examineIntake } from "./intake.ts";
import { examineKeys } from "./keys.ts";
import { examineLimits } from "./limits.ts";
import { looked, messageOf, notLookedAt } from "./looked.ts";
import { examineFromOutside, type Outside } from "./outside.ts";
import { examineProcesses } from "./processes.ts";
import { examineRedis } from "./redis.ts";
import { examineFiles, examineRedisLogin } from "./walls.ts";
import { examineWebhookSecrets } from "./webhook-secrets.ts";

export interface DoctorNeeds {
  nodeVersion: string;
  clock: Clock;
  /** What is told of eNom and the mail server by those who may know their secrets. */
  examineRemotes: (env: NodeJS.ProcessEnv) => Promise<Finding[]>;
  /** What is told of the money journal and the ledgers beside it. */
  examineMoney: (env: NodeJS.ProcessEnv, place: Pick<Connection, "redis" | "keys">) => Promise<Finding[]>;
  /** What the processes would complain about at their start, all at once. */
  settingProblems: (env: NodeJS.ProcessEnv) => Promise<string[]>;
}

/** Fails when anything is ill, and with `strict` when anything is to be warned of. What is not looked at is said so. */
export async function examine(
  context: ProgramContext,
  needs: DoctorNeeds,
  options: { strict?: boolean } = {},
): Promise<Result> {
  const { nodeVersion, clock, examineRemotes, settingProblems } = needs;
  // The fleet of `npm start` has its accounts and its mail server in settings of its own.
  const env = withOwnFleetIfAny(context);
  // First and alone: on a busy machine the modules of the other looks would hold up Redis' answers.
  const redis = await throughRedis(context, needs, env);
  const [settings, login, outside, remotes] = await Promise.all([
    examineSettings(context, settingProblems),
    looked("Redis login", () => examineRedisLogin(context)),
    examineFromOutside(outsideOf(context)),
    looked("eNom and mail server", () => examineRemotes(env)),
  ]);
  const own = [
    examineNode(nodeVersion),
    settings,
    ...examineIntake(context.env, clock.now()),
    ...examineKeys(context.env),
  ];
  return answerOf([...own, ...examineFiles(context), ...redis, ...login, outside, ...remotes], options);
}

function examineNode(version: string): Finding {
  const [major = 0, minor = 0] = version.split(".").map(Number);
  const enough = major > 22 || (major === 22 && minor >= 19); // package.json, engines
  const remedy = "Install Node 22.19 or newer. Certfleet is tested with Node 24.";
  return { name: "Node", state: enough ? "ok" : "ill", detail: version, ...(!enough && { remedy }) };
}

/** What all processes together would complain about, except for what is simply not set here. */
async function examineSettings(
  { env }: ProgramContext,
  settingProblems: DoctorNeeds["settingProblems"],
): Promise<Finding> {
  const wrong = (await settingProblems(env)).filter((problem) => !isOnlyNotSet(problem, env));
  try {
    if (wrong.length > 0) throw badSettings(wrong);
    const { withoutEffect } = fleetFileOf(env);
    if (withoutEffect.length === 0) {
      return { name: "Configuration", state: "ok", detail: "settings and configuration file can be read" };
    }
    const detail = `this release does not act on ${withoutEffect.join(", ")}`;
    return { name: "Configuration", state: "ill", detail, remedy: "They have no effect. Remove them from the file." };
  } catch (error) {
    return { name: "Configuration", state: "ill", detail: messageOf(error), remedy: "Fix the settings named here." };
  }
}

/** Each process has only the secrets that it needs: what stands nowhere here may stand where it runs. */
function isOnlyNotSet(problem: string, env: NodeJS.ProcessEnv): boolean {
  const name = /^([A-Z_]+) is missing(?!, while)/.exec(problem)?.[1];
  return name !== undefined && !env[name] && !env[`${name}_FILE`];
}

/** Everything behind Redis, by name, for when it cannot be reached. */
const BEHIND_REDIS = [
  ...[
    "Redis version",
    "Redis durability",
    "Redis writes",
    "Clocks",
    "Fleet",
    "Workers",
    "Schedules",
    "Policy",
    "Queues",
  ],
  ...["Attention", "Accounts", "Ledger", "Journal", "Certificates", "Backup"],
];

async function throughRedis(context: ProgramContext, needs: DoctorNeeds, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  for (let tries = 1; ; tries++) {
    try {
      return await withRedis(context, async (connection) => {
        const found = await behindRedis(connection, needs, env);
        await connection.redis.ping(); // one that was lost on the way is told as such, and not check by check
        const gateway = await examineGateway(context, () => findFleetId(connection));
        return [...found, gateway];
      });
    } catch (error) {
      if (tries === 1) continue; // a machine that is very busy, or a failover: what counts is how it stays
      const away = unreachable(error, context);
      const unknown = BEHIND_REDIS.map((name) => notLookedAt(name, "Redis cannot be reached"));
      return [away, ...unknown, await examineGateway(context, async () => null)];
    }
  }
}

function unreachable(error: unknown, { env }: ProgramContext): Finding {
  const isMissing = !env.REDIS_URL && !env.REDIS_URL_FILE;
  const { what: detail, remedy } =
    error instanceof RedisUnusable
      ? error
      : { what: messageOf(error), remedy: isMissing ? `Set REDIS_URL, or run ${START}.` : "Fix what is named here." };
  return { name: "Redis", state: "ill", detail, remedy };
}

async function behindRedis(connection: Connection, needs: DoctorNeeds, env: NodeJS.ProcessEnv): Promise<Finding[]> {
  const { clock, examineMoney } = needs;
  const allowsWeak = /^(1|true|yes)$/i.test(env.CERTFLEET_ALLOW_WEAK_REDIS ?? "");
  const now = clock.now();
  const found = await Promise.all([
    looked("Redis", () => examineRedis(connection, { clock, allowsWeak })),
    looked("Redis writes", () => examineWrites(connection)),
    looked("Workers", () => examineProcesses(connection, clock)),
    looked("Schedules", () => examineSchedules(connection)),
    looked("Policy", () => examineSweeps(connection)),
    looked("Queues", () => examineWork(connection, clock)),
    looked("Attention", () => examineAttention(connection)),
    looked("Accounts", () => examineLimits(connection)),
    looked("Journal and ledger", () => examineMoney(env, connection)),
    looked("Certificates", () => examineExpiring(connection, { env, now })),
    looked("Secrets of webhooks", () => examineWebhookSecrets(connection, env)),
    looked("Backup", () => examineBackup(connection, now)),
    looked("Restore", () => examineRestore(connection)),
  ]);
  return found.flat();
}

/** The fleet of `npm start` notes the public address it was given. */
function outsideOf(context: ProgramContext): Outside {
  const own = findOwnFleet(context);
  const prefix = context.env.CERTFLEET_PREFIX || (context.env.REDIS_URL ? undefined : own?.prefix);
  return {
    publicAddress: context.env.CERTFLEET_PUBLIC_URL || own?.settings.CERTFLEET_PUBLIC_URL,
    gateway: gatewayUrl(context),
    isSandbox: Boolean(prefix?.includes("sandbox")),
  };
}
