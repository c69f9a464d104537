// What the stories about the policy share: a world whose eNom lives by the same time, a department, workers that take an order on.
import type { Redis } from "ioredis";
import { expect, vi } from "vitest";
import { type Clock, systemClock } from "../../../src/shared/base/clock.ts";
import { DAY_MS, utcDate } from "../../../src/shared/base/dates.ts";
import type { Certificate } from "../../../src/shared/certificate/certificate.ts";
import { account, openAccounts } from "../../../src/workers/accounts/accounts.ts";
import { sweepDue } from "../../../src/workers/due/sweep.ts";
import { advanceOrder } from "../../../src/workers/open/workflow.ts";
import type { OrderNeeds } from "../../../src/workers/order/needs.ts";
import { reissueCertificate } from "../../../src/workers/reissue/reissue.ts";
import { orderNeeds } from "../../support/needs.ts";
import type { OrderChanges } from "../../support/order.ts";
import { isScriptName } from "../../support/redis-scripts.ts";
import { issued, type World, world } from "../../support/world.ts";
import { get } from "../open/runs.ts";

export const CUSTOMER = "client@example.net";
export const DEPARTMENT = "ssl@provider.example";
/** GeoTrust family, reissued through the API, sold by the year. */
export const QUICKSSL = "Certificate-GeoTrust-QuickSSL";
/** Comodo family, reissued by a ticket, sold by the year. */
export const ESSENTIAL = "Certificate-Comodo-Essential";
const START = "2026-04-02T12:00:00Z";
/** The certificate authority issues at once, whoever must approve. */
const NO_WAITING = { processingMs: 0, ownerMs: 0, issueMs: 0, reissueMs: 0 };

type Fits = (certificate: Certificate) => boolean;

/** The world on 2 April 2026 at noon; eNom lives by its time. */
export async function story(): Promise<World> {
  let clock: Clock = systemClock;
  const w = await world({ timings: NO_WAITING, clock: { now: () => clock.now() } });
  setTime(w, START);
  clock = w.time;
  return w;
}

export function setTime({ time }: World, at: string | Date): void {
  time.jump(new Date(at).getTime() - time.ms());
}

/** One process of the workers, whose account has a department. */
export function worker(w: World, changes: Partial<OrderNeeds> = {}): OrderNeeds {
  const needs = orderNeeds(w, changes);
  const accounts = needs.accounts.all.map(({ entry, enom }) => account({ ...entry, department: DEPARTMENT }, enom));
  return { ...needs, accounts: openAccounts(accounts, { products: [] }) };
}

/** So many processes look for what is due at the same moment. */
export async function sweep(w: World, processes = 1, changes: Partial<OrderNeeds> = {}): Promise<void> {
  await Promise.all(Array.from({ length: processes }, () => sweepDue(worker(w, changes))));
}

/** The connection of a process that dies behind so many scripts: Redis hears nothing more of it. */
export function dyingRedis({ redis }: World, scripts: number): Redis {
  let left = scripts;
  return new Proxy(redis, {
    get(target, name) {
      const value: unknown = Reflect.get(target, name);
      if (typeof value !== "function") return value;
      return (...args: unknown[]) => {
        if (left <= 0) throw new Error("the process died here");
        if (isScriptName(name)) left -= 1;
        return Reflect.apply(value, target, args);
      };
    },
  });
}

/** Both workers take the order on, again and again, as their queues would, until it is as wanted. */
export function takeOn(w: World, reference: string, fits: Fits, needs = worker(w)): Promise<Certificate> {
  return vi.waitFor(
    async () => {
      await reissueCertificate({ v: 1, reference }, "doorbell", needs);
      await advanceOrder(reference, needs);
      return get(w, reference, fits);
    },
    { timeout: 10_000, interval: 20 },
  );
}

/** An order of two years, RapidSSL unless changed (bought at once), that is opened now and whose customer was told. */
export async function opened(w: World, changes: OrderChanges = {}): Promise<Certificate> {
  return takeOn(w, await w.accept({ years: 2, ...changes }), issued);
}

/** When the policy acts on it next by the index; undefined when it does not. */
export async function dueAt(w: World, { order: { reference } }: Certificate): Promise<Date | undefined> {
  const score = await w.redis.zscore(w.keys.due, reference);
  return score === null ? undefined : new Date(Number(score));
}

/** The time that the index says comes, and so many days more. */
export async function untilDue(w: World, certificate: Certificate, days = 0): Promise<void> {
  const at = await dueAt(w, certificate);
  if (!at) throw new Error(`${certificate.order.reference} is not due`);
  setTime(w, new Date(at.getTime() + days * DAY_MS));
}

/** The certificate ends so many days from now. */
export function daysBeforeEnd(w: World, { record }: Certificate, days: number): void {
  if (!record.issue) throw new Error("no certificate");
  setTime(w, new Date(new Date(record.issue.notAfter).getTime() - days * DAY_MS));
}

/** As it is kept now. */
export function now(w: World, { order: { reference } }: Certificate): Promise<Certificate> {
  return get(w, reference);
}

export function expirationDate({ record }: Certificate): string {
  return utcDate(new Date(record.issue?.notAfter ?? 0));
}

export function happened({ record }: Certificate, event: string): number {
  return record.timeline.filter((each) => each.event === event).length;
}

/** All mails to this address as soon as none is under way any more; `notify` must be at work. */
export async function mailsTo(w: World, address: string): Promise<{ subject: string; text: string }[]> {
  await vi.waitFor(
    async () => {
      const underWay = await w.queues.all.notify.getJobCountByTypes("waiting", "prioritized", "active", "delayed");
      expect(underWay).toBe(0);
    },
    { timeout: 10_000, interval: 20 },
  );
  expect(await w.queues.all.notify.getFailedCount()).toBe(0);
  return w.mail
    .mails()
    .filter(({ envelope }) => envelope.to.includes(address))
    .map(({ subject = "", text = "" }) => ({ subject, text }));
}

export function dayOf(time: Date | undefined): string | undefined {
  return time && utcDate(time);
}
