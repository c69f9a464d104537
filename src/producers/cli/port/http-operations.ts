// Accounts, forecasts, mails, queues and the audit trail as a gateway has them, in the shapes that verbs know from Redis.

import { setTimeout } from "node:timers/promises";
import type { compareCatalogue } from "../../../shared/account/compare-catalogue.ts";
import type { KeptAnswer } from "../../../shared/account/not-understood.ts";
import type { AccountRecord } from "../../../shared/account/records.ts";
import type { Shadow } from "../../../shared/account/shadow/reports.ts";
import type { AuditPage } from "../../../shared/authority/audit/read.ts";
import { failure } from "../../../shared/base/result.ts";
import type { Wanted } from "../../../shared/forecast/fleet-forecast.ts";
import type { Forecast } from "../../../shared/forecast/forecast.ts";
import type { Bounce } from "../../../shared/mail/bounces.ts";
import type { JobName } from "../../../shared/queue/jobs.ts";
import { Answered } from "../answered.ts";
import type { ProgramContext } from "../own-redis.ts";
import { findGateway } from "../target.ts";
import type { Call } from "./http-call.ts";
import { isResult } from "./orders.ts";

export type Operations = ReturnType<typeof httpOperations>;
export interface QueueShown {
  name: JobName;
  waiting: number;
  active: number;
  delayed: number;
  failed: number;
  held: string[];
}

const FORECAST_MS = 70_000;
const ASK_AGAIN_MS = 1_000;
const MOST_LOOKS = 30;

/** Undefined: the verb works on the fleet's Redis. */
export async function findOperations(context: ProgramContext): Promise<Operations | undefined> {
  const gateway = await findGateway(context);
  return gateway && httpOperations((await import("./http-call.ts")).callTo(gateway));
}

/** Each throws what is to be answered where the gateway says no. */
export function httpOperations(call: Call) {
  const got = async <T>(...asked: Parameters<Call>): Promise<T> => {
    const answer = await call(...asked);
    if (isResult(answer)) throw new Answered(answer);
    return answer.body as T;
  };
  const idOf = (account: string): string => `/accounts/${encodeURIComponent(account)}`;
  const find = (account: string) => got<AccountRecord>("GET", idOf(account));
  const all = async () => (await got<{ items: AccountRecord[] }>("GET", "/accounts")).items;

  return {
    accounts: {
      all,
      answersOf: (account: string) =>
        got<{ standing: { message: string; since: string } | null; items: KeptAnswer[] }>(
          "GET",
          `${idOf(account)}/answers`,
        ),
      productsOf: (account: string) =>
        got<{ readAt: string | null; items: ReturnType<typeof compareCatalogue> }>("GET", `${idOf(account)}/products`),
    },
    shadow: (account: string) => got<Shadow>("GET", `${idOf(account)}/shadow`),
    /** Has the workers ask eNom, and waits until they did. */
    async ask(verb: "check" | "balance-poll", id: string | undefined): Promise<AccountRecord[]> {
      const before = id === undefined ? await all() : [await find(id)];
      await Promise.all(before.map((each) => got("POST", `${idOf(each.id)}/${verb}`)));
      return Promise.all(before.map((each) => later(each, verb)));
    },
    forecast: ({ reference, years, by, before, mode }: Wanted) =>
      got<Forecast>("GET", "/forecast", { query: { reference, years, by, before, mode }, ms: FORECAST_MS }),
    notify: (body: unknown) => got<{ queue: string; id: string }>("POST", "/notifications", { body }),
    bounces: {
      all: async () => (await got<{ items: Bounce[] }>("GET", "/bounces")).items,
      clear: async (address: string) => {
        await got("DELETE", `/bounces/${encodeURIComponent(address)}`);
        return true;
      },
    },
    queues: async () => (await got<{ items: (QueueShown & { workers: number })[] }>("GET", "/queues")).items,
    switchQueue: (name: JobName, verb: "pause" | "resume") =>
      got<{ active?: number }>("POST", `/queues/${name}/${verb}`),
    audit: (query: Parameters<Call>[2]) => got<AuditPage>("GET", "/audit", query),
  };

  /** The account once it was read anew. */
  async function later(account: AccountRecord, verb: "check" | "balance-poll"): Promise<AccountRecord> {
    const timeOf = ({ balance, lastCheck }: AccountRecord) => (verb === "check" ? lastCheck?.at : balance?.at);
    for (let looks = 0; looks < MOST_LOOKS; looks++) {
      const now = await find(account.id);
      if (timeOf(now) !== timeOf(account)) return now;
      await setTimeout(ASK_AGAIN_MS);
    }
    const words = `No worker has read ${account.id} yet. It is asked for; see "certfleet account list" later.`;
    throw new Answered(failure("unknown", words));
  }
}
