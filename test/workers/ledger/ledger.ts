// A ledger of one test: its own prefix in a real Redis, its own journal, the time in hand, and its scripts called directly.

import { inject, onTestFinished } from "vitest";
import type { Certificate } from "../../../src/shared/certificate/certificate.ts";
import { type CertificateStore, certificateStore } from "../../../src/shared/certificate/store.ts";
import { connectRedis, type RedisClient } from "../../../src/shared/redis/client.ts";
import { keysUnder } from "../../../src/shared/redis/keys.ts";
import type { Journal, JournalLine } from "../../../src/workers/journal/journal.ts";
import { abandonAttempt } from "../../../src/workers/ledger/abandon.ts";
import { type AttemptState, findAttempt, type Intent } from "../../../src/workers/ledger/attempt.ts";
import { markUnknown, parkAttempt } from "../../../src/workers/ledger/attempt-results.ts";
import { type Begun, beginAttempt, type Limits } from "../../../src/workers/ledger/begin.ts";
import { bind, type Login } from "../../../src/workers/ledger/bind.ts";
import { type Claimed, claimInLedger, type Evidence } from "../../../src/workers/ledger/claim.ts";
import type { Ledger, LedgerContext } from "../../../src/workers/ledger/context.ts";
import { openGate, type Ticket } from "../../../src/workers/ledger/gate.ts";
import { type Rebuilt, rebuild } from "../../../src/workers/ledger/rebuild.ts";
import { contact } from "../../support/order.ts";
import { defaultPolicy } from "../../support/policy.ts";
import { SETTLE_MS, type Time, timeOf } from "../../support/time.ts";
import { newFolder, newPrefix, opened } from "../journal/support.ts";

export const SERVICE = "Certificate-RapidSSL-RapidSSL";
export const CLASS = "certificate-rapidssl-rapidssl/1/1";
export const PRICE_UNITS = 99_500;
export const LOGIN: Login = { id: "main", apiUrl: "https://reseller.enom.test/interface.asp", username: "acme" };
export const ROOMY: Limits = { maxUnsettled: 4, maxUnsettledMoney: "500.00", rebuyBudget: 0 };

/** The maps that two processes would fight for. `unsettled` shows S, U or C for each attempt in the air. */
export type Maps = Record<"owner" | "held" | "unsettled" | "parked" | "abandoned", Record<string, string>>;

export const EMPTY: Maps = { owner: {}, held: {}, unsettled: {}, parked: {}, abandoned: {} };

export interface TestLedger extends LedgerContext {
  certificates: CertificateStore;
  time: Time;
  accept: (reference: string) => Promise<void>;
  get: (reference: string) => Promise<Certificate>;
  begin: (reference: string, newest?: number, limits?: Partial<Limits>) => Promise<Begun>;
  gate: (ticket: Ticket, limits?: Partial<Limits>) => Promise<void>;
  claim: (slot: { reference: string; certId: number; number?: number }, evidence?: Evidence) => Promise<Claimed>;
  /** States of an order's attempts, the first one first. */
  attempts: (reference: string) => Promise<(AttemptState | undefined)[]>;
  maps: () => Promise<Maps>;
  /** Spare slots of the class. */
  pool: () => Promise<string[]>;
  /** The journal, as another process reads it. */
  lines: () => Promise<JournalLine[]>;
}

/** A ledger bound to a login that found nothing at eNom. What differs for one test is given. */
export async function openLedger(changes: Partial<Ledger> = {}): Promise<TestLedger> {
  const l = await openUnbound(changes);
  await bind(l, LOGIN, { legacy: [], refunded: [] });
  return l;
}

/** As a process finds Redis and the journal before the account was ever used. */
export async function openUnbound(changes: Partial<Ledger> = {}): Promise<TestLedger> {
  const redis = changes.redis ?? connectForTest();
  const keys = changes.keys ?? keysUnder(newPrefix());
  const journal = changes.journal ?? (await newJournal(keys.prefix));
  const time = timeOf({ redis, keys, journal });
  return testLedger({ redis, keys, journal, settleMs: SETTLE_MS, now: time.ms, seen: new Map(), ...changes }, time);
}

/** Another process on the same ledger: its own memory, and what else is given. */
export function beside(l: TestLedger, changes: Partial<Ledger> = {}): TestLedger {
  return testLedger({ ...l.ledger, seen: new Map(), ...changes }, l.time);
}

/** A process that is killed between its next step and the journal. */
export function killedBeforeJournal(l: TestLedger): TestLedger {
  const append = () => Promise.reject(new Error("killed here"));
  return beside(l, { journal: { ...l.ledger.journal, append } });
}

/** Another process that has no time in hand, as in production. */
export function byRedisTime(l: TestLedger): TestLedger {
  const { now: _inHand, ...ledger } = l.ledger;
  return testLedger({ ...ledger, seen: new Map() }, l.time);
}

function testLedger(ledger: Ledger, time: Time): TestLedger {
  const { redis, keys, journal } = ledger;
  const place = { ledger };
  const certificates = certificateStore(redis, keys, defaultPolicy);
  const get = async (reference: string): Promise<Certificate> => {
    const certificate = await certificates.find(reference);
    if (!certificate) throw new Error(`no order ${reference}`);
    return certificate;
  };
  return {
    ...{ ledger, certificates, time, get },
    async accept(reference) {
      await certificates.accept(order(reference), time.now());
    },
    begin: (reference, newest = 0, limits = {}) =>
      beginAttempt(place, intent(reference), { newest, limits: { ...ROOMY, ...limits }, at: time.now() }),
    gate: (wanted, limits = {}) => openGate(place, wanted, { ...ROOMY, ...limits }),
    claim: ({ reference, certId, number = 1 }, evidence = { by: "answer" }) =>
      claimInLedger(place, { ...intent(reference), number, certId, orderId: certId + 1_000, at: time.now() }, evidence),
    async attempts(reference) {
      const { attempt } = await get(reference);
      const numbers = Array.from({ length: attempt }, (_, i) => i + 1);
      const found = await Promise.all(numbers.map((number) => findAttempt(place, reference, number)));
      return found.map((each) => each?.state);
    },
    async maps() {
      const names = (["owner", "held", "unsettled", "parked", "abandoned"] as const).map((name) => keys.ledger[name]);
      const [owner = {}, held = {}, inFlight = {}, parked = {}, abandoned = {}] = await Promise.all(
        names.map((name) => redis.hgetall(name("main"))),
      );
      const unsettled = Object.fromEntries(Object.entries(inFlight).map(([field, entry]) => [field, entry.slice(-1)]));
      return { owner, held, unsettled, parked, abandoned };
    },
    pool: () => redis.zrange(keys.ledger.pool("main", CLASS), "0", "-1"),
    lines: () => journal.read("main"),
  };
}

export function connectForTest(url = inject("redisUrl")): RedisClient {
  const redis = connectRedis(url, "never-give-up", () => undefined);
  onTestFinished(() => redis.disconnect());
  return redis;
}

/** A journal that goes with the test. */
export async function newJournal(prefix: string): Promise<Journal> {
  return opened(await newFolder(), prefix);
}

/** What every order of these tests buys: one year of RapidSSL for 9.95. */
export function intent(reference: string): Intent {
  return {
    ...{ reference, account: "main", service: SERVICE, years: 1 },
    ...{ price: "9.95", balance: "100.00", newestOrderId: 7 },
  };
}

export function ticket(reference: string, number = 1, sender = "this process"): Ticket {
  return { intent: intent(reference), number, sender };
}

/** How the order's functions name an attempt. */
export function of(reference: string, number = 1) {
  return { reference, account: "main", number };
}

/** An order whose first purchase is written and not answered yet. */
export async function sending(l: TestLedger, reference = "a"): Promise<void> {
  await l.accept(reference);
  await l.begin(reference);
  await l.gate(ticket(reference));
}

/** An order whose first purchase was not answered. */
export async function inDoubt(l: TestLedger, reference = "a"): Promise<void> {
  await sending(l, reference);
  await markUnknown(l, of(reference), { reason: "no answer" });
}

/** An order whose first purchase waits for a person. */
export async function parked(l: TestLedger, reference = "a"): Promise<void> {
  await inDoubt(l, reference);
  await parkAttempt(l, ticket(reference), "nothing was found");
}

/** An order whose first purchase was given up with all witnesses, and which has not bought again. */
export async function abandoned(l: TestLedger, reference = "a"): Promise<void> {
  await inDoubt(l, reference);
  await l.time.pass(SETTLE_MS + 1_000);
  const answer = await abandonAttempt(l, ticket(reference), {
    version: 0,
    rebuyBudget: 1,
    evidence: { seen: "nothing" },
  });
  if (answer !== "abandoned") throw new Error(answer);
}

/** An order that was told of its slot. */
export async function owning(l: TestLedger, reference = "a", certId = 900): Promise<void> {
  await sending(l, reference);
  await l.claim({ reference, certId });
}

/** Redis loses everything of this ledger and of its orders; the journal stays. */
export async function forgotten({ ledger: { redis, keys } }: TestLedger): Promise<void> {
  const lost = await redis.keys(`${keys.prefix}:*`);
  if (lost.length > 0) await redis.del(...lost);
}

/** As after a restart, of which nobody knows yet whether something was lost. `marks` is what Redis then believes. */
export async function restarted({ ledger: { redis, keys } }: TestLedger, marks: { epoch?: number; seq?: number } = {}) {
  await redis.hset(keys.ledger.meta("main"), { run: "an earlier one", ...marks });
}

/** A person rebuilds the ledger from its journal. */
export function rebuilt(l: TestLedger): Promise<Rebuilt> {
  const { certificates, time } = l;
  return rebuild(l, { account: "main", words: "the disk was lost (ops)" }, { certificates, now: time.now() });
}

/** All that the ledger knows of money and slots. Left out is what says how it is kept: epoch, seq, dwell, outbox. */
export async function facts(l: TestLedger, references: readonly string[]) {
  const { redis, keys } = l.ledger;
  const maps = await Promise.all(
    [keys.ledger.owner, keys.ledger.held, keys.ledger.version, keys.ledger.unsettled].map((key) =>
      redis.hgetall(key("main")),
    ),
  );
  const { parked, abandoned } = await l.maps();
  const pool = await redis.zrange(keys.ledger.pool("main", CLASS), "0", "-1", "WITHSCORES");
  const spent = await redis.zrange(keys.ledger.spent("main"), "0", "-1", "WITHSCORES");
  const account = await redis.hmget(keys.ledger.meta("main"), "login", "journal", "stopped", "switched", "thawed");
  const orders = await Promise.all(references.map((reference) => factsOfOrder(l, reference)));
  return { maps, parked, abandoned, pool, spent, account, orders };
}

async function factsOfOrder({ ledger: { redis, keys } }: TestLedger, reference: string) {
  const fields = ["state", "attempt", "rebuys", "certId", "slotAt", "purchases", "configuredCsr", "decision"];
  const order = await redis.hmget(keys.certificate(reference), ...fields);
  const numbers = Array.from({ length: Number(order[1]) }, (_, i) => i + 1);
  const attempts = await Promise.all(numbers.map((number) => redis.hgetall(keys.ledger.attempt(reference, number))));
  return { reference, order, attempts };
}

function order(reference: string) {
  return {
    ...{ reference, product: SERVICE, years: 1, csr: "a CSR", domain: "shop.example.com" },
    approver: { method: "dns" as const },
    contacts: { admin: contact },
    customer: { email: "client@example.net" },
  };
}
