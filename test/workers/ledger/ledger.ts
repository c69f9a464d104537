// A ledger of one test: its own prefix in the real Redis, orders accepted into it, and its scripts called directly.
import { randomUUID } from "node:crypto";
import type { Redis } from "ioredis";
import { inject, onTestFinished } from "vitest";
import type { Certificate } from "../../../src/shared/certificate.ts";
import { type CertificateStore, certificateStore } from "../../../src/shared/certificates.ts";
import { type Keys, keysUnder } from "../../../src/shared/keys.ts";
import type { Order } from "../../../src/shared/order.ts";
import { connectRedis } from "../../../src/shared/redis.ts";
import { park, unknown } from "../../../src/workers/ledger/answers.ts";
import type { AttemptState, Exposure, Intent } from "../../../src/workers/ledger/attempt.ts";
import { type Begun, begin } from "../../../src/workers/ledger/begin.ts";
import { type Claimed, claim } from "../../../src/workers/ledger/claim.ts";
import { openGate, type Ticket } from "../../../src/workers/ledger/gate.ts";
import { contact } from "../../support/order.ts";

export const CLASS = "certificate-rapidssl-rapidssl/1/1";
export const ROOMY: Exposure = { maxUnsettled: 4, maxUnsettledMoney: "500.00" };

export interface Ledger {
  redis: Redis;
  keys: Keys;
  certificates: CertificateStore;
  accept: (reference: string) => Promise<void>;
  get: (reference: string) => Promise<Certificate>;
  begin: (reference: string, newest: number, exposure?: Exposure) => Promise<Begun>;
  gate: (ticket: Ticket, exposure?: Exposure) => Promise<void>;
  claim: (slot: { reference: string; number: number; certId: number }, from?: AttemptState[]) => Promise<Claimed>;
  /** Everything that two processes would fight for: whose slot, which slot, what is in the air, what is parked. */
  maps: () => Promise<Record<"owner" | "held" | "unsettled" | "parked", Record<string, string>>>;
}

/** The connection ends with the test, and what was kept under its prefix goes with it. */
export function openLedger(redis: Redis = connectForTest()): Ledger {
  const keys = keysUnder(`{l-${randomUUID().slice(0, 13)}}`);
  const place = { redis, keys };
  const certificates = certificateStore(redis, keys);
  return {
    ...{ redis, keys, certificates },
    async accept(reference) {
      await certificates.accept(order(reference), new Date());
    },
    async get(reference) {
      const certificate = await certificates.find(reference);
      if (!certificate) throw new Error(`no order ${reference}`);
      return certificate;
    },
    begin: (reference, newest, exposure = ROOMY) => begin(place, intent(reference), { newest, exposure }),
    gate: (ticket, exposure = ROOMY) => openGate(place, ticket, exposure),
    claim: ({ reference, number, certId }, from = ["SENDING", "UNKNOWN"]) =>
      claim(place, { ...intent(reference), number, certId, orderId: certId + 1_000, at: new Date() }, from),
    async maps() {
      const { owner, held, unsettled, parked } = keys.ledger;
      const names = [owner("main"), held("main"), unsettled("main"), parked("main")];
      const [o = {}, h = {}, u = {}, p = {}] = await Promise.all(names.map((name) => redis.hgetall(name)));
      return { owner: o, held: h, unsettled: u, parked: p };
    },
  };
}

export function connectForTest(): Redis {
  const redis = connectRedis(inject("redisUrl"), "never-give-up", () => undefined) as Redis;
  onTestFinished(() => redis.disconnect());
  return redis;
}

/** What every order of these tests buys: one year of RapidSSL for 9.95. */
export function intent(reference: string): Intent {
  const service = "Certificate-RapidSSL-RapidSSL";
  return { reference, account: "main", service, years: 1, price: "9.95", balance: "100.00", newestOrderId: 7 };
}

export function ticket(reference: string, number: number, sender = "this process"): Ticket {
  return { intent: intent(reference), number, sender };
}

/** Order `a` with its first purchase written and not answered yet. */
export async function sending(l: Ledger): Promise<void> {
  await l.accept("a");
  await l.begin("a", 0);
  await l.gate(ticket("a", 1));
}

/** Order `a` with its first purchase parked for a person. */
export async function parked(l: Ledger): Promise<void> {
  await sending(l);
  await unknown(l, { reference: "a", number: 1 }, { reason: "no answer" });
  await park(l, ticket("a", 1));
}

function order(reference: string): Order {
  return {
    ...{ reference, product: "Certificate-RapidSSL-RapidSSL", years: 1, csr: "a CSR", domain: "shop.example.com" },
    approver: { method: "dns" },
    contacts: { admin: contact },
    customer: { email: "client@example.net" },
  };
}
