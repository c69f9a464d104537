// `doctor`: checks everything that Certfleet needs, and names a remedy for what is wrong.
import type { Clock } from "../../../shared/base/clock.ts";
import { badSettings } from "../../../shared/base/read-settings.ts";
import type { Finding, Result } from "../../../shared/base/result.ts";
import { fleetFileOf } from "../../../shared/config/fleet-file.ts";
import { askGateway, gatewayUrlOf } from "../../../shared/gateway/address.ts";
import { RedisUnusable } from "../../../shared/redis/connection/words.ts";
import { withRedis } from "../connection.ts";
import { findOwnFleet, type ProgramContext } from "../own-redis.ts";
import { examineIntake } from "./intake.ts";
import { examineKeys } from "./keys.ts";
import { examineFromOutside, type Outside } from "./outside.ts";
import { examineRedis } from "./redis.ts";
import { examineFiles, examineRedisLogin } from "./walls.ts";

const GATEWAY_MS = 2_000;

export interface DoctorNeeds {
  nodeVersion: string;
  clock: Clock;
  /** What is told of eNom and the mail server by those who may know their secrets. */
  examineRemotes: () => Promise<Finding[]>;
  /** What the processes would complain about at their start, all at once. */
  settingProblems: (env: NodeJS.ProcessEnv) => Promise<string[]>;
}

/** Fails when anything is ill; what is not configured here is skipped. */
export async function examine(
  context: ProgramContext,
  { nodeVersion, clock, examineRemotes, settingProblems }: DoctorNeeds,
): Promise<Result> {
  const [settings, redis, login, gateway, outside, remotes] = await Promise.all([
    examineSettings(context, settingProblems),
    throughRedis(context, clock),
    examineRedisLogin(context),
    examineGateway(context),
    examineFromOutside(outsideOf(context)),
    examineRemotes(),
  ]);
  const own = [
    examineNode(nodeVersion),
    settings,
    ...examineIntake(context.env, clock.now()),
    ...examineKeys(context.env),
  ];
  const findings = [...own, ...examineFiles(context), ...redis, ...login, gateway, outside, ...remotes];
  const ill = findings.filter(({ state }) => state === "ill").length;
  const warnings = findings.filter(({ state }) => state === "warn").length;
  const also = warnings === 0 ? "" : ` ${warnings} ${warnings === 1 ? "warn" : "warnings"}: see the lines with !.`;
  const found = ill === 0 ? "No problem was found." : `${ill} of ${findings.length} checks found a problem.`;
  const note = `${found}${also}`;
  return { ending: ill === 0 ? "done" : "failed", text: page(findings), json: { well: ill === 0, findings }, note };
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

async function throughRedis(context: ProgramContext, clock: Clock): Promise<Finding[]> {
  const allowsWeak = /^(1|true|yes)$/i.test(context.env.CERTFLEET_ALLOW_WEAK_REDIS ?? "");
  try {
    return await withRedis(context, (connection) => examineRedis(connection, { clock, allowsWeak }));
  } catch (error) {
    const isMissing = !context.env.REDIS_URL && !context.env.REDIS_URL_FILE;
    const { what: detail, remedy } =
      error instanceof RedisUnusable
        ? error
        : {
            what: messageOf(error),
            remedy: isMissing ? "Set REDIS_URL, or run npm start." : "Fix what is named here.",
          };
    return [{ name: "Redis", state: "ill", detail, remedy }];
  }
}

async function examineGateway(context: ProgramContext): Promise<Finding> {
  const url = gatewayUrl(context);
  const name = "Gateway";
  try {
    const { status } = await askGateway(url, "/readyz", GATEWAY_MS);
    if (status === 200) return { name, state: "ok", detail: `${url} is ready` };
    return {
      name,
      state: "ill",
      detail: `${url} is not ready (${status})`,
      remedy: "Check its Redis: the gateway needs nothing else.",
    };
  } catch {
    return {
      name,
      state: "ill",
      detail: `${url} does not respond`,
      remedy: "Start it: certfleet gateway (or fix HOST and PORT).",
    };
  }
}

/** Where this environment's gateway listens; without any setting, where `npm start` says its own one does. */
function gatewayUrl(context: ProgramContext): string {
  const { HOST, PORT, REDIS_URL, REDIS_URL_FILE } = context.env;
  const own = HOST || PORT || REDIS_URL || REDIS_URL_FILE ? undefined : findOwnFleet(context)?.gatewayUrl;
  return own ?? gatewayUrlOf(HOST || "127.0.0.1", PORT || 3000);
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

const SIGNS = { ok: "✓", ill: "✗", warn: "!", skipped: "–" } as const;

function page(findings: readonly Finding[]): string {
  const width = Math.max(...findings.map(({ name }) => name.length));
  const indent = " ".repeat(width + 4);
  const lines = findings.map(({ name, state, detail, remedy }) => {
    const told = `${SIGNS[state]} ${name.padEnd(width)}  ${detail.replaceAll("\n", `\n${indent}`)}`;
    return remedy ? `${told}\n${indent}→ ${remedy}` : told;
  });
  return lines.join("\n");
}

function messageOf(error: unknown): string {
  if (error instanceof Error && "problems" in error) return (error.problems as string[]).join("\n");
  return error instanceof Error ? error.message : String(error);
}
