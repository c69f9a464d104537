// What the stories about the command line share: a fleet of one's own, and the program as a real process.
import { spawn } from "node:child_process";
import { randomUUID } from "node:crypto";
import { once } from "node:events";
import { tmpdir } from "node:os";
import { resolve } from "node:path";
import { text } from "node:stream/consumers";
import { inject } from "vitest";
import { type Fleet, withFleet } from "../../../src/producers/cli/fleet.ts";
import type { ProgramContext } from "../../../src/producers/cli/own-redis.ts";
import type { Orders } from "../../../src/producers/cli/port/orders.ts";
import { redisOrders } from "../../../src/producers/cli/port/redis-orders.ts";
import { type Clock, systemClock } from "../../../src/shared/base/clock.ts";
import { bareEnv } from "../../support/process.ts";
import { canRunHere, runHere, type Said } from "./in-process.ts";

const PROGRAM = resolve(import.meta.dirname, "../../../src/main.ts");

/** An empty fleet on a prefix of its own. */
export function ownContext(): ProgramContext & { env: { REDIS_URL: string; CERTFLEET_PREFIX: string } } {
  const env = { REDIS_URL: inject("redisUrl"), CERTFLEET_PREFIX: `{t-${randomUUID().slice(0, 13)}}`, USER: "ada" };
  return { env, root: tmpdir() };
}

export function inFleet<T>(
  context: ProgramContext,
  work: (fleet: Fleet & Orders) => Promise<T>,
  clock: Clock = systemClock,
): Promise<T> {
  return withFleet(context, (fleet) => work({ ...fleet, ...redisOrders(fleet) }), clock);
}

/** Runs the program to its end, with no settings but those given; in this process where its words mean the same there. */
export function certfleet(
  words: readonly string[],
  { env, input = "" }: { env: NodeJS.ProcessEnv; input?: string },
): Promise<Said> {
  if (input === "" && canRunHere(words)) return runHere(words, { ...bareEnv(), ...env });
  return certfleetProcess(words, { env, input });
}

/** The same by a process of its own, in a folder without configuration. */
export async function certfleetProcess(
  words: readonly string[],
  { env, input = "" }: { env: NodeJS.ProcessEnv; input?: string },
): Promise<Said> {
  const child = startCertfleet(words, env);
  child.stdin.end(input);
  const [stdout, stderr, [code]] = await Promise.all([text(child.stdout), text(child.stderr), once(child, "close")]);
  return { code: code as number | null, stdout, stderr };
}

export function startCertfleet(words: readonly string[], env: NodeJS.ProcessEnv) {
  return spawn(process.execPath, [PROGRAM, ...words], { env: { ...bareEnv(), ...env }, cwd: tmpdir() });
}
