// The orders of a storm: each with a domain and a key of its own, so that whatever gets mixed up shows; placed as the gateway places them.
import "reflect-metadata"; // @peculiar/x509 needs it loaded first
import { setTimeout as pause } from "node:timers/promises";
import { type Pkcs10CertificateRequest, Pkcs10CertificateRequestGenerator } from "@peculiar/x509";
import { systemClock } from "../../src/shared/base/clock.ts";
import { type Order, parseOrder } from "../../src/shared/certificate/order.ts";
import { contact } from "../support/order.ts";
import type { Stage } from "./stage.ts";

export interface StormOrder {
  order: Order;
  /** As a billing system sends it. */
  body: object;
  /** SubjectPublicKeyInfo (RFC 5280, 4.1.2.7) of the CSR's key. */
  publicKey: Buffer;
}

/** Every pair is a class of slots of its own: purchases of different classes do not wait for each other. */
export const CLASSES = [
  ["Certificate-RapidSSL-RapidSSL", 1],
  ["Certificate-RapidSSL-RapidSSL", 2],
  ["Certificate-Comodo-Essential", 1],
  ["Certificate-Comodo-Instant", 1],
  ["Certificate-GeoTrust-QuickSSL", 1],
  ["Certificate-GeoTrust-QuickSSL-Premium", 1],
  ["Certificate-GeoTrust-QuickSSL-Premium", 2],
  ["Certificate-GeoTrust-QuickSSL-Premium", 3],
  ["Certificate-GeoTrust-QuickSSL-Premium", 4],
  ["Certificate-GeoTrust-QuickSSL-Premium", 5],
  ["Certificate-GeoTrust-TrueBizID", 1],
  ["Certificate-GeoTrust-TrueBizID-EV", 1],
  ["Certificate-VeriSign-Secure-Site", 1],
  ["Certificate-Comodo-EV", 1],
] as const;

export function makeOrders(count: number): Promise<StormOrder[]> {
  return Promise.all(Array.from({ length: count }, (_, i) => makeOrder(i)));
}

async function makeOrder(index: number): Promise<StormOrder> {
  const domain = `shop-${index + 1}.example.com`;
  const [product, years] = CLASSES[index % CLASSES.length] ?? CLASSES[0];
  const { csr, publicKey } = await makeCsr(domain);
  const body = {
    reference: `storm-${index + 1}`,
    ...{ product, years, csr },
    approver: { method: "email", email: "admin@example.com" },
    contacts: { admin: contact },
    // An address each: a mail in the mailbox is known by it.
    customer: { email: `client-${index + 1}@example.net`, name: "Ada Example" },
  };
  const parsed = await parseOrder(body, new Date("2026-11-22T12:00:00Z"));
  if ("faults" in parsed) throw new Error(`the storm's order is wrong: ${JSON.stringify(parsed.faults)}`);
  return { order: parsed.order, body, publicKey };
}

export async function makeCsr(domain: string): Promise<{ csr: string; publicKey: Buffer }> {
  const algorithm = { name: "ECDSA", namedCurve: "P-256", hash: "SHA-256" };
  const keys = await crypto.subtle.generateKey(algorithm, false, ["sign", "verify"]);
  const csr: Pkcs10CertificateRequest = await Pkcs10CertificateRequestGenerator.create({
    name: `CN=${domain}, O=Example Ltd, L=Utrecht, ST=Utrecht, C=NL`,
    ...{ keys, signingAlgorithm: algorithm },
  });
  return { csr: csr.toString("pem"), publicKey: Buffer.from(await crypto.subtle.exportKey("spki", keys.publicKey)) };
}

/** Accepts and rings one after the other, with a pause between them; each is in `placed` as soon as it was accepted. */
export async function placeOrders(
  stage: Stage,
  { orders, placed, pauseMs }: { orders: readonly StormOrder[]; placed: StormOrder[]; pauseMs: number },
): Promise<void> {
  for (const each of orders) {
    await place(stage, each.order);
    placed.push(each);
    await pause(pauseMs);
  }
}

/** As a billing system does that finds an order missing: the same order once more. Answers how many were missing. */
export async function sendMissingAgain(stage: Stage, placed: readonly StormOrder[]): Promise<number> {
  let missing = 0;
  for (const { order } of [...placed]) {
    if (await stage.certificates.find(order.reference)) continue;
    await place(stage, order);
    missing++;
  }
  return missing;
}

async function place({ certificates, queues }: Stage, order: Order): Promise<void> {
  const answer = await certificates.accept(order, systemClock.now());
  if (answer === "conflict") throw new Error(`order ${order.reference} is another order by now`);
  await queues.enqueue("open", { reference: order.reference });
}
