// The processes of a fleet on one machine and the settings of each: none sees a secret that it does not need.

import { existsSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { partSettings } from "../shared/config/part-settings.ts";
import { commonSettings } from "../shared/config/settings.ts";
import { gatewayUrlOf } from "../shared/gateway/address.ts";
import type { Child } from "./supervisor.ts";

export interface Parts {
  children: Child[];
  gatewayUrl: string;
  prefix: string;
}

interface PartsSettings {
  env: NodeJS.ProcessEnv;
  redisUrl: string;
  port: number;
  dataDir: string;
}

/** Who is told of trouble with the sandbox's account, and how much money must stay on it. */
export interface SandboxOperator {
  department: string;
  minimumBalance: string;
}

/** What decides about people, the board and retention is the same in a sandbox, where it can be tried. */
const TRIED = [
  ...["CERTFLEET_PUBLIC_URL", "CERTFLEET_TRUSTED_PROXIES", "CERTFLEET_BOARD", "CERTFLEET_LIMITS"],
  ...["CERTFLEET_SESSION_IDLE_SECONDS", "CERTFLEET_SESSION_SECONDS", "CERTFLEET_HEALTH_PORT", "CERTFLEET_HEALTH_HOST"],
  ...["CERTFLEET_KEEP_ENDED_DAYS", "CERTFLEET_KEEP_JOBS_DAYS", "CERTFLEET_KEEP_MAILS_DAYS"],
];
/** What a process needs to run at all; everything else is a setting and is given by name. */
const SYSTEM = ["PATH", "HOME", "TMPDIR", "TZ", "LANG", "NODE_EXTRA_CA_CERTS"];

/** With OpenTelemetry's own variables, which it reads itself. */
function systemNames(env: NodeJS.ProcessEnv): string[] {
  return [...SYSTEM, ...Object.keys(env).filter((name) => name.startsWith("OTEL_"))];
}

/** The real thing: the caller's settings, shared out. */
export function liveParts({ env, redisUrl, port, dataDir }: PartsSettings): Parts {
  const own = {
    HOST: "127.0.0.1",
    ENOM_LOG: join(dataDir, "log/pmenomssl.log"),
    CERTFLEET_JOURNAL: join(dataDir, "journal"),
    ...env,
    REDIS_URL_FILE: undefined,
    REDIS_URL: redisUrl,
    PORT: `${port}`,
  };
  return share(own, dataDir);
}

/**
 * The sandbox: nothing of the caller's eNom or mail settings, an account id of its own, everything quicker, unless
 * `settings` says else.
 */
export function sandboxParts(
  place: PartsSettings & { enomUrl: string; smtpUrl: string; rootPem: string; operator?: SandboxOperator },
  settings: Readonly<Record<string, string>> = {},
): Parts {
  const { env, redisUrl, port, dataDir, enomUrl, smtpUrl, rootPem, operator } = place;
  const account = {
    ...{ id: "sandbox", name: "Pretended eNom", apiUrl: enomUrl, username: "sandbox", password: "sandbox-password" },
    requestsPerSecond: 200,
    // Years go by in minutes here, and no money is real.
    purchasing: { perHour: "none", perDay: "none" },
    ...operator,
  };
  const config = join(dataDir, "certfleet.yaml");
  const root = join(dataDir, "root.pem");
  mkdirSync(dataDir, { recursive: true });
  writeFileSync(root, rootPem);
  writeFileSync(
    config,
    `roots: [${JSON.stringify(root)}]\naccounts:\n  - ${JSON.stringify(account)}\n`, // JSON is YAML
    { mode: 0o600 },
  );
  const given = Object.fromEntries([...systemNames(env), ...TRIED].map((name) => [name, env[name]]));
  const own = {
    ...given,
    REDIS_URL: redisUrl,
    CERTFLEET_PREFIX: "{certfleet-sandbox}",
    CERTFLEET_CONFIG: config,
    LOG_LEVEL: env.LOG_LEVEL,
    HOST: "127.0.0.1",
    PORT: `${port}`,
    ENOM_LOG: join(dataDir, "log/pmenomssl.log"),
    SMTP_URL: smtpUrl,
    MAIL_FROM: "Certfleet <certificates@sandbox.example>",
    CERTFLEET_POLL_SECONDS: env.CERTFLEET_POLL_SECONDS ?? "0.3",
    CERTFLEET_SETTLE_SECONDS: env.CERTFLEET_SETTLE_SECONDS ?? "100",
    CERTFLEET_REBUY_BUDGET: env.CERTFLEET_REBUY_BUDGET ?? "1",
    CERTFLEET_JOURNAL: join(dataDir, "journal"),
    CERTFLEET_VALIDATION_DAYS: env.CERTFLEET_VALIDATION_DAYS,
    CERTFLEET_LOCK_SECONDS: "3",
    CERTFLEET_DRAIN_SECONDS: "2.5",
    CERTFLEET_PROOF_LOOKUP: env.CERTFLEET_PROOF_LOOKUP ?? "off",
    CERTFLEET_MAILS_PER_SECOND: "1000",
    ...settings,
  };
  return share(own, dataDir);
}

function share(env: NodeJS.ProcessEnv, dataDir: string): Parts {
  const children = Object.entries(partSettings).map(([name, settingsOfPart], i): Child => {
    const settings = Object.keys({ ...commonSettings, ...settingsOfPart });
    const names = [
      ...systemNames(env),
      ...settings.flatMap((each) => [each, `${each}_FILE`]),
      ...namedInFile(env, name),
    ];
    const own = Object.fromEntries(names.filter((each) => env[each]).map((each) => [each, env[each]]));
    // One port each: the gateway has the one that is set, the workers the next ones.
    const health = Number(env.CERTFLEET_HEALTH_PORT);
    if (health > 0) own.CERTFLEET_HEALTH_PORT = `${health + i}`;
    const args = name === "gateway" ? ["gateway"] : ["worker", name];
    const cache = join(dataDir, "compile-cache");
    return { name, args, env: { ...own, NODE_COMPILE_CACHE: cache, CERTFLEET_SUPERVISED: "1" } };
  });
  const gatewayUrl = gatewayUrlOf(env.HOST || "127.0.0.1", env.PORT ?? "3000");
  return { children, gatewayUrl, prefix: env.CERTFLEET_PREFIX ?? "{certfleet}" };
}

/** The variables that the configuration file fills logins from, or secrets of webhooks: only the workers that read them get them. */
function namedInFile(env: NodeJS.ProcessEnv, part: string): string[] {
  const file = env.CERTFLEET_CONFIG || "certfleet.yaml";
  if (part === "gateway" || part === "notify" || !existsSync(file)) return [];
  const text = readFileSync(file, "utf8");
  const [hooks = ""] = /^webhooks:(?:.*\n?)(?:[ \t#-].*\n?|\n)*/m.exec(text) ?? [];
  const own = part === "webhook" ? hooks : text.replace(hooks, "");
  const names = [...own.matchAll(/\$\{([A-Z0-9_]+)\}/g)].map(([, name]) => name ?? "");
  return names.flatMap((name) => [name, `${name}_FILE`]);
}
